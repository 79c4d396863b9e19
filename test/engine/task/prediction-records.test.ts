import { expect, test } from "vitest";
import { Decoder } from "../../../engine/decode/decoder.ts";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { outputRecords } from "../../../engine/sink/records.ts";
import { parseFaults } from "../../../engine/simulator/faults.ts";
import { simulatedReadings } from "../../../engine/source/simulator.ts";
import type { Scores } from "../../../engine/task/output.ts";
import { PredictionRecords } from "../../../engine/task/prediction-records.ts";
import { Task } from "../../../engine/task/task.ts";
import { Arena } from "../../../kernel-as/host/arena.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import smoke from "../../../pipelines/smoke.ts";
import { writeStump } from "../../fixtures/model.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const kernel = await loadKernel();

async function modelOf() {
  await using folder = await temporaryFolder();
  await writeStump(folder.file("m.json"), smoke, "eCO2[ppm]", 450);
  const models = new ModelStore({ kernel, pipeline: smoke, path: folder.file("m.json"), now: () => 0 });
  await models.refresh();
  return models;
}

const models = await modelOf();

test("predictions written by the kernel are those of JSON.stringify, byte for byte", async () => {
  using task = new Task({ kernel, pipeline: smoke, models, format: { kind: "json" } });
  let lines = 0;
  for await (const { records } of simulatedReadings({ sensors: 30, durationMs: 300_000, seed: 4, firesPerSensorDay: 100, faults: parseFaults("all") }).read(new AbortController().signal)) {
    const output = task.process(records);
    const { bytes, bounds } = output.encodePredictions!();
    const text = new TextDecoder().decode(bytes);
    const expected = outputRecords(smoke, output).flatMap(({ topic, value }) => (topic === "smoke_predictions" ? [value] : []));
    expect(text).toBe(expected.map((line) => `${line}\n`).join(""));
    expect(bounds.length).toBe(expected.length + 1);
    lines += expected.length;
  }
  expect(lines).toBeGreaterThan(7000);
});

test("names of sensors that JSON must escape, and a broker's times, are written as they are", () => {
  using task = new Task({ kernel, pipeline: smoke, models, format: { kind: "json" } });
  const names = ['Küche "1"', "back\\slash", "tab\there", "火災", "\u2028", "plain"];
  const { fields } = smoke.schema;
  const message = JSON.stringify({ UTC: 1_654_732_800.25, ...Object.fromEntries(fields.map(({ name, min }, i) => [name, i % 4 === 3 ? null : Math.max(min, 0.1 * i)])), CNT: 1, "Pressure[hPa]": 939.735 });
  const output = task.process(recordsOf(names.map(() => message), { keys: names, appendTimeMs: 1_654_732_801_123 }));
  expect(output.deadLetters).toEqual([]);
  const text = new TextDecoder().decode(output.encodePredictions!().bytes);
  expect(text.split("\n").slice(0, -1)).toEqual(outputRecords(smoke, output).flatMap(({ topic, value }) => (topic === "smoke_predictions" ? [value] : [])));
  expect(text).toContain('"sensor_id":"火災"');
});

test("models that came and went leave nothing in the kernel's memory", async () => {
  const own = await loadKernel();
  using arena = new Arena(own);
  const small = pipeline("small").from(topic("readings"), smallSchema);
  using decoder = new Decoder(own, small.schema, { kind: "json" }, { arena });
  using predictions = new PredictionRecords(own, small, decoder.sensors);
  const { batch } = decoder.decode(recordsOf(Array.from({ length: 200 }, (_, i) => `{"t":${i},"a":1,"b":1,"sensor_id":"s"}`)));
  const [floats, bytes] = [new Float32Array(batch.count), new Uint8Array(batch.count)];
  const bytesAfter = (versions: number) => {
    for (let i = 0; i < versions; i++) {
      const scores: Scores = { models: [{ modelVersion: `${versions} ${i}`, trainedOn: "rows", threshold: 0.5 }], arms: null, margins: floats, probabilities: floats, predictions: bytes, levels: bytes };
      predictions.encode({ batch, late: bytes, scores });
    }
    return own.calls.memory.buffer.byteLength;
  };
  const few = bytesAfter(20);
  expect(bytesAfter(300)).toBe(few);
});
