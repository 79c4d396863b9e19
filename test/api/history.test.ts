import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Problem } from "../../api/contract.ts";
import { historyAnswerSchema } from "../../api/contract.ts";
import { HistoryDesk } from "../../api/history-desk.ts";
import { writeLabels } from "../../engine/history/labels.ts";
import { query } from "../fixtures/query.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { bodyOf, startService } from "./service.ts";

interface Answer {
  columns: string[];
  rows: Record<string, unknown>[];
  row_count: number;
  truncated: boolean;
  note: string | null;
}

/** 12,000 readings of two sensors, one each second, and a label. */
const folder = await temporaryFolder();
const directory = join(folder.path, "history");
const day = join(directory, "kind=readings", "date=2026-11-23");
await mkdir(day, { recursive: true });
await query(`COPY (SELECT CASE WHEN i % 2 = 0 THEN 'kitchen' ELSE 'o''hall' END AS sensor, TIMESTAMP '2026-11-23 06:00:00' + i * INTERVAL 1 SECOND AS event_time, 't' AS topic, 0 AS partition, i::BIGINT AS "offset", CASE WHEN i = 3 THEN NULL ELSE i / 2 END AS "Temperature[C]", 'a "b", c' AS said FROM range(12000) r(i)) TO '${day}/t-0-0-11999-r.parquet'`);
await writeLabels(directory, [{ sensor: "kitchen", fromMs: Date.UTC(2026, 10, 23, 6), toMs: Date.UTC(2026, 10, 23, 7), label: 1, who: "Ada", givenMs: Date.UTC(2026, 10, 24), number: 1 }]);

const service = await startService({ app: { historyDirectory: directory } });
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const get = async (parameters: Record<string, string>, headers: Record<string, string> = {}) => service.app.request(`/history?${new URLSearchParams(parameters).toString()}`, { headers });
const ask = async (parameters: Record<string, string> = {}) => {
  const response = await get(parameters);
  expect(response.status, await response.clone().text()).toBe(200);
  return bodyOf<Answer>(response);
};

test("the newest hundred readings, unless something else is asked for, and that there are more", async () => {
  const answer = await ask();
  expect(answer).toEqual(historyAnswerSchema.parse(answer));
  expect(answer).toMatchObject({ row_count: 100, truncated: true, note: "Only the first 100 rows are here: ask for fewer, or for more with limit." });
  expect(answer.rows.map(({ offset }) => offset)).toEqual(Array.from({ length: 100 }, (_, i) => 11_999 - i));
  expect(answer.rows[0]).toMatchObject({ sensor: "o'hall", event_time: "2026-11-23T09:19:59Z", "Temperature[C]": 5999.5, date: "2026-11-23" });
});

test("sensor, from, to, limit and kind choose the rows", async () => {
  const from = "2026-11-23T07:00:01+01:00";
  const some = await ask({ kind: "readings", sensor: "o'hall", from, to: "2026-11-23T06:00:08Z" });
  expect(some.rows.map(({ offset }) => offset)).toEqual([7, 5, 3, 1]);
  expect(some).toMatchObject({ truncated: false, note: null });
  expect(some.rows[2]).toMatchObject({ "Temperature[C]": null });
  expect((await ask({ sensor: "o'hall", from, limit: "2" })).row_count).toBe(2);
  expect((await ask({ sensor: "cellar" })).rows).toEqual([]);
  expect((await ask({ kind: "labels", sensor: "kitchen", from: "2026-11-23T06:00:00Z" })).rows).toMatchObject([{ label: 1, who: "Ada", from_time: "2026-11-23T06:00:00Z" }]);
  expect((await ask({ kind: "alerts" })).rows).toEqual([]);
});

