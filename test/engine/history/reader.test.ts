import { mkdir, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesOf } from "../../../engine/history/files.ts";
import { kindNames, kinds } from "../../../engine/history/kinds.ts";
import { HistoryReader } from "../../../engine/history/reader.ts";
import { query } from "../../fixtures/query.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

/** A file of readings of one date, offsets from `first` on. */
async function writeReadings(directory: string, date: string, { first, rows, columns = "1.5 AS a", name = `t-0-${first}-${first + rows - 1}-r` }: { first: number; rows: number; columns?: string; name?: string }): Promise<string> {
  const folder = join(directory, "kind=readings", `date=${date}`);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.parquet`);
  await query(`COPY (SELECT 's' || (i % 3) AS sensor, TIMESTAMP '2026-01-02' AS event_time, 't' AS topic, 0::INTEGER AS "partition", i AS "offset", ${columns} FROM range(${first}, ${first + rows}) r(i)) TO '${path}'`);
  return path;
}

const count = async (reader: HistoryReader) => Number((await reader.rows("SELECT count(*)::INTEGER AS n FROM readings"))[0]!["n"]);

test("an empty history, also one without a folder, has every view with its columns", async () => {
  await using folder = await temporaryFolder();
  await using reader = await HistoryReader.open({ directory: folder.file("none") });
  for (const kind of kindNames) {
    expect(await reader.rows(`SELECT * FROM ${kind}`)).toEqual([]);
    const columns = await reader.rows(`DESCRIBE ${kind}`);
    expect(Object.fromEntries(columns.map((each) => [each["column_name"], each["column_type"]]))).toEqual({ ...kinds[kind], date: "DATE" });
  }
});

test("fields that only some files have are NULL in the others, dates come from the folders", async () => {
  await using folder = await temporaryFolder();
  await writeReadings(folder.path, "2026-01-02", { first: 0, rows: 1 });
  await writeReadings(folder.path, "10000-01-01", { first: 1, rows: 1, columns: "7::DOUBLE AS b" });
  await using reader = await HistoryReader.open({ directory: folder.path });
  expect(await reader.rows(`SELECT date::VARCHAR AS date, "offset", a::DOUBLE AS a, b FROM readings ORDER BY "offset"`)).toEqual([
    { date: "2026-01-02", offset: 0n, a: 1.5, b: null },
    { date: "10000-01-01", offset: 1n, a: null, b: 7 },
  ]);
});

test("a reader sees what has come and what has gone since its last query", async () => {
  await using folder = await temporaryFolder();
  await using reader = await HistoryReader.open({ directory: folder.path });
  expect(await count(reader)).toBe(0);
  const first = await writeReadings(folder.path, "2026-01-02", { first: 0, rows: 5 });
  expect(await count(reader)).toBe(5);
  await writeReadings(folder.path, "2026-01-03", { first: 5, rows: 2 });
  expect(await count(reader)).toBe(7);
  await rm(first);
  expect(await count(reader)).toBe(2);
});

test("what a merged file takes the place of is not seen once the merged file is", async () => {
  await using folder = await temporaryFolder();
  const parts = [await writeReadings(folder.path, "2026-01-02", { first: 0, rows: 5 }), await writeReadings(folder.path, "2026-01-02", { first: 5, rows: 2 })];
  const merged = await writeReadings(folder.path, "2026-01-02", { first: 0, rows: 7, name: "m" });
  await rename(merged, `${merged}.pending`);
  await writeFile(merged.replace(".parquet", ".replaces"), JSON.stringify(["t-0-0-4-r.parquet", "t-0-5-6-r.parquet"]));
  await using reader = await HistoryReader.open({ directory: folder.path });
  expect(await count(reader)).toBe(7);
  expect((await filesOf(folder.path, "readings"))[0]!.names).toHaveLength(2);
  await rename(`${merged}.pending`, merged);
  expect(await count(reader)).toBe(7);
  expect((await filesOf(folder.path, "readings"))[0]!.names).toEqual(["m.parquet"]);
  for (const part of parts) await rm(part);
  expect(await count(reader)).toBe(7);
});

test("a query whose file is gone when it is opened begins anew, with the files that there are then", async () => {
  await using folder = await temporaryFolder();
  const first = await writeReadings(folder.path, "2026-01-02", { first: 0, rows: 5 });
  await using reader = await HistoryReader.open({ directory: folder.path });
  let tries = 0;
  const rows = await reader.query(async (connection) => {
    if (++tries === 1) {
      await writeReadings(folder.path, "2026-01-02", { first: 0, rows: 6 });
      await rm(first);
    }
    return (await connection.runAndReadAll("SELECT * FROM readings")).currentRowCount;
  });
  expect({ tries, rows }).toEqual({ tries: 2, rows: 6 });
});

test.each([
  ["is cut short", async (path: string) => truncate(path, 200)],
  ["is no Parquet", async (path: string) => writeFile(path, "PAR1 but not at its end")],
  ["is empty", async (path: string) => writeFile(path, "")],
  ["has a damaged middle, which only a query meets", async (path: string) => writeFile(path, (await readFile(path)).fill(0xff, 60, 400))],
] as const)("a file that %s is left out and told once, and the rest is read", async (_, damage) => {
  await using folder = await temporaryFolder();
  await writeReadings(folder.path, "2026-01-02", { first: 0, rows: 5, columns: "random() AS a" });
  const bad = await writeReadings(folder.path, "2026-01-02", { first: 1000, rows: 1000, columns: "random() AS a" });
  await damage(bad);
  const told: string[] = [];
  await using reader = await HistoryReader.open({ directory: folder.path, tell: (sentence) => told.push(sentence) });
  for (let i = 0; i < 2; i++) expect(await reader.rows(`SELECT count(*)::INTEGER AS n, max("offset")::INTEGER AS last, max(a) < 1 AS a FROM readings`)).toEqual([{ n: 5, last: 4, a: true }]);
  expect(told).toEqual([expect.stringContaining(bad)]);
});

test("an error in SQL is told with DuckDB's sentence, and the next query runs", async () => {
  await using folder = await temporaryFolder();
  await writeReadings(folder.path, "2026-01-02", { first: 0, rows: 5 });
  await using reader = await HistoryReader.open({ directory: folder.path });
  await expect(reader.rows("SELECT nothing FROM readings")).rejects.toMatchObject({ code: "MGV_HISTORY", message: expect.stringContaining('"nothing" not found') });
  expect(await count(reader)).toBe(5);
});

test("an aborted query ends with the signal's reason, and the next one runs", async () => {
  await using folder = await temporaryFolder();
  await using reader = await HistoryReader.open({ directory: folder.path });
  const controller = new AbortController();
  const running = reader.rows("SELECT count(*) FROM range(100000000) a, range(100000) b WHERE hash(a.range + b.range) % 7 = 0", { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 20);
  await expect(running).rejects.toThrow("enough");
  expect(await count(reader)).toBe(0);
});

test("a locked reader reads the history behind a link, and nothing else", async () => {
  await using folder = await temporaryFolder();
  await writeReadings(folder.file("real"), "2026-01-02", { first: 0, rows: 5 });
  const outside = await writeReadings(folder.file("other"), "2026-01-02", { first: 0, rows: 5 });
  await symlink(folder.file("real"), folder.file("link"));
  await using reader = await HistoryReader.open({ directory: folder.file("link"), isLocked: true });
  expect(await count(reader)).toBe(5);
  await writeReadings(folder.file("real"), "2026-01-02", { first: 5, rows: 5 });
  expect(await count(reader)).toBe(10);
  await expect(reader.rows(`SELECT * FROM read_parquet('${outside}')`)).rejects.toThrow("Permission Error");
  await expect(reader.rows("SET threads = 1")).rejects.toThrow("locked");
});
