import type * as files from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { HistoryReader } from "../../../engine/history/reader.ts";
import { HistoryStore } from "../../../engine/history/history-store.ts";
import { history, model, topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import type { TaskOutput } from "../../../engine/task/output.ts";
import { randomOutputs } from "../../fixtures/history-outputs.ts";
import { random } from "../../fixtures/random.ts";
import { smallSchema } from "../../fixtures/readings.ts";
import { disk } from "../../fixtures/stopping-disk.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

vi.mock("node:fs/promises", async (importOriginal) => (await import("../../fixtures/stopping-disk.ts")).disk.over(await importOriginal<typeof files>()));

const small = pipeline("small").from(topic("readings"), smallSchema).score(model("small")).to(topic("small_predictions"), history());

/** Outputs whose offsets go on from `from`; each has as many rows for analytics as readings. */
function outputsFrom(from: number, seed: number): TaskOutput[] {
  let next = from;
  return randomOutputs(seed, { outputs: 3, rows: 8, scored: "all" }).map((output) => {
    const offsets = output.batch.offsets.map(() => next++);
    const rows = Array.from(offsets, (offset) => ({ topic: "small_analytics", sensor: "s", timeMs: Date.UTC(2026, 10, 23), startMs: null, offset, values: { mean: offset } }));
    return { ...output, rows, batch: { ...output.batch, topic: small.readings, partition: 0, offsets } };
  });
}

/**
 * One life: what was committed is shown or made again, more is written, and committed twice. `committed` is what a log keeps.
 *
 *     recover ─ write ─ settle ─ commit ─ show ─ write ─ settle ─ commit ─ show
 */
async function live(directory: string, committed: { offset: number }, seed: number): Promise<void> {
  const store = await HistoryStore.open({ pipeline: small, directory, run: `r${seed}` });
  const task = store.of(small, { partition: 0, isFenced: true });
  await task.recover({ settledOffset: committed.offset, settledEntry: 0, settledBy: null }, null);
  for (const half of [0, 1]) {
    const outputs = outputsFrom(committed.offset, seed * 2 + half);
    for (const output of outputs) task.write(output);
    const show = await task.settle();
    committed.offset = outputs.at(-1)!.batch.offsets.at(-1)! + 1;
    await show();
  }
  await store[Symbol.asyncDispose]();
}

/** Of each kind: rows, different ones, and what comes after the last. */
async function seen(directory: string): Promise<Record<string, unknown>[]> {
  await using reader = await HistoryReader.open({ directory, threads: 1 });
  const counts = ["readings", "predictions", "analytics"].map((kind) => `SELECT count(*)::INTEGER AS rows, count(DISTINCT "offset")::INTEGER AS offsets, coalesce(max("offset") + 1, 0)::INTEGER AS next FROM ${kind}`);
  return reader.rows(counts.join(" UNION ALL "));
}

test("wherever writing ends, no row is lost or doubled: readers see none that is not committed, and all that are once the next life has begun", async () => {
  const next = random(3);
  let [seed, stops] = [1, 0];
  while (stops < 60) {
    await using folder = await temporaryFolder();
    const committed = { offset: 0 };
    for (let life = 0; life < 6; life++, seed++) {
      if (!(await disk.within(Math.floor(next() * 60), () => live(folder.path, committed, seed)))) stops++;
      for (const { rows, offsets, next: end } of await seen(folder.path)) {
        expect(offsets, `life ${seed}`).toBe(rows);
        expect(end, `life ${seed}`).toBeLessThanOrEqual(committed.offset);
      }
    }
    await live(folder.path, committed, seed++);
    const all = { rows: committed.offset, offsets: committed.offset, next: committed.offset };
    expect(await seen(folder.path)).toEqual([all, all, all]);
  }
  console.log(`${stops} stops in ${seed - 1} lives, seed 3`);
});
