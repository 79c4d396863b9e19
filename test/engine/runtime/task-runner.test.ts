import { rename } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { max, records as readingsOf } from "../../../engine/pipeline/aggregate.ts";
import { model, topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { tumbling } from "../../../engine/pipeline/window-kind.ts";
import type { TaskAside } from "../../../engine/runtime/task-log.ts";
import { runTask, type TaskRunOptions } from "../../../engine/runtime/task-runner.ts";
import { outputRecords } from "../../../engine/sink/records.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { emptyDisk, memoryPartition, memoryTaskLog, type Disk } from "../../fixtures/memory-log.ts";
import { writeStump } from "../../fixtures/model.ts";
import { random } from "../../fixtures/random.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const kernel = await loadKernel();
const small = pipeline("small")
  .from(topic("readings"), smallSchema)
  .branch((rows) => rows.window(tumbling("20s"), { name: "tops" }).aggregate({ top: max("b"), readings: readingsOf() }).to(topic("small_tops")))
  .map("climb", { adds: ["climb"], state: () => ({ last: 0 }), row: ({ b }: { b: number }, { state }: { state: { last: number } }) => {
    const climb = b - state.last;
    state.last = b;
    return { climb };
  } })
  .score(model("small"))
  .alert({ of: "fire", to: topic("small_alerts"), holdOff: "10s" })
  .to(topic("small_predictions"));

const READINGS = 600;
const records = recordsOf(
  Array.from({ length: READINGS }, (_, i) => (i % 37 === 0 ? "bad" : `{"t":${i - (i % 5) * 2},"a":1,"b":${(i * 7) % 11},"sensor_id":"s${i % 4}"}`)),
);

/** Runs until all is committed, starting anew after every crash. */
async function runThrough(disk: Disk, options: { seed: number; crashes: number }): Promise<{ crashes: number }> {
  const next = random(options.seed);
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  let split = 4;
  await writeStump(path, small, "b", split);
  const swap = async (before: Promise<void>, at: number) => {
    await before;
    await writeStump(`${path}.next`, small, "b", at);
    await rename(`${path}.next`, path);
    await models?.refresh();
  };
  let models: ModelStore | null = null;
  let crashes = 0;
  let swapping = Promise.resolve();
  for (let life = 0; life < 1000; life++) {
    models = new ModelStore({ kernel, pipeline: small, path, now: () => 0 });
    await models.refresh();
    const at = () => {
      if (crashes >= options.crashes || next() > 0.08) return;
      crashes++;
      throw new Error("crash");
    };
    let outputs = 0;
    try {
      await runTask(
        {
          kernel,
          pipeline: small,
          models,
          partition: 0,
          input: memoryPartition(records, () => 1 + Math.floor(next() * 20)),
          log: memoryTaskLog(disk, small, at),
          aside: null,
          commit: { intervalMs: next() * 3, bytes: 1e6 },
          snapshots: { intervalMs: next() * 2 },
          untilOffset: () => READINGS,
          now: () => 0,
          onOutput: () => {
            // another model in mid-window
            if (outputs++ % 13 !== 5) return;
            split = split === 4 ? 6 : 4;
            swapping = swap(swapping, split);
          },
        },
        new AbortController().signal,
      );
      return { crashes };
    } catch (thrown) {
      if ((thrown as Error).message !== "crash") throw thrown;
    } finally {
      await swapping;
    }
  }
  throw new Error("it never came to the end");
}

/** One fold of all records, with the journal of a run that was disturbed. */
async function undisturbed(disk: Disk): Promise<string[]> {
  await using folder = await temporaryFolder();
  const models = new ModelStore({ kernel, pipeline: small, path: folder.file("none.json"), now: () => 0 });
  for (const [version, file] of disk.models) models.learn(version, file);
  using task = new Task({ kernel, pipeline: small, models, format: { kind: "json" } });
  const lines: string[] = [];
  for (const each of [records, null]) task.replay(each, disk.journal, (output) => lines.push(...outputRecords(small, output).map(({ topic: to, value }) => `${to} ${value}`)));
  return lines;
}

/** By topic: batches are cut elsewhere, so that topics alternate otherwise. */
const byTopic = (outputs: readonly string[]) => Map.groupBy(outputs, (line) => line.slice(0, line.indexOf(" ")));

test.each([1, 2, 3, 4, 5, 6, 7, 8])("a task that crashes anywhere commits the bytes of one that never does (seed %i)", async (seed) => {
  const disk = emptyDisk();
  const { crashes } = await runThrough(disk, { seed, crashes: 100 });
  expect(crashes).toBeGreaterThan(0);
  expect(disk.kept!.nextOffset).toBe(READINGS);
  expect(byTopic(disk.outputs)).toEqual(byTopic(await undisturbed(disk)));
  expect(disk.outputs.filter((line) => /^small_(predictions|dead_letter) /.test(line))).toHaveLength(READINGS);
});

test("crashes come while a chain of snapshots and several models are in use", async () => {
  // when a file is replaced, and a snapshot due, is a matter of time
  let [chains, models] = [0, 0];
  for (let seed = 1; seed <= 40 && (chains === 0 || models < 2); seed++) {
    const disk = emptyDisk();
    await runThrough(disk, { seed, crashes: 100 });
    chains = Math.max(chains, disk.chain.length);
    models = Math.max(models, disk.models.size);
  }
  expect(chains).toBeGreaterThan(0);
  expect(models).toBe(2);
});

test("what is written beside that is slow makes the task wait, and is never more than a batch behind", async () => {
  const disk = emptyDisk();
  let [behind, most, readings] = [0, 0, 0];
  const slow: TaskAside = {
    recover: () => Promise.resolve(),
    write({ batch }) {
      behind++;
      readings += batch.count;
      most = Math.max(most, behind);
    },
    async room() {
      await new Promise((resolve) => setTimeout(resolve, 3));
      behind = 0;
    },
    settle: () => Promise.resolve(() => Promise.resolve()),
  };
  await runTask({ ...(await calm(disk)), aside: slow }, new AbortController().signal);
  expect(most).toBe(1);
  expect(readings).toBe(byTopic(disk.outputs).get("small_predictions")!.length);
});

test("a snapshot is begun with only where what is written beside lasts", async () => {
  const disk = emptyDisk();
  const [written, shown]: [number[], number[]] = [[], []];
  const aside: TaskAside = {
    recover: () => Promise.resolve(),
    write: ({ batch }) => void written.push(...batch.offsets),
    room: () => Promise.resolve(),
    settle() {
      const upTo = written.length;
      return Promise.resolve(async () => {
        shown.push(upTo);
        // a commit has told of it before anybody sees it
        expect(disk.kept!.settledOffset).toBeGreaterThan(written[upTo - 1]!);
      });
    },
  };
  await runTask({ ...(await calm(disk)), aside, snapshots: { intervalMs: 1 } }, new AbortController().signal);
  expect(shown.length).toBeGreaterThan(1);
  expect(shown.at(-1)).toBe(written.length);
  expect(disk.kept).toMatchObject({ nextOffset: READINGS, settledOffset: READINGS });
});

/** A run that nothing disturbs, in batches of ten. */
async function calm(disk: Disk): Promise<TaskRunOptions> {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const path = folder.file("m.json");
  await writeStump(path, small, "b", 4);
  const models = new ModelStore({ kernel, pipeline: small, path, now: () => 0 });
  await models.refresh();
  return {
    kernel,
    pipeline: small,
    models,
    partition: 0,
    input: memoryPartition(records, () => 10),
    log: memoryTaskLog(disk, small),
    aside: null,
    commit: { intervalMs: 1, bytes: 1e6 },
    snapshots: { intervalMs: 1e6 },
    untilOffset: () => READINGS,
    now: () => 0,
    onOutput: () => {},
  };
}
