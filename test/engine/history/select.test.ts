import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HistoryReader } from "../../../engine/history/reader.ts";
import { select, type SelectOptions } from "../../../engine/history/select.ts";
import { jsonOf, numberOf, textOf } from "../../../engine/history/values.ts";
import { query } from "../../fixtures/query.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

async function historyIn(path: string) {
  const folder = join(path, "history", "kind=readings", "date=2026-11-23");
  await mkdir(folder, { recursive: true });
  await query(`COPY (SELECT 's' AS sensor, TIMESTAMP '2026-11-23' AS event_time, i::BIGINT AS "offset", i / 2 AS a FROM range(5000) r(i)) TO '${folder}/t-0-0-4999-r.parquet'`);
  return HistoryReader.open({ directory: join(path, "history"), isLocked: true, memoryMiB: 100, threads: 1 });
}

async function ask(reader: HistoryReader, sql: string, options: Partial<SelectOptions> = {}) {
  let columns: readonly string[] = [];
  const rows: unknown[][] = [];
  await select(reader, sql, {
    timeoutMs: 20_000,
    give: async (names, given) => {
      columns = names;
      rows.push(...given.map((row) => row.map(jsonOf)));
      return true;
    },
    ...options,
  });
  return { columns, rows };
}

test("whatever SELECT is comes back, in any of its forms", async () => {
  await using folder = await temporaryFolder();
  await using reader = await historyIn(folder.path);
  expect(await ask(reader, "SELECT count(*) AS n, max(a) FROM readings;")).toEqual({ columns: ["n", "max(a)"], rows: [[5000, 2499.5]] });
  expect(await ask(reader, "SELECT * FROM readings WHERE false")).toEqual({ columns: ["sensor", "event_time", "offset", "a", "date"], rows: [] });
  expect((await ask(reader, "FROM readings")).rows).toHaveLength(5000);
  for (const sql of ["VALUES (1)", "WITH t AS (SELECT 1) FROM t", "SELECT 1 AS x, 2 AS x", "DESCRIBE readings", "SHOW TABLES", "SUMMARIZE readings", "SELECT * FROM range(3), unnest([1])", "/* a comment; */ SELECT ';'"]) {
    expect((await ask(reader, sql)).rows.length, sql).toBeGreaterThan(0);
  }
});

test("values as JSON and as text", async () => {
  await using folder = await temporaryFolder();
  await using reader = await historyIn(folder.path);
  let row: readonly Parameters<typeof jsonOf>[0][] = [];
  const give: SelectOptions["give"] = async (_, rows) => {
    row = rows[0] ?? row;
    return true;
  };
  await ask(reader, "SELECT 1::BIGINT, 9007199254740993::BIGINT, 1.5::DECIMAL(9, 2), TIMESTAMP '2026-01-02 03:04:05.6', TIMESTAMPTZ '2026-01-02 03:04:05+01', DATE '2026-01-02', [1, NULL], {'a': 1.5::DOUBLE}, MAP {'k': 2}, 'nan'::DOUBLE, NULL, true, 'x'", { give });
  expect(row.map(jsonOf)).toEqual([1, "9007199254740993", 1.5, "2026-01-02T03:04:05.6Z", "2026-01-02T02:04:05Z", "2026-01-02", [1, null], { a: 1.5 }, [{ key: "k", value: 2 }], null, null, true, "x"]);
  expect(row.map(textOf)).toEqual(["1", "9007199254740993", "1.50", "2026-01-02 03:04:05.6", "2026-01-02 02:04:05+00", "2026-01-02", "[1, NULL]", "{'a': 1.5}", "{'k': 2}", "NaN", null, "true", "x"]);
  expect(row.map(numberOf)).toEqual([1, NaN, 1.5, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN]);
});

