import { open, mkdir, readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { syncFolder } from "../sync-folder.ts";
import type { ArrayColumn, ArrayTables } from "./array-tables.ts";
import type { HistoryDatabase } from "./database.ts";
import { dateOf, dayAfter, daysOf } from "./days.ts";
import { literal, quoted } from "./sql.ts";

export interface SegmentColumn extends Partial<ArrayColumn> {
  readonly name: string;
  /** What is stored, of the column as SQL names it; of one without parts a constant. Default: the column itself. */
  readonly sql?: (column: string) => string;
}

/** Rows that become one Parquet file for each date of their times. */
export interface Segment {
  readonly kind: string;
  readonly name: string;
  readonly columns: readonly SegmentColumn[];
  /** Of the rows, epoch ms. What SQL stores of them is the column `event_time`. */
  readonly timesMs: readonly Float64Array[];
}

/** A file that is complete and fsynced, and which no reader sees that globs `*.parquet`. */
export interface PendingFile {
  readonly pending: string;
  /** Its name once it is to be seen. */
  readonly path: string;
}

/** Ends the name of a file that is not to be seen yet; and of one that is being written, and may be cut off. */
const PENDING = ".pending";
const WRITING = ".writing";

/** Stands in such a name where a path has a slash: topics cannot have it. */
const SLASH = "~";

/** What the files in a folder of pending ones will be in `directory`. */
export async function pendingFiles(folder: string, directory: string): Promise<PendingFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(PENDING));
  return names.map((name) => ({ pending: join(folder, name), path: join(directory, ...name.slice(0, -PENDING.length).split(SLASH)) }));
}

/** Where files are to be seen, and where they are until then. */
interface Places {
  readonly directory: string;
  /** Default: `directory` itself. */
  readonly pending?: string;
}

/** Writes segments of different kinds, side by side, as `DIR/kind=K/date=D/NAME.parquet`, zstd, for {@link publish}; in the folder `pending` meanwhile, which must be there. NaN becomes NULL. */
export async function writeSegments(database: HistoryDatabase, places: Places, segments: readonly Segment[]): Promise<PendingFile[]> {
  // all of them to their end, also when one fails: nothing may run on when the connections are closed
  const written = await Promise.allSettled(segments.map((segment, i) => writeSegment(database.connections[i]!, database.arrays, places, segment)));
  const files = written.flatMap((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
  await syncFolder(places.pending ?? places.directory);
  return files;
}

async function writeSegment(connection: DuckDBConnection, arrays: ArrayTables, { directory, pending: folder = directory }: Places, { kind, name, columns, timesMs }: Segment): Promise<PendingFile[]> {
  using rows = arrays.open(columns.flatMap((column) => (column.parts ? { ...column, parts: column.parts } : [])));
  const list = columns.map((column) => `${column.sql?.(quoted(column.name)) ?? quoted(column.name)} AS ${quoted(column.name)}`);
  const select = `SELECT ${list.join(", ")} FROM (${rows.sql})`;
  const days = daysOf(timesMs);
  const written: PendingFile[] = [];
  for (const day of days) {
    const parts = [`kind=${kind}`, `date=${dateOf(day)}`, `${name}.parquet`];
    const path = join(directory, ...parts);
    const writing = join(folder, `${parts.join(SLASH)}${WRITING}`);
    const pending = join(folder, `${parts.join(SLASH)}${PENDING}`);
    const next = dayAfter(day);
    const ofDay = days.length === 1 ? select : `SELECT * FROM (${select}) WHERE event_time >= epoch_ms(${day})${next === Infinity ? "" : ` AND event_time < epoch_ms(${next})`}`;
    await connection.run(`COPY (${ofDay}) TO ${literal(writing)} (FORMAT parquet, COMPRESSION zstd)`);
    await sync(writing);
    await rename(writing, pending);
    written.push({ pending, path });
  }
  return written;
}

/** Renames files into view. */
export async function publish(files: readonly PendingFile[]): Promise<void> {
  for (const { pending, path } of files) {
    await mkdir(dirname(path), { recursive: true });
    await rename(pending, path);
  }
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) await syncFolder(folder);
}

async function sync(path: string): Promise<void> {
  await using file = await open(path, "r+");
  await file.sync();
}
