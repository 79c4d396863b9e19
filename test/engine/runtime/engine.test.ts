import { expect, test } from "vitest";
import { Metrics } from "../../../engine/monitoring/metrics.ts";
import { model, topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { runEngine, type EngineOptions } from "../../../engine/runtime/engine.ts";
import { MemorySink } from "../../../engine/sink/memory.ts";
import { MemorySource } from "../../../engine/source/memory.ts";
import type { Source } from "../../../engine/source/source.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { writeStump } from "../../fixtures/model.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const kernel = await loadKernel();
const read = pipeline("small").from(topic("readings"), smallSchema);
const small = read.score(model("small")).alert().to(topic("small_predictions"));
const reading = (t: number) => `{"t":${t},"a":1,"b":1}`;
const batches = [recordsOf([reading(1), "bad", reading(2)]), recordsOf([reading(9)], { partition: 1 })];

function options(source: Source, sink = new MemorySink(), more: Partial<EngineOptions> = {}): EngineOptions {
  return { kernel, pipeline: small, source, sinks: [sink], models: null, metrics: new Metrics(), signal: new AbortController().signal, ...more };
}

test("every record is counted once, as a reading or as rejected, and all is committed at the end", async () => {
  const source = new MemorySource("readings", batches);
  const sink = new MemorySink();
  expect(await runEngine(options(source, sink))).toEqual({ readings: 3, rejected: 1, late: 0, predictions: 0, alerts: 0, trial: null });
  expect(sink.outputs).toHaveLength(2);
  expect(source.committed).toEqual(new Map([[0, 3], [1, 1]]));
});

test("offsets are stored only after every sink has flushed", async () => {
  const source = new MemorySource("readings", batches);
  const sink = new MemorySink();
  sink.flush = () => {
    expect(source.committed.size).toBe(0);
    sink.flushes++;
    return Promise.resolve();
  };
  await runEngine(options(source, sink));
  expect(sink.flushes).toBe(1);
  expect(source.committed.size).toBe(2);
});

test("a sink that cannot flush ends the run with its error and nothing committed", async () => {
  const source = new MemorySource("readings", batches);
  const sink = new MemorySink();
  sink.flush = () => Promise.reject(new Error("disk full"));
  await expect(runEngine(options(source, sink))).rejects.toThrow("disk full");
  expect(source.committed.size).toBe(0);
});

test("a source that fails ends the run with its error", async () => {
  const source = new MemorySource("readings", batches);
  // eslint-disable-next-line require-yield
  source.read = async function* () {
    throw new Error("gone");
  };
  await expect(runEngine(options(source))).rejects.toThrow("gone");
});

test("a source that is silent does not keep what came before from being committed", async () => {
  const source = new MemorySource("readings", []);
  const controller = new AbortController();
  const committed = new Promise<void>((resolve) => {
    source.commit = (partition, nextOffset) => {
      source.committed.set(partition, nextOffset);
      resolve();
      return Promise.resolve();
    };
  });
  source.read = async function* (signal) {
    yield { format: { kind: "json" }, records: batches[0]! };
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  };
  const run = runEngine(options(source, new MemorySink(), { signal: controller.signal, commitIntervalMs: 10 }));
  await committed;
  controller.abort();
  expect((await run).readings).toBe(2);
});

test("an aborted run finishes the batch in hand, writes it and commits it", async () => {
  const controller = new AbortController();
  const source = new MemorySource("readings", batches);
  const sink = new MemorySink();
  const summary = await runEngine(options(source, sink, { signal: controller.signal, onOutput: () => controller.abort() }));
  expect(sink.outputs.length).toBeGreaterThanOrEqual(1);
  expect(summary.readings).toBe(sink.outputs.reduce((sum, { batch }) => sum + batch.count, 0));
  expect(source.committed.get(0)).toBe(3);
});

test("a source that is never silent is committed in between all the same", async () => {
  const source = new MemorySource("readings", []);
  const sink = new MemorySink();
  source.read = async function* () {
    for (let batch = 0; batch < 40; batch++) {
      const records = recordsOf([reading(batch)]);
      records.offsets[0] = batch;
      yield { format: { kind: "json" }, records };
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  await runEngine(options(source, sink, { commitIntervalMs: 5 }));
  expect(sink.flushes).toBeGreaterThan(3);
  expect(source.committed.get(0)).toBe(40);
});

test("a sink that fails ends the run at once, however silent the source is", async () => {
  const source = new MemorySource("readings", []);
  source.read = async function* (signal) {
    yield { format: { kind: "json" }, records: batches[0]! };
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  };
  const sink = new MemorySink();
  sink.write = () => Promise.reject(new Error("disk full"));
  await expect(runEngine(options(source, sink))).rejects.toThrow("disk full");
});

//  offsets   0 1 2 | 1 2       the partition was away, and comes again from its stored offset 1
test("a partition that is read again from an earlier offset begins with empty windows", async () => {
  await using folder = await temporaryFolder();
  const windowed = read.features({ spansMs: [10_000] }).score(model("small")).to(topic("small_predictions"));
  await writeStump(folder.file("m.json"), windowed, "b - mean 10s", 0.3);
  const models = new ModelStore({ kernel, pipeline: windowed, path: folder.file("m.json"), now: () => 0 });
  await models.refresh();
  const rising = [1, 2, 3].map((t) => `{"t":${t},"a":1,"b":${t}}`);
  const again = recordsOf(rising.slice(1));
  again.offsets.set([1, 2]);
  const sink = new MemorySink();
  await runEngine(options(new MemorySource("readings", [recordsOf(rising), again]), sink, { pipeline: windowed, models }));
  const predictions = sink.outputs.map(({ scores }) => [...scores!.predictions]);
  // b less its mean: none, 0.5, 1; and again from 2 on: none, 0.5. Doubled readings would give 0.33 first, and so fire.
  expect(predictions).toEqual([[0, 1, 1], [0, 1]]);
});

test("an engine without a word of models, or with one that is spelled otherwise, is refused before it reads", async () => {
  const { models: _, ...without } = options(new MemorySource("readings", batches));
  await expect(runEngine(without as EngineOptions)).rejects.toThrow("An engine needs models: a ModelStore, or null where nothing is to be scored.");
  await expect(runEngine({ ...without, model: null } as unknown as EngineOptions)).rejects.toThrow('An engine does not take "model". Did you mean models?');
});