test("what is not one SELECT is refused, and changes nothing", async () => {
  await using folder = await temporaryFolder();
  await using reader = await historyIn(folder.path);
  const others = [
    "", "-- nothing", "SELECT 1; SELECT 2", "SELECT 1; COPY readings TO 'x'", "SELEC 1", `COPY readings TO '${folder.path}/history/out.csv'`, `COPY (SELECT 1) TO '${folder.path}/out.csv'`, `EXPORT DATABASE '${folder.path}/out'`,
    `ATTACH '${folder.path}/x.db'`, "INSTALL httpfs", "LOAD httpfs", "PRAGMA database_list", "PRAGMA threads = 4", "SET threads = 4", "RESET threads", "CALL enable_logging()", "CREATE TABLE t (i INT)", "DROP VIEW readings",
    "INSERT INTO readings VALUES (1)", "DELETE FROM readings", "EXPLAIN ANALYZE SELECT 1", "CHECKPOINT", "BEGIN", "USE memory", "PREPARE p AS SELECT 1", "EXECUTE p",
  ];
  for (const sql of others) await expect(ask(reader, sql), sql).rejects.toMatchObject({ code: "MGV_HISTORY", message: expect.stringMatching(/^(Only SELECT|One SELECT|That is no SQL)/) });
  expect((await ask(reader, "SELECT count(*) FROM readings")).rows).toEqual([[5000]]);
  expect((await readdir(folder.path)).concat(await readdir(join(folder.path, "history")))).toEqual(["history", "kind=readings"]);
});

test("no file outside of the history can be read, by whatever name, and no function reads files, runs texts or changes settings", async () => {
  await using folder = await temporaryFolder();
  await using reader = await historyIn(folder.path);
  const secret = folder.file("secret.csv");
  await writeFile(secret, "a\nhidden\n");
  await symlink(secret, folder.file("history/link.csv"));
  const calls = [
    `read_csv('${secret}')`, `read_csv_auto('${secret}')`, `read_text('${secret}')`, `read_blob('${secret}')`, `read_json('${secret}')`, `read_parquet('${secret}')`, `parquet_scan('${secret}')`, `parquet_metadata('${secret}')`, `parquet_schema('${secret}')`, `sniff_csv('${secret}')`,
    `read_text('${folder.path}/history/../secret.csv')`, `read_text('${folder.path}/history/link.csv')`, `glob('${folder.path}/*')`, `glob('${folder.path}/history/../*')`, "read_csv('/etc/passwd')", "READ_CSV('/etc/passwd')", `"read_csv"('/etc/passwd')`, "main.read_csv('/etc/passwd')", "system.main.read_csv('/etc/passwd')", "read_text('file:///etc/passwd')", "read_text('http://localhost/x')",
    "query('SELECT 1')", "query_table('readings')", "enable_logging()", `enable_logging(storage = 'file', storage_path = '${folder.path}/log')`, "duckdb_secrets()", "duckdb_settings()", "pragma_table_info('readings')", "read_duckdb('x')", "sqlite_scan('x', 'y')",
  ];
  for (const call of calls) {
    for (const sql of [`SELECT * FROM ${call}`, `SELECT (SELECT count(*) FROM ${call})`, `WITH t AS (FROM ${call}) SELECT 1 FROM readings JOIN t ON true`]) {
      await expect(ask(reader, sql), sql).rejects.toMatchObject({ code: "MGV_HISTORY", message: expect.stringMatching(/^The function \w+ cannot be used on the history/) });
    }
  }
  for (const sql of [`FROM '${secret}'`, `SELECT * FROM '${folder.path}/history/../secret.csv'`, `FROM '${folder.path}/history/link.csv'`, "FROM '/etc/passwd'", "SELECT getenv('HOME')", "SELECT write_log('x')", "SELECT * FROM query_table(['readings'])"]) {
    await expect(ask(reader, sql), sql).rejects.toMatchObject({ code: "MGV_HISTORY" });
  }
  // DuckDB itself keeps to the folder, whatever the check lets through
  for (const call of [`read_text('${secret}')`, `read_text('${folder.path}/history/../secret.csv')`, `read_text('${folder.path}/history/link.csv')`, `glob('${folder.path}/history/../*')`]) {
    await expect(reader.rows(`SELECT * FROM ${call}`), call).rejects.toThrow("Permission Error");
  }
  expect((await ask(reader, "SELECT count(*) FROM readings")).rows).toEqual([[5000]]);
});