test("one SELECT is answered as its rows come", async () => {
  expect(await ask({ sql: `WITH t AS (SELECT sensor, max("offset") AS last FROM readings GROUP BY sensor) FROM t ORDER BY ALL` })).toEqual({
    columns: ["sensor", "last"],
    rows: [{ sensor: "kitchen", last: 11_998 }, { sensor: "o'hall", last: 11_999 }],
    row_count: 2,
    truncated: false,
    note: null,
  });
  expect(await ask({ sql: "SELECT sensor FROM readings JOIN labels USING (sensor)", limit: "7" })).toMatchObject({ row_count: 7, truncated: true });
  expect(await ask({ sql: "FROM readings" })).toMatchObject({ row_count: 10_000, truncated: true });
  expect(await ask({ sql: "SELECT 1 AS x, 2 AS x, 'nan'::DOUBLE AS n" })).toMatchObject({ rows: [{ x: 1, "x:1": 2, n: null }] });
});

test("CSV is asked for by name or by Accept, and a note goes into a header", async () => {
  const sql = 'SELECT sensor, "Temperature[C]", said FROM readings WHERE sensor = \'kitchen\' ORDER BY "offset"';
  const byAccept = await get({ sql, limit: "2" }, { Accept: "text/csv" });
  expect(byAccept.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
  expect(byAccept.headers.get("X-Mangrove-Note")).toBe("Only the first 2 rows are here: ask for fewer, or for more with limit.");
  const text = await byAccept.text();
  expect(text).toBe('sensor,Temperature[C],said\nkitchen,0,"a ""b"", c"\nkitchen,1,"a ""b"", c"\n');
  const byName = await get({ sql, limit: "2", format: "csv" }, { Accept: "application/json" });
  expect(await byName.text()).toBe(text);
  expect((await get({ sql: "SELECT 1 AS a", format: "csv" })).headers.has("X-Mangrove-Note")).toBe(false);
  expect((await get({ sql: "SELECT 1 AS a" }, { Accept: "text/html" })).headers.get("Content-Type")).toBe("application/json");
});

test.each([
  [{ sqll: "SELECT 1" }, "/sqll", /Did you mean|only sql/],
  [{ kind: "reading" }, "/kind", /kind/],
  [{ from: "yesterday" }, "/from", /ISO 8601/],
  [{ to: "2026-11-23" }, "/to", /ISO 8601/],
  [{ limit: "0" }, "/limit", /limit/],
  [{ limit: "10001" }, "/limit", /limit/],
  [{ limit: "1.5" }, "/limit", /limit/],
  [{ format: "xml" }, "/format", /format/],
  [{ sql: "SELECT 1", kind: "alerts" }, "/kind", /beside sql/],
  [{ sensor: "a\0" }, "/sensor", /NUL/],
  [{ sql: "SELECT 1\0" }, "/sql", /NUL/],
  [{ sql: "x".repeat(10_001) }, "/sql", /sql/],
])("parameters that cannot be are refused by name (%#)", async (parameters, pointer, detail) => {
  const response = await get(parameters);
  expect(response.status).toBe("sql" in parameters && "kind" in parameters ? 422 : 400);
  const problem = await bodyOf<Problem>(response);
  expect(problem).toMatchObject({ code: "MGV_USAGE", errors: [{ pointer }] });
  expect(problem.detail).toMatch(detail);
});

test("a parameter that is given twice is refused", async () => {
  expect((await service.app.request("/history?kind=alerts&kind=labels")).status).toBe(400);
});

test("SQL that changes, reads or tells of anything but the history's tables is refused, and no answer says where they lie", async () => {
  await writeFile(folder.file("secret.csv"), "a\nhidden\n");
  const refused = [
    "", "SELEC 1", "SELECT 1; SELECT 2", "DELETE FROM readings", "COPY readings TO 'x'", "PRAGMA database_list", "SET threads = 4", `FROM '${folder.file("secret.csv")}'`, `FROM '${day}/t-0-0-11999-r.parquet'`, `SELECT * FROM read_csv('${folder.file("secret.csv")}')`,
    "FROM duckdb_views()", "FROM duckdb_views", "FROM DUCKDB_VIEWS", "FROM sqlite_master", "FROM pg_views", "FROM pg_catalog.pg_views", "FROM information_schema.tables", "FROM main.readings", "SELECT pg_get_viewdef('readings')", "SELECT current_setting('allowed_directories')",
    "WITH duckdb_views AS (SELECT 1) FROM duckdb_views", "SELECT * FROM duckdb_views, (WITH duckdb_views AS (SELECT 1) FROM duckdb_views)", "SELECT repeat('x', 1000000000)", "SELECT lpad('x', 1000000000, 'y')", "SELECT range(1000000000)", "SELECT printf('%1000000000d', 1)", "SELECT nowhere FROM readings", "SELECT filename FROM readings",
  ];
  for (const sql of refused) {
    const response = await get({ sql });
    const text = await response.clone().text();
    expect([response.status, text], sql).toEqual([422, expect.stringContaining('"code":"MGV_HISTORY"')]);
    expect(text, sql).not.toContain(directory);
  }
  for (const sql of ["SHOW TABLES", "SHOW ALL TABLES", "DESCRIBE readings", "SUMMARIZE labels", "SHOW DATABASES"]) expect(await (await get({ sql })).text(), sql).not.toContain(folder.path);
  expect((await ask({ sql: "SELECT count(*) AS n FROM readings" })).rows).toEqual([{ n: 12_000 }]);
});

test("a question that needs too much memory is ended with a way out, and the next one is answered", async () => {
  const response = await get({ sql: "SELECT list(a.offset) FROM readings a, readings b, readings c" });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ detail: expect.stringMatching(/more memory than it may take.*mangrove history/) as string });
  expect((await ask({ limit: "1" })).row_count).toBe(1);
});

