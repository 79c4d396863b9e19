import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { MangroveError } from "../../kernel-as/errors.ts";
import { syncFolder } from "../sync-folder.ts";
import { writeWhole } from "../write-whole.ts";
import { mergedOf, namesIn, REPLACES, replacesOf, type DayFiles } from "./files.ts";
import type { Kind } from "./kinds.ts";
import { literal } from "./sql.ts";

/** Ends the name of a merged file that is not to be seen yet. */
const MERGING = ".merging";

/** How rows lie in a merged file: as they came. */
const orders: Readonly<Record<Kind, string>> = {
  readings: `topic, "partition", "offset"`,
  predictions: `topic, "partition", "offset"`,
  alerts: `topic, "partition", "offset", alert_id`,
  analytics: `topic, "partition", event_time, "offset", output, sensor`,
  labels: `given_time, number`,
};

/**
 * Makes one file of several. Readers see the rows once, whenever they look and wherever this ends; {@link finishDay} brings to its end what was begun.
 *
 *     a.parquet  b.parquet │ m.parquet.merging │ m.replaces │ m.parquet    │           │
 *     ─────────────────────┼───────────────────┼────────────┼──────────────┼───────────┤
 *     write m, synced      │ write the list    │ rename m   │ delete a, b  │ delete the list
 *     seen: a, b                                            │ m            │ m
 */
export async function mergeDay(connection: DuckDBConnection, kind: Kind, { folder, names }: DayFiles): Promise<void> {
  const base = join(folder, `merged-${createHash("sha256").update(names.join("/")).digest("hex").slice(0, 32)}`);
  const [merging, list] = [`${base}.parquet${MERGING}`, `${base}${REPLACES}`];
  await writeMerged(connection, kind, { merging, paths: names.map((name) => join(folder, name)) });
  await writeWhole(list, JSON.stringify(names));
  await rename(merging, mergedOf(list));
  await syncFolder(folder);
  await deleteReplaced(folder, list, names);
}

/** Ends the merging that another process has begun in a folder. Only one at a time may. */
export async function finishDay(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    if (name.endsWith(REPLACES)) {
      const names = await namesIn(folder);
      if (names.includes(mergedOf(name))) await deleteReplaced(folder, path, (await replacesOf(path)) ?? []);
      else await rm(path, { force: true });
    } else if (name.endsWith(MERGING) || name.endsWith(`${REPLACES}.pending`)) {
      await rm(path, { force: true });
    }
  }
}

async function writeMerged(connection: DuckDBConnection, kind: Kind, { merging, paths }: { merging: string; paths: readonly string[] }): Promise<void> {
  const list = `[${paths.map(literal).join(", ")}]`;
  try {
    const wanted = await connection.runAndReadAll(`SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(${list})`);
    const written = await connection.run(`COPY (SELECT * FROM read_parquet(${list}, union_by_name = true, hive_partitioning = false) ORDER BY ${orders[kind]}) TO ${literal(merging)} (FORMAT parquet, COMPRESSION zstd)`);
    if (BigInt(written.rowsChanged) !== wanted.getRows()[0]![0]) throw new MangroveError("MGV_HISTORY", `${written.rowsChanged} rows were merged of ${String(wanted.getRows()[0]![0])}`);
    await using file = await open(merging, "r+");
    await file.sync();
  } catch (thrown) {
    await rm(merging, { force: true }).catch(() => {}); // a full disk has room again
    throw thrown;
  }
}

async function deleteReplaced(folder: string, list: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(folder, name), { force: true });
  await syncFolder(folder);
  await rm(list, { force: true });
  await syncFolder(folder);
}