test("a query that runs too long is ended, one that is too large fails, and the next one runs", async () => {
  await using folder = await temporaryFolder();
  await using reader = await historyIn(folder.path);
  await expect(ask(reader, "SELECT count(*) FROM range(100000000) a, range(100000) b WHERE hash(a.range + b.range) % 7 = 0", { timeoutMs: 50 })).rejects.toMatchObject({ code: "MGV_HISTORY", message: expect.stringContaining("took longer than 0.05 s") });
  await expect(ask(reader, "SELECT list(i) FROM range(100000000) t(i)")).rejects.toMatchObject({ code: "MGV_HISTORY", message: expect.stringContaining("--memory") });
  expect((await ask(reader, "SELECT count(*) FROM readings")).rows).toEqual([[5000]]);
});

test("rows come piece by piece, until no more are wanted", async () => {
  await using folder = await temporaryFolder();
  await using reader = await historyIn(folder.path);
  const pieces: number[] = [];
  await ask(reader, "SELECT * FROM range(10000000)", {
    give: async (_, rows) => {
      pieces.push(rows.length);
      return pieces.length < 3;
    },
  });
  expect(pieces).toEqual([2048, 2048, 2048]);
  await expect(ask(reader, "SELECT 1", { give: () => Promise.reject(new Error("the reader has gone")) })).rejects.toThrow("the reader has gone");
});

test("an aborted query ends with the signal's reason", async () => {
  await using folder = await temporaryFolder();
  await using reader = await historyIn(folder.path);
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("enough")), 20);
  await expect(ask(reader, "SELECT count(*) FROM range(100000000) a, range(100000) b WHERE hash(a.range + b.range) % 7 = 0", { signal: controller.signal })).rejects.toThrow("enough");
});

test("a strict question reads the history's tables only, and uses no function that tells of files or lengthens", async () => {
  await using folder = await temporaryFolder();
  await using reader = await historyIn(folder.path);
  const strict = { isStrict: true };
  for (const sql of ["SELECT count(*) FROM readings r JOIN labels l USING (sensor)", "WITH t AS (FROM readings) SELECT max(a) FROM t", "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x < 5) FROM t", "DESCRIBE readings", "FROM range(3), unnest([1])", "SELECT sensor || ' ' || a FROM readings LIMIT 1", "WITH größte AS (SELECT max(a) FROM readings) FROM größte", "SELECT a FROM READINGS LIMIT 1"]) {
    expect((await ask(reader, sql, strict)).rows.length, sql).toBeGreaterThan(0);
  }
  const refused = [
    "FROM duckdb_views", "FROM duckdb_views()", "FROM sqlite_master", "FROM pg_catalog.pg_views", "FROM information_schema.tables", "FROM memory.main.readings", "SELECT current_setting('threads')", "SELECT pg_get_viewdef('readings')", "WITH duckdb_views AS (SELECT 1) SELECT 2",
    "SELECT repeat('x', 9)", "SELECT \"REPEAT\"('x', 9)", "SELECT main.repeat('x', 9)", "SELECT a FROM readings WHERE a IN (SELECT len(lpad('x', 9, 'y')))", "SELECT list_resize([1], 9)", "SELECT range(9)", "SELECT replace('aa', 'a', 'aaaa')", "SELECT hex(hex('a'))",
    `SELECT ${Array.from({ length: 18 }, () => "sensor").join(" || ")} FROM readings`, `SELECT concat(${Array.from({ length: 17 }, () => "sensor").join(", ")}) FROM readings`, `SELECT * FROM "x/**/*.parquet", (WITH "x/**/*.parquet" AS (SELECT 1) SELECT 1)`,
  ];
  for (const sql of refused) await expect(ask(reader, sql, strict), sql).rejects.toMatchObject({ code: "MGV_HISTORY", message: expect.stringMatching(/^(There is no table|The functions?|A WITH must not)/) as string });
  await expect(ask(reader, "SELECT list(a.offset) FROM readings a, readings b, readings c", { ...strict, more: { time: "…", memory: "ask elsewhere" } })).rejects.toThrow("ask elsewhere");
});
