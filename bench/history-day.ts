import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HistoryStore } from "../engine/history/history-store.ts";
import { HistoryReader } from "../engine/history/reader.ts";
import { tendHistory } from "../engine/history/tend.ts";
import type { TaskOutput } from "../engine/task/output.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import smoke from "../pipelines/smoke.ts";
import { timed, type Bench, type Contestant, type Sample } from "./bench.ts";
import { outputsOf } from "./history.ts";
import { trainSmoke } from "./smoke-model.ts";

const FIELD = `"${smoke.schema.fields[0]!.name}"`;

const questions = [
  { name: "one field", sql: `SELECT count(${FIELD}), avg(${FIELD}), min(${FIELD}), max(${FIELD}), stddev(${FIELD}) FROM readings` },
  { name: "one field, by minute", sql: `SELECT date_trunc('minute', event_time) AS minute, count(*), avg(${FIELD}), max(${FIELD}) FROM readings GROUP BY minute ORDER BY minute` },
  { name: "one field, by sensor", sql: `SELECT sensor, count(*), avg(${FIELD}), max(${FIELD}) FROM readings GROUP BY sensor ORDER BY sensor` },
] as const;

/** Statistics of a day, as they are asked of what an engine has written, and of what tending has made of it. */
export function historyDayBench(quick: boolean): Bench {
  const segments = quick ? 2 : 153;
  return {
    name: "history-day",
    title: `Statistics of ${quick ? "few" : "10.4 million"} readings of one day, 1,000 sensors, through the views of the history`,
    notes: [
      `"segments": ${segments} files, as an engine leaves them; "merged": one, as tending does. Views are looked at anew for each question, as for every other.`,
      "in memory: a table of DuckDB that has nothing but the columns that are asked for.",
    ],
    unit: "ms",
    figure: (ms) => ms,
    peers: [],
    async prepare(folder) {
      await writeFile(join(folder, "model.json"), await trainSmoke({ rounds: 2 }));
      await writeDay(join(folder, "segments"), await outputsOf(folder, 1000), segments);
      await cp(join(folder, "segments"), join(folder, "merged"), { recursive: true });
      await tendHistory({ directory: join(folder, "merged"), now: () => Date.UTC(2100, 0), retentionDays: null, sizeLimitBytes: null });
    },
    async open(folder) {
      const [written, merged, memory] = await Promise.all(["segments", "merged", "none"].map((name) => HistoryReader.open({ directory: join(folder, name) })));
      const path = join(folder, "merged", "kind=readings", "*", "*.parquet").replaceAll("'", "''");
      await memory!.rows(`CREATE TABLE day AS SELECT sensor, event_time, ${FIELD} FROM read_parquet('${path}')`);
      const contestants: Contestant[] = [];
      for (const { name, sql } of questions) {
        const ask = (reader: HistoryReader, table: string) => reader.rows(sql.replace("readings", table));
        const [first, ...others] = await Promise.all([ask(memory!, "day"), ask(written!, "readings"), ask(merged!, "readings")].map(async (rows) => (await rows).map(Object.values)));
        if (!others.every((each) => areEqual(first, each))) throw new MangroveError("MGV_INTERNAL", `The answers of "${name}" differ. Nothing was timed.`);
        contestants.push(
          { name: `${name}, segments`, peer: false, run: () => took(() => ask(written!, "readings")) },
          { name: `${name}, merged`, peer: false, run: () => took(() => ask(merged!, "readings")) },
          { name: `${name}, in memory`, peer: true, run: () => took(() => ask(memory!, "day")) },
        );
      }
      return contestants;
    },
  };
}

async function took(work: () => Promise<unknown>): Promise<Sample> {
  return { ms: (await timed(work)).ms };
}

/** Sums of floats depend on the order of threads. */
function areEqual(left: unknown, right: unknown): boolean {
  if (typeof left === "number") return Math.abs(left - (right as number)) <= 1e-9 * Math.abs(left);
  if (Array.isArray(left)) return left.length === (right as unknown[]).length && left.every((each, i) => areEqual(each, (right as unknown[])[i]));
  return String(left) === String(right);
}

/** Readings alone, one segment after the other in time and offsets. */
async function writeDay(directory: string, outputs: readonly TaskOutput[], segments: number): Promise<void> {
  await using store = await HistoryStore.open({ pipeline: smoke, directory, run: "bench" });
  const history = store.of(smoke, { partition: 0, isFenced: true });
  await history.recover({ settledOffset: 0, settledEntry: 0, settledBy: null }, null);
  const dayMs = Math.floor(outputs[0]!.batch.timesMs[0]! / 86_400_000) * 86_400_000;
  const rows = outputs.reduce((sum, { batch }) => sum + batch.count, 0);
  const firstMs = outputs[0]!.batch.timesMs[0]!;
  for (let segment = 0; segment < segments; segment++) {
    for (const output of outputs) {
      const { offsets, timesMs } = output.batch;
      const batch = { ...output.batch, offsets: offsets.map((offset) => offset + segment * rows), timesMs: timesMs.map((timeMs) => dayMs + timeMs - firstMs + segment * 100_000) };
      history.write({ ...output, batch, scores: null, alerts: [], rows: [] });
    }
    await history.room();
  }
  await (await history.settle())();
}
