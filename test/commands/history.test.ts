import { mkdir, readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { afterEach, expect, test } from "vitest";
import { historyCommand } from "../../commands/history.ts";
import { sparkline } from "../../commands/history/sparkline.ts";
import { tableWriter } from "../../commands/history/table.ts";
import { tendHistory } from "../../engine/history/tend.ts";
import { run } from "../fixtures/command.ts";
import { query } from "../fixtures/query.ts";
import { recordingAbsent, recordingPath } from "../fixtures/recording.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

/** Each run of a command listens to stdout until its process ends. */
afterEach(() => void process.stdout.removeAllListeners("error"));

const COLUMNS = `i::BIGINT AS "offset", CASE WHEN i = 1 THEN NULL ELSE i / 2 END AS a, 'it says "' || i || '",' AS said`;

async function writeReadings(directory: string, rows = 3): Promise<string> {
  const folder = join(directory, "kind=readings", "date=2026-11-23");
  await mkdir(folder, { recursive: true });
  const path = join(folder, "t-0-0-2-r.parquet");
  await query(`COPY (SELECT 's' AS sensor, TIMESTAMP '2026-11-23 06:30:00' AS event_time, ${COLUMNS} FROM range(${rows}) r(i)) TO '${path}'`);
  return path;
}

test("a table has numbers to the right, NULL where there is none, and tells how many rows", async () => {
  await using folder = await temporaryFolder();
  await writeReadings(folder.path);
  expect(await run(historyCommand, 'SELECT sensor, a, "offset" * 1000 AS n, said FROM readings', "--dir", folder.path)).toEqual({
    code: 0,
    stdout: ['sensor     a     n  said', '──────  ────  ────  ────────────', 's          0     0  it says "0",', 's       NULL  1000  it says "1",', 's          1  2000  it says "2",', ""].join("\n"),
    stderr: "3 rows\n",
  });
  expect(await run(historyCommand, "FROM readings", "--dir", folder.path, "--limit", "2")).toMatchObject({ code: 0, stderr: "the first 2 rows: --csv and --json give all\n" });
  expect(await run(historyCommand, "FROM readings", "--dir", folder.path, "--limit", "3")).toMatchObject({ code: 0, stderr: "3 rows\n" });
  expect(await run(historyCommand, "SELECT sensor FROM readings WHERE false", "--dir", folder.path)).toEqual({ code: 0, stdout: "sensor\n──────\n", stderr: "0 rows\n" });
});

test("a table is cut to the terminal, its widest texts first, and steers no terminal", async () => {
  let text = "";
  const output = { closed: false, write: async (more: string) => void (text += more), commit: async () => {}, [Symbol.asyncDispose]: async () => {} };
  const table = tableWriter(output, { limit: 10, width: 30 });
  await table.take(["id", "message"], [["short", "a message that is much too long"], ["\x1b[31m", "🌡"]]);
  await table.end();
  expect(text.split("\n").map((line) => Array.from(line).length)).toEqual([14, 30, 30, 8, 0]);
  expect(text).toContain("a message that is much…");
  expect(text).not.toContain("\x1b");
});

test("CSV and JSON hold every row, whatever is in its texts", async () => {
  await using folder = await temporaryFolder();
  await writeReadings(folder.path, 5000);
  const csv = await run(historyCommand, 'SELECT a, said, event_time FROM readings ORDER BY "offset"', "--dir", folder.path, "--csv");
  expect(csv.stdout.split("\n").slice(0, 3)).toEqual(["a,said,event_time", '0,"it says ""0"",",2026-11-23 06:30:00', ',"it says ""1"",",2026-11-23 06:30:00']);
  expect(csv.stdout.split("\n")).toHaveLength(5002);
  const json = await run(historyCommand, 'SELECT a, said, event_time, "offset", date, 1 AS a FROM readings ORDER BY "offset"', "--dir", folder.path, "--json");
  const rows = JSON.parse(json.stdout) as unknown[];
  expect(rows).toHaveLength(5000);
  expect(rows[1]).toEqual({ a: null, said: 'it says "1",', event_time: "2026-11-23T06:30:00Z", offset: 1, date: "2026-11-23", "a:1": 1 });
  expect((await run(historyCommand, "FROM readings WHERE false", "--dir", folder.path, "--json")).stdout).toBe("[]\n");
  expect((await run(historyCommand, "SELECT a FROM readings WHERE false", "--dir", folder.path, "--csv")).stdout).toBe("a\n");
});

test("a sparkline has a bar for each row, or the mean of several, and gaps for NULL", async () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 80)).toBe("▁▂▃▄▅▆▇█");
  expect(sparkline([0, 2, NaN, NaN, 10, 20, 8, 8], 4)).toBe("▁ █▅");
  expect(sparkline([5, 5], 80)).toBe("▁▁");
  expect(sparkline([], 80)).toBe("");
  await using folder = await temporaryFolder();
  await writeReadings(folder.path);
  const ask = (...words: string[]) => run(historyCommand, 'SELECT a, said FROM readings ORDER BY "offset"', "--dir", folder.path, ...words);
  expect((await ask("--spark", "A")).stdout).toBe("▁ █\nA: 2 values from 0 to 1, mean 0.5\n");
  expect((await ask("--spark", "b")).stderr).toMatch(/^MGV_USAGE: --spark must be a column of the query: a, said; not "b"/);
  expect((await ask("--spark", "said")).stderr).toMatch(/^MGV_USAGE: --spark needs a column of numbers/);
});

