import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { detached } from "../engine/batch.ts";
import { HistoryStore } from "../engine/history/history-store.ts";
import { ModelStore } from "../engine/model/model-store.ts";
import type { TaskOutput } from "../engine/task/output.ts";
import { Task } from "../engine/task/task.ts";
import { loadKernel } from "../kernel-as/host/kernel.ts";
import smoke from "../pipelines/smoke.ts";
import type { Bench, Contestant, Sample } from "./bench.ts";
import { MessageStream } from "./message-stream.ts";
import type { RowHistory } from "./row-history.ts";
import { trainSmoke } from "./smoke-model.ts";

/** One segment, which is written over and over under other offsets. */
const SEGMENT = 65_536;

/** Outputs of a task to files that readers see. */
export function historyBench(quick: boolean): Bench {
  const segments = quick ? 1 : 16;
  const readings = segments * SEGMENT;
  return {
    name: "history",
    title: `${readings.toLocaleString("en")} readings of the smoke schema and as many predictions to Parquet, zstd, in segments of ${SEGMENT.toLocaleString("en")}`,
    notes: [
      "From outputs of a task to files that are fsynced and renamed into view; DuckDB runs on two threads beside the main one. \"main thread\": CPU time of the thread that the engine runs on, where the runtime tells it.",
      "row by row: DuckDB's appender, a call for each value, into the same two tables; COPY writes them, one after the other.",
    ],
    unit: "readings/s",
    figure: (ms) => readings / (ms / 1000),
    peers: [],
    prepare: async (folder) => writeFile(join(folder, "model.json"), await trainSmoke({ rounds: 20 })),
    async open(folder) {
      // DuckDB is loaded where it is timed: other benches tell their process's memory
      const { mustHoldTheSame } = await import("./history-files.ts");
      const { RowHistory } = await import("./row-history.ts");
      const few = await outputsOf(folder, 1000);
      await mustHoldTheSame(join(folder, `same-${process.pid}`), smoke, few.slice(0, 2));
      const many = await outputsOf(folder, 100_000);
      const contestant = (name: string, write: (directory: string) => Promise<void>): Contestant => ({
        name,
        peer: name === ROW_BY_ROW,
        run: () => filed(join(folder, `history-${process.pid}`), write),
      });
      return [
        contestant("1,000 sensors", (directory) => writeHistory(directory, few, segments)),
        contestant("100,000 sensors", (directory) => writeHistory(directory, many, segments)),
        contestant(ROW_BY_ROW, async (directory) => writeRows(await RowHistory.open(smoke, directory), few, segments)),
      ];
    },
  };
}

const ROW_BY_ROW = "row by row, 1,000 sensors";

/** What a task gives for one segment. */
export async function outputsOf(folder: string, sensors: number): Promise<TaskOutput[]> {
  const kernel = await loadKernel();
  const models = new ModelStore({ kernel, pipeline: smoke, path: join(folder, "model.json"), now: () => 0 });
  await models.refresh();
  using task = new Task({ kernel, pipeline: smoke, models, format: { kind: "json" } });
  const outputs: TaskOutput[] = [];
  for (const records of new MessageStream(smoke.readings, sensors).take(SEGMENT)) {
    const output = task.process(records);
    outputs.push({ ...output, batch: detached(output.batch) });
  }
  return outputs;
}

function* shifted(outputs: readonly TaskOutput[], segments: number): Generator<TaskOutput> {
  for (let segment = 0; segment < segments; segment++) {
    for (const output of outputs) yield { ...output, batch: { ...output.batch, offsets: output.batch.offsets.map((offset) => offset + segment * SEGMENT) } };
  }
}

async function writeHistory(directory: string, outputs: readonly TaskOutput[], segments: number): Promise<void> {
  await using store = await HistoryStore.open({ pipeline: smoke, directory, run: "bench" });
  const history = store.of(smoke, { partition: 0, isFenced: true });
  for (const output of shifted(outputs, segments)) {
    history.write(output);
    await history.room();
  }
  await (await history.settle())();
}

async function writeRows(opened: RowHistory, outputs: readonly TaskOutput[], segments: number): Promise<void> {
  await using history = opened;
  for (let segment = 0; segment < segments; segment++) await history.write([...shifted(outputs, 1)], `segment-${segment}`);
}

/** A run into files of its own, which are removed after it. */
async function filed(directory: string, write: (directory: string) => Promise<void>): Promise<Sample> {
  try {
    const startedMs = performance.now();
    const startedCpu = process.threadCpuUsage?.();
    await write(directory);
    const ms = performance.now() - startedMs;
    if (!startedCpu) return { ms };
    const { user, system } = process.threadCpuUsage(startedCpu);
    return { ms, mainThreadMs: (user + system) / 1000 };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
