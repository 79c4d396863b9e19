import { expect, test } from "vitest";
import { Metrics } from "../../../engine/monitoring/metrics.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { runEngine, type EngineOptions } from "../../../engine/runtime/engine.ts";
import { MemorySink } from "../../../engine/sink/memory.ts";
import { MemorySource } from "../../../engine/source/memory.ts";
import type { Source } from "../../../engine/source/source.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";

const kernel = await loadKernel();
const small = pipeline("small", { from: "readings", schema: smallSchema });
const reading = (t: number) => `{"t":${t},"a":1,"b":1}`;
const batches = [recordsOf([reading(1), "bad", reading(2)]), recordsOf([reading(9)], { partition: 1 })];

function options(source: Source, sink = new MemorySink(), more: Partial<EngineOptions> = {}): EngineOptions {
  return { kernel, pipeline: small, source, sinks: [sink], models: null, metrics: new Metrics(), signal: new AbortController().signal, ...more };
}

test("every record is counted once, as a reading or as rejected, and all is committed at the end", async () => {
  const source = new MemorySource("readings", batches);
  const sink = new MemorySink();
  expect(await runEngine(options(source, sink))).toEqual({ readings: 3, rejected: 1, late: 0, predictions: 0, alerts: 0 });
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