test("without SQL it tells what there is", async () => {
  await using folder = await temporaryFolder();
  await writeReadings(folder.path);
  const { stdout } = await run(historyCommand, "--dir", folder.path);
  expect(stdout.split("\n").slice(0, 3)).toEqual([folder.path, expect.stringMatching(/^ {2}readings {5}3 {2}on 2026-11-23 {2}0 MB in 1 file$/), "  predictions  0"]);
  expect(JSON.parse((await run(historyCommand, "--dir", folder.path, "--json")).stdout)).toContainEqual({ kind: "readings", rows: 3, days: 1, first: "2026-11-23", last: "2026-11-23", files: 1, bytes: expect.any(Number) });
});

test("what cannot be asked is told in one sentence, and DuckDB's errors with its own", async () => {
  await using folder = await temporaryFolder();
  const bad = await writeReadings(folder.path);
  const ask = async (...words: string[]) => {
    const { stderr } = await run(historyCommand, ...words, "--dir", folder.path);
    process.stdout.removeAllListeners("error");
    return stderr;
  };
  expect(await ask("DROP VIEW readings")).toBe("MGV_HISTORY: Only SELECT can be asked of the history: it is read, and never changed by SQL.\n");
  expect(await ask("SELECT b FROM readings")).toMatch(/^MGV_HISTORY: Binder Error: Referenced column "b" not found/);
  expect(await ask("SELECT count(*) FROM range(100000000) a, range(100000) b WHERE hash(a.range + b.range) % 7 = 0", "--timeout", "0.05")).toMatch(/^MGV_HISTORY: The query took longer than 0.05 s/);
  expect(await ask("SELECT list(i) FROM range(100000000) t(i)", "--memory", "64")).toMatch(/^MGV_HISTORY: The query needs more memory/);
  expect(await ask("SELECT 1", "--csv", "--json")).toMatch(/^MGV_USAGE: --csv and --json/);
  expect(await ask("SELECT 1", "--import", "x.csv")).toMatch(/^MGV_USAGE: --import and SQL/);
  expect(await ask("--pipeline", "x.ts")).toMatch(/^MGV_USAGE: --pipeline is for --import/);
  await truncate(bad, 50);
  expect(await ask("SELECT count(*) AS n FROM readings")).toMatch(/^history .*t-0-0-2-r\.parquet cannot be read and is left out .*\n1 row\n$/);
});

const HEADER = "UTC,Temperature[C],Humidity[%],TVOC[ppb],eCO2[ppm],Raw H2,Raw Ethanol,Pressure[hPa],PM1.0,PM2.5,NC0.5,NC1.0,NC2.5,CNT,Fire Alarm";

test("readings of a CSV are imported once, also where they have been merged since, and rows that are none are told", async () => {
  await using folder = await temporaryFolder();
  const file = folder.file("readings.csv");
  const row = (time: number, temperature: string) => `${time},${temperature},40,1,400,12000,19000,940,1,2,3,4,5,${time % 100},1`;
  await writeFile(file, [HEADER, row(1_654_733_331, "20.5"), row(1_654_733_332, "hot"), row(1_654_900_000, "21"), ""].join("\n"));
  const directory = folder.file("history");
  const imported = await run(historyCommand, "--import", file, "--dir", directory);
  expect(imported).toMatchObject({ code: 0, stderr: expect.stringMatching(/^history 2 readings of .*; their topic is import-[0-9a-f]{16}\nhistory 1 row left out; row 2: /) });
  expect((await readdir(join(directory, "kind=readings"))).sort()).toEqual(["date=2022-06-09", "date=2022-06-10"]);
  expect(await readdir(join(directory, "pending"))).toEqual([]);
  const ask = async () => JSON.parse((await run(historyCommand, 'SELECT sensor, event_time, "offset", "Temperature[C]" AS t, label FROM readings ORDER BY "offset"', "--dir", directory, "--json")).stdout) as unknown;
  const rows = [{ sensor: "R1", event_time: "2022-06-09T00:08:51Z", offset: 0, t: 20.5, label: 1 }, { sensor: "R2", event_time: "2022-06-10T22:26:40Z", offset: 2, t: 21, label: 1 }];
  expect(await ask()).toEqual(rows);
  const other = folder.file("other.csv");
  await writeFile(other, [HEADER, row(1_654_733_500, "30"), ""].join("\n"));
  expect((await run(historyCommand, "--import", other, "--dir", directory)).stderr).toMatch(/^history 1 reading of/);
  await tendHistory({ directory, now: () => Date.parse("2026-01-01"), retentionDays: null, sizeLimitBytes: null });
  for (const path of [file, other]) expect((await run(historyCommand, "--import", path, "--dir", directory)).stderr).toMatch(/^history 0 readings of .*, which had [12] of it already/);
  expect(await ask()).toHaveLength(3);
});

test("a file that is no readings is told, and nothing of it is stored", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("other.csv"), "a,b\n1,2\n");
  expect((await run(historyCommand, "--import", folder.file("other.csv"), "--dir", folder.file("history"))).stderr).toMatch(/^MGV_CSV_COLUMN: /);
  expect((await run(historyCommand, "--import", folder.file("none.csv"), "--dir", folder.file("history"))).stderr).toMatch(/^MGV_FILE_READ: /);
});

test.skipIf(recordingAbsent !== null)("the recording is 62,630 rows of the history", async () => {
  await using folder = await temporaryFolder();
  await run(historyCommand, "--import", recordingPath, "--dir", folder.path);
  const { stdout } = await run(historyCommand, `SELECT count(*) AS n, sum(label) AS fire, sum("TVOC[ppb]")::BIGINT AS tvoc, count(DISTINCT sensor) AS sensors FROM readings`, "--dir", folder.path, "--json");
  expect(JSON.parse(stdout)).toEqual([{ n: 62_630, fire: 44_757, tvoc: 121_631_063, sensors: 5 }]);
});
