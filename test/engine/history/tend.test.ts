import { mkdir, readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeLabels } from "../../../engine/history/labels.ts";
import { HistoryReader } from "../../../engine/history/reader.ts";
import { tendHistory, type TendOptions } from "../../../engine/history/tend.ts";
import { query } from "../../fixtures/query.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

/** Four files of every date, ten rows each. */
async function historyOf(directory: string, dates: readonly string[], { fields = "1.5 AS a" } = {}): Promise<void> {
  for (const date of dates) {
    const folder = join(directory, "kind=readings", `date=${date}`);
    await mkdir(folder, { recursive: true });
    await query(
      [0, 10, 20, 30].map((from) => `COPY (SELECT 's' AS sensor, TIMESTAMP '2026-01-01' AS event_time, 't' AS topic, 0::INTEGER AS "partition", i::BIGINT AS "offset", ${fields} FROM range(${from}, ${from + 10}) r(i)) TO '${folder}/t-0-${from}-${from + 9}-r.parquet'`).join("; "),
    );
  }
}

async function tend(directory: string, options: Partial<TendOptions> = {}) {
  const told: string[] = [];
  const done = await tendHistory({ directory, now: () => Date.parse("2026-11-23T02:00:00Z"), retentionDays: null, sizeLimitBytes: null, tell: (sentence) => told.push(sentence), ...options });
  return { ...done, told };
}

const filesIn = (directory: string, date: string) => readdir(join(directory, "kind=readings", `date=${date}`));

async function rowsIn(directory: string): Promise<Record<string, unknown>[]> {
  await using reader = await HistoryReader.open({ directory });
  return reader.rows("SELECT date::VARCHAR AS date, count(*)::INTEGER AS n FROM readings GROUP BY 1 ORDER BY 1");
}

test("past days become one file each, today's stay as they are, and nothing is left to be done the next time", async () => {
  await using folder = await temporaryFolder();
  const dates = ["2026-11-21", "2026-11-22", "2026-11-23"];
  await historyOf(folder.path, dates);
  const before = await rowsIn(folder.path);
  expect(await tend(folder.path)).toMatchObject({ isBusy: false, merged: { days: 2, files: 8 }, deletedDays: 0, told: [] });
  expect(await Promise.all(dates.map(async (date) => (await filesIn(folder.path, date)).length))).toEqual([1, 1, 4]);
  expect(await rowsIn(folder.path)).toEqual(before);
  expect(await tend(folder.path)).toMatchObject({ merged: { days: 0, files: 0 } });
});

test("files that come late for a merged day are merged with it", async () => {
  await using folder = await temporaryFolder();
  await historyOf(folder.path, ["2026-11-21"]);
  await tend(folder.path);
  await historyOf(folder.path, ["2026-11-21"], { fields: "7 AS b" });
  expect(await tend(folder.path)).toMatchObject({ merged: { days: 1, files: 5 } });
  await using reader = await HistoryReader.open({ directory: folder.path });
  expect(await reader.rows("SELECT count(*)::INTEGER AS n, count(a)::INTEGER AS a, count(b)::INTEGER AS b FROM readings")).toEqual([{ n: 80, a: 40, b: 40 }]);
});

test("labels are merged like any kind", async () => {
  await using folder = await temporaryFolder();
  for (const number of [2, 1]) await writeLabels(folder.path, [{ sensor: "s", fromMs: 0, toMs: 1, label: 1, who: "w", givenMs: 5, number }]);
  expect(await tend(folder.path)).toMatchObject({ merged: { days: 1, files: 2 } });
  await using reader = await HistoryReader.open({ directory: folder.path });
  expect(await reader.rows("SELECT number FROM labels")).toEqual([{ number: 1n }, { number: 2n }]);
});

