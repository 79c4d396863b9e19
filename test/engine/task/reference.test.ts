import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { parseFaults } from "../../../engine/simulator/faults.ts";
import { ReplaySource } from "../../../engine/source/replay.ts";
import { sliceRecords } from "../../../engine/source/record-batch.ts";
import { simulatedReadings } from "../../../engine/source/simulator.ts";
import type { RecordBatch, RecordFormat, Source } from "../../../engine/source/source.ts";
import { referencePredictions } from "../../../engine/task/reference.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { withCard } from "../../../kernel-as/model/card.ts";
import { trainForest } from "../../../kernel-as/host/train.ts";
import { xgboostJson } from "../../../kernel-as/model/formats/xgboost/json.ts";
import { binsOf } from "../../../kernel-as/model/feature-bins.ts";
import { defaultParameters } from "../../../kernel-as/model/training.ts";
import smoke from "../../../pipelines/smoke.ts";
import { readDataset } from "../../../trainer/dataset.ts";
import { stumpModel } from "../../fixtures/model.ts";
import { random } from "../../fixtures/random.ts";
import { recordingAbsent, recordingPath } from "../../fixtures/recording.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const kernel = await loadKernel();

/** A small forest that uses values and windows. */
async function models() {
  const { dataset } = await readDataset(kernel, smoke, simulatedReadings({ sensors: 24, rateHz: 0.05, durationMs: 3_600_000, seed: 9, firesPerSensorDay: 100 }));
  const bins = binsOf(dataset.features, dataset.featureNames.length);
  const { forest } = await trainForest(kernel, { features: dataset.features, labels: dataset.labels, bins, parameters: { ...defaultParameters, rounds: 20 } });
  await using folder = await temporaryFolder();
  await writeFile(folder.file("m.json"), xgboostJson.write(withCard(forest, stumpModel(smoke, "eCO2[ppm]", 1).card)));
  const store = new ModelStore({ kernel, pipeline: smoke, path: folder.file("m.json"), now: () => 0 });
  await store.refresh();
  return { store, forest: store.require().forest.model };
}

const { store, forest } = await models();

async function first(source: Source, most: number): Promise<{ format: RecordFormat; records: RecordBatch }> {
  for await (const { format, records } of source.read(new AbortController().signal)) return { format, records: sliceRecords(records, 0, Math.min(most, records.count)) };
  throw new Error("the source is empty");
}

/** The task's predictions, the records cut into batches of any size. */
function predictionsOf(format: RecordFormat, records: RecordBatch, seed: number) {
  const next = random(seed);
  using task = new Task({ kernel, pipeline: smoke, models: store, format });
  const found = [];
  for (let from = 0; from < records.count; ) {
    const to = Math.min(records.count, from + 1 + Math.floor(next() ** 3 * 400));
    const { batch, late, scores } = task.process(sliceRecords(records, from, to));
    for (let i = 0; i < batch.count; i++) {
      found.push({ offset: batch.offsets[i], sensor: batch.names.of(batch.sensors[i]!), late: late[i] === 1, margin: scores!.margins[i], probability: scores!.probabilities[i] });
    }
    from = to;
  }
  return found;
}

describe("every prediction is the oracle's, bit for bit", () => {
  test.each([1, 2, 3])("on simulated rooms with nulls, copies, disorder, skew and silence, seed %d", async (seed) => {
    const source = simulatedReadings({ sensors: 4, rateHz: 0.5, durationMs: 700_000, seed, firesPerSensorDay: 60, faults: parseFaults("all") });
    const { format, records } = await first(source, 1200);
    const expected = referencePredictions(smoke, format, forest, records);
    expect(expected.length).toBeGreaterThan(500);
    expect(new Set(expected.map(({ probability }) => probability)).size).toBeGreaterThan(20);
    expect(predictionsOf(format, records, seed)).toEqual(expected);
  });

  test.skipIf(recordingAbsent)("on the recording", async () => {
    const { format, records } = await first(new ReplaySource({ path: recordingPath, schema: smoke.schema, topic: "t", speed: "max" }), 1000);
    expect(predictionsOf(format, records, 1)).toEqual(referencePredictions(smoke, format, forest, records));
  });
});
