import process from "node:process";
import { expect, test } from "vitest";
import { detached } from "../../../engine/batch.ts";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { history, model, topic } from "../../../engine/pipeline/endpoint.ts";
import { trailing } from "../../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { allocatedBy, garbageCollector } from "../../fixtures/garbage.ts";
import { writeStump } from "../../fixtures/model.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const collect = await garbageCollector();
const small = pipeline("small").from(topic("readings"), smallSchema).eventTime("t").features(trailing("10s")).score(model("small")).alert().to(topic("predictions"), history());

/** Bytes of heap for a batch of 4,000, of which 60 kB are the batch itself; the smallest object for each reading would be 64 kB more, a boxed number 48 kB. */
const LIMIT = 100_000;

test.skipIf(collect === null || "Bun" in globalThis || "Deno" in globalThis)("no object is made for a reading, from bytes to predictions as JSON and the history's columns: over 10^6 readings on Node a batch of 4,000 takes less than 100 kB of heap, and nothing stays", async () => {
  const kernel = await loadKernel();
  await using folder = await temporaryFolder();
  await writeStump(folder.file("m.json"), small, "b", 1e9);
  const models = new ModelStore({ kernel, pipeline: small, path: folder.file("m.json"), now: () => 0 });
  await models.refresh();
  using task = new Task({ kernel, pipeline: small, models, format: { kind: "json" } });
  const records = recordsOf(Array.from({ length: 4000 }, (_, i) => `{"t":${i},"a":${i / 100},"b":${Math.sqrt(i)},"sensor_id":"s${i % 50}"}`));
  const process4000 = () => {
    const output = task.process(records);
    output.encodePredictions!();
    detached(output.batch);
  };
  const processMillion = () => {
    for (let i = 0; i < 250; i++) process4000();
  };
  const heapUsed = () => {
    collect!();
    return process.memoryUsage().heapUsed;
  };
  const turn = () => new Promise((resolve) => setTimeout(resolve, 20));
  for (let i = 0; i < 100; i++) process4000();
  const start = heapUsed();
  // the engine compiles beside this thread, on a busy machine late, and until it has, code boxes every number; an object for each reading is there in every million
  let least = Infinity;
  for (let million = 0; million < 8 && least >= LIMIT; million++) {
    await turn();
    least = (await allocatedBy(collect!, processMillion)) / 250;
  }
  expect(least).toBeLessThan(LIMIT);
  expect(heapUsed() - start).toBeLessThan(100_000);
});