/** keeps 2 days: 20 │ 21 22 │ 23 is today */
test("days older than are kept are deleted whole, of every kind", async () => {
  await using folder = await temporaryFolder();
  await historyOf(folder.path, ["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-23", "10000-01-01"]);
  await writeLabels(folder.path, [{ sensor: "s", fromMs: 0, toMs: 1, label: 1, who: "w", givenMs: 5, number: 1 }]);
  expect(await tend(folder.path, { retentionDays: 2 })).toMatchObject({ deletedDays: 3, merged: { days: 1 } });
  expect((await rowsIn(folder.path)).map(({ date }) => date)).toEqual(["10000-01-01", "2026-11-21", "2026-11-23"]);
  expect(await readdir(join(folder.path, "kind=labels"))).toEqual([]);
});

test("a clock that was set back merges and deletes less, and nothing else", async () => {
  await using folder = await temporaryFolder();
  const dates = ["2026-11-20", "2026-11-21", "2026-11-22"];
  await historyOf(folder.path, dates);
  const before = await rowsIn(folder.path);
  expect(await tend(folder.path, { now: () => 0, retentionDays: 1 })).toMatchObject({ deletedDays: 0, merged: { days: 0 } });
  expect(await rowsIn(folder.path)).toEqual(before);
});

test("a day with a file that cannot be read is told, stays as it is, and keeps no other day back", async () => {
  await using folder = await temporaryFolder();
  await historyOf(folder.path, ["2026-11-20", "2026-11-21"]);
  await truncate(join(folder.path, "kind=readings/date=2026-11-20/t-0-10-19-r.parquet"), 100);
  const { told, merged } = await tend(folder.path);
  expect(merged).toEqual({ days: 1, files: 4 });
  expect(told).toEqual([expect.stringMatching(/^The readings of 2026-11-20 .* stay in 4 files: .*t-0-10-19-r\.parquet/)]);
  expect(await filesIn(folder.path, "2026-11-20")).toHaveLength(4);
  expect(await rowsIn(folder.path)).toEqual([{ date: "2026-11-20", n: 30 }, { date: "2026-11-21", n: 40 }]);
});

test("more than the limit is warned of, with what to do; nothing is deleted for it", async () => {
  await using folder = await temporaryFolder();
  await historyOf(folder.path, ["2026-11-23"]);
  const { told, sizeBytes } = await tend(folder.path, { sizeLimitBytes: 1000 });
  expect(sizeBytes).toBeGreaterThan(1000);
  expect(told).toEqual([expect.stringMatching(/limit is .* MANGROVE_HISTORY_RETENTION_DAYS, or raise MANGROVE_HISTORY_LIMIT_GB/)]);
  expect((await tend(folder.path, { sizeLimitBytes: 1e9 })).told).toEqual([]);
  expect(await rowsIn(folder.path)).toEqual([{ date: "2026-11-23", n: 40 }]);
});

test("one at a time: a second one in the same process does nothing and says so", async () => {
  await using folder = await temporaryFolder();
  await historyOf(folder.path, ["2026-11-21"]);
  const both = await Promise.all([tend(folder.path), tend(folder.path)]);
  expect(both.map(({ isBusy }) => isBusy).sort()).toEqual([false, true]);
  expect(await tend(folder.path)).toMatchObject({ isBusy: false });
});

test("a history without a folder is in order", async () => {
  await using folder = await temporaryFolder();
  expect(await tend(folder.file("none"))).toMatchObject({ isBusy: false, sizeBytes: 0 });
  expect(await readdir(folder.path)).toEqual([]);
});

test("an aborted one ends with the signal's reason, and the next one goes on", async () => {
  await using folder = await temporaryFolder();
  await historyOf(folder.path, ["2026-11-20", "2026-11-21"]);
  await expect(tend(folder.path, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  expect(await tend(folder.path)).toMatchObject({ merged: { days: 2 } });
});

test("what a killed one left of its memory is deleted", async () => {
  await using folder = await temporaryFolder();
  await historyOf(folder.path, ["2026-11-21"]);
  await mkdir(folder.file("tending/spill"), { recursive: true });
  await writeFile(folder.file("tending/spill/left.tmp"), "x");
  await tend(folder.path);
  expect((await readdir(folder.file("tending"))).filter((name) => name.startsWith("spill"))).toEqual([]);
});
