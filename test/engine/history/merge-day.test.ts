import { mkdir, readdir } from "node:fs/promises";
import type * as files from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test, vi } from "vitest";
import { countedIn, filesOf } from "../../../engine/history/files.ts";
import { finishDay, mergeDay } from "../../../engine/history/merge-day.ts";
import { HistoryReader } from "../../../engine/history/reader.ts";
import { random } from "../../fixtures/random.ts";
import { query } from "../../fixtures/query.ts";
import { disk } from "../../fixtures/stopping-disk.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

vi.mock("node:fs/promises", async (importOriginal) => (await import("../../fixtures/stopping-disk.ts")).disk.over(await importOriginal<typeof files>()));

const DATE = "2026-11-23";

/** Files of two partitions, which have rows by turns. */
async function writeDay(directory: string, next: () => number): Promise<number> {
  const folder = join(directory, "kind=readings", `date=${DATE}`);
  await mkdir(folder, { recursive: true });
  let rows = 0;
  for (const file of Array(2 + Math.floor(next() * 4)).keys()) {
    const count = 1 + Math.floor(next() * 50);
    await query(`COPY (SELECT 's' AS sensor, TIMESTAMP '${DATE}' AS event_time, 't' AS topic, ${file % 2}::INTEGER AS "partition", i::BIGINT AS "offset", ${file} AS file, ${file}.5::DOUBLE AS f${file % 3} FROM range(${rows}, ${rows + count}) r(i)) TO '${folder}/t-${file % 2}-${rows}-${rows + count - 1}-r.parquet'`);
    rows += count;
  }
  return rows;
}

async function merge(directory: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  for (const day of await filesOf(directory, "readings")) {
    await finishDay(day.folder);
    const names = await countedIn(day.folder);
    if (names.length > 1) await mergeDay(connection, "readings", { ...day, names });
  }
  connection.closeSync();
  instance.closeSync();
}

/** How many rows a reader sees, and how many different ones. */
async function seen(reader: HistoryReader): Promise<Record<string, unknown>> {
  return (await reader.rows(`SELECT count(*)::INTEGER AS rows, count(DISTINCT "offset")::INTEGER AS offsets FROM readings`))[0]!;
}

test("one file is made of a day's, with the rows of all in the order of their places and the columns of all", async () => {
  await using folder = await temporaryFolder();
  const rows = await writeDay(folder.path, random(5));
  await merge(folder.path);
  const names = await readdir(join(folder.path, "kind=readings", `date=${DATE}`));
  expect(names).toEqual([expect.stringMatching(/^merged-[0-9a-f]{32}\.parquet$/)]);
  await using reader = await HistoryReader.open({ directory: folder.path });
  const read = await reader.rows("SELECT * FROM readings");
  expect(read).toHaveLength(rows);
  const places = read.map((row) => Number(row["partition"]) * 1e6 + Number(row["offset"]));
  expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
  for (const row of read) expect(["f0", "f1", "f2"].map((name) => row[name] ?? null).filter((value) => value !== null)).toEqual([Number(row["file"]) + 0.5]);
});

test("wherever merging ends, a reader sees each row once, then and after the next one has come to its end", async () => {
  let [stops, seed] = [0, 1];
  for (; stops < 60; seed++) {
    await using folder = await temporaryFolder();
    const next = random(seed);
    const rows = await writeDay(folder.path, next);
    await using reader = await HistoryReader.open({ directory: folder.path });
    for (let calls = 0, isDone = false; !isDone; calls += 1 + Math.floor(next() * 3)) {
      isDone = await disk.within(calls, () => merge(folder.path));
      if (!isDone) stops++;
      expect(await seen(reader), `seed ${seed}, stopped after ${calls} calls`).toEqual({ rows, offsets: rows });
      await using other = await HistoryReader.open({ directory: folder.path });
      expect(await seen(other), `seed ${seed}, stopped after ${calls} calls`).toEqual({ rows, offsets: rows });
    }
    expect(await readdir(join(folder.path, "kind=readings", `date=${DATE}`))).toHaveLength(1);
  }
  console.log(`${stops} stops, seeds 1 to ${seed - 1}`);
});
