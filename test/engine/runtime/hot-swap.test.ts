import { rename, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { runTask } from "../../../engine/runtime/task-runner.ts";
import { RecordBatchBuilder } from "../../../engine/source/record-batch.ts";
import type { PartitionedLog } from "../../../engine/source/partition.ts";
import { Forest } from "../../../kernel-as/host/forest.ts";
import { withCard } from "../../../kernel-as/model/card.ts";
import { binaryForest, emptyTree } from "../../../kernel-as/model/forest.ts";
import { lightgbmText } from "../../../kernel-as/model/formats/lightgbm/text.ts";
import { xgboostJson } from "../../../kernel-as/model/formats/xgboost/json.ts";
import { xgboostUbjson } from "../../../kernel-as/model/formats/xgboost/ubjson.ts";
import { readModel } from "../../../kernel-as/model/formats/formats.ts";
import { versionOf } from "../../../engine/model/version.ts";
import { kernel, small } from "../../fixtures/crashing-task.ts";
import { emptyDisk, memoryTaskLog } from "../../fixtures/memory-log.ts";
import { stumpModel } from "../../fixtures/model.ts";
import { random } from "../../fixtures/random.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const SWAPS = 1000;
const MODELS = 24;
const SEED = 20_260_228;

/** Models of three formats, of 1 to 6 trees, none of which agrees with another about any reading. */
function models() {
  const { card } = stumpModel(small, "b", 1);
  const features = card.features.length;
  return Array.from({ length: MODELS }, (_, i) => {
    const trees = Array.from({ length: 1 + (i % 6) }, (_, j) => {
      const tree = emptyTree(3);
      tree.left[0] = 1;
      tree.right[0] = 2;
      tree.feature[0] = card.features.indexOf("b");
      tree.split.set([2 + ((i + j) % 7), -0.5 - i / 100 - j / 10, 0.5 + i / 90 + j / 9].map(Math.fround));
      tree.defaultLeft[0] = 1;
      return tree;
    });
    const forest = binaryForest(trees, features, 0.5);
    const bytes = i % 3 === 0 ? xgboostJson.write(withCard(forest, card)) : i % 3 === 1 ? xgboostUbjson.write(withCard(forest, card)) : lightgbmText.write!({ ...forest, featureNames: null });
    return { version: versionOf(bytes), bytes };
  });
}

/** A partition that always has more, until `isEnough`; then `end` is known. `b` of reading i is i mod 11. */
function endless(next: () => number, isEnough: () => boolean): PartitionedLog & { end: () => number | null } {
  let offset = 0;
  let end: number | null = null;
  return {
    topic: "readings",
    end: () => end,
    formatOf: () => ({ kind: "json" }),
    beginning: () => Promise.resolve(0),
    bounds: () => Promise.resolve({ low: 0, high: end ?? Infinity }),
    open: () => ({
      get next() {
        return offset;
      },
      get isAtEnd() {
        return end !== null;
      },
      async take(signal) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        if (end !== null) await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
        if (signal.aborted) return undefined;
        const builder = new RecordBatchBuilder("readings", 0);
        for (const last = offset + 1 + Math.floor(next() * 8); offset < last; offset++) builder.add(offset, offset * 1000, null, new TextEncoder().encode(`{"t":${offset},"a":1,"b":${offset % 11},"sensor_id":"s${offset % 4}"}`));
        if (isEnough()) end = offset;
        return builder.take();
      },
      [Symbol.dispose]() {},
    }),
  };
}

test(`${SWAPS} hot swaps under full load: no reading is lost, doubled, or scored by half a model (seed ${SEED})`, async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const all = models();
  expect(new Set(all.map(({ version }) => version)).size).toBe(MODELS);
  const put = async ({ bytes }: { bytes: Uint8Array }) => {
    await writeFile(`${path}.next`, bytes);
    await rename(`${path}.next`, path);
  };
  const store = new ModelStore({ kernel, pipeline: small, path, now: () => 0, onProblem: (problem) => expect(problem).toBeNull() });
  await put(all[0]!);
  await store.refresh();

  const next = random(SEED);
  const disk = emptyDisk();
  let isSwapped = false;
  let news = Promise.withResolvers<void>();
  const input = endless(next, () => isSwapped);
  const ended = runTask(
    {
      kernel, pipeline: small, models: store, partition: 0, input, log: memoryTaskLog(disk, small), aside: null, now: () => 0,
      commit: { intervalMs: 1, bytes: 1e6 }, snapshots: { intervalMs: 5 },
      untilOffset: () => input.end() ?? Infinity,
      onOutput: () => {
        news.resolve();
        news = Promise.withResolvers();
      },
    },
    new AbortController().signal,
  );
  await news.promise;
  const swapped = [0];
  for (let swap = 0; swap < SWAPS; swap++) {
    const which = (swapped.at(-1)! + 1 + Math.floor(next() * (MODELS - 1))) % MODELS;
    await put(all[which]!);
    expect(await store.refresh()).toBe(true);
    swapped.push(which);
    // each model scores a batch at least
    await news.promise;
  }
  isSwapped = true;
  await ended;

  const predictions = disk.outputs.filter((line) => line.startsWith("small_predictions ")).map((line) => JSON.parse(line.slice("small_predictions ".length)) as { probability: number; model_info: { version: string }; stream_metadata: { kafka_offset: number }; sensor_data: { b: number } });
  expect(predictions).toHaveLength(input.end()!);
  expect(predictions.findIndex(({ stream_metadata: { kafka_offset } }, i) => kafka_offset !== i)).toBe(-1);
  // what each model says of the eleven readings that there are, computed by itself
  const wanted = new Map(all.map(({ version, bytes }) => {
    using forest = new Forest(kernel, readModel(bytes).model);
    const rows = Float64Array.from({ length: 11 * forest.model.featureCount }, (_, i) => (i % forest.model.featureCount === 1 ? Math.floor(i / forest.model.featureCount) : 1));
    return [version, Array.from(forest.predict(rows))] as const;
  }));
  expect(new Set([...wanted.values()].flat()).size).toBeGreaterThan(MODELS);
  const wrong = predictions.filter(({ probability, model_info: { version }, sensor_data: { b } }) => probability !== wanted.get(version)?.[b]);
  expect(wrong.slice(0, 3)).toEqual([]);
  // the models in their order, each for whole batches
  const runs = predictions.map(({ model_info: { version } }) => version).filter((version, i, versions) => version !== versions[i - 1]);
  expect(runs).toEqual(swapped.map((which) => all[which]!.version));
  expect(disk.journal.filter(({ kind }) => kind === "model")).toHaveLength(SWAPS + 1);
});