test("a client that goes away ends its question", async () => {
  const controller = new AbortController();
  const desk = new HistoryDesk(directory);
  const asked = desk.ask({ sql: "SELECT sum(hash(a.offset + b.offset + c.offset) % 7) FROM readings a, readings b, readings c", format: "json", maxRows: 1, signal: controller.signal });
  setTimeout(() => controller.abort(new Error("gone")), 300);
  await expect(asked).rejects.toThrow("gone");
});

test("two questions run at once, eight wait, more are told to come again", async () => {
  const desk = new HistoryDesk(directory);
  const { signal } = new AbortController();
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => desk.ask({ sql: "SELECT 1 AS a", format: "json", maxRows: 1, signal })));
  expect(outcomes.map(({ status }) => status)).toEqual([...Array<string>(10).fill("fulfilled"), "rejected", "rejected"]);
  expect((outcomes[11] as PromiseRejectedResult).reason).toMatchObject({ code: "MGV_NOT_READY" });
  await expect(desk.ask({ sql: "SELECT 1 AS a", format: "json", maxRows: 1, signal })).resolves.toMatchObject({ rows: ['{"a":1}'] });
});

test("rows beyond 16 MiB are cut with a note", async () => {
  const desk = new HistoryDesk(directory);
  const { rows, note } = await desk.ask({ sql: `SELECT '${"x".repeat(9_000)}' AS wide FROM readings`, format: "json", maxRows: 10_000, signal: new AbortController().signal });
  expect(note).toMatch(/^Only the first \d+ rows are here, which are 16 MiB/);
  expect(rows.join("").length).toBeLessThanOrEqual(16 * 2 ** 20);
});

test("a process without a history says so, and a folder that is not there is an empty one", async () => {
  await using without = await startService({ model: false });
  const response = await without.app.request("/history");
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ code: "MGV_NOT_READY", detail: expect.stringContaining("history()") as string });
  await using empty = await startService({ model: false, app: { historyDirectory: folder.file("nowhere") } });
  expect(await (await empty.app.request("/history")).json()).toMatchObject({ rows: [], truncated: false });
});
