import { open, mkdir, readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder } from "../sync-folder.ts";
import { DOUBLE, DuckDBDataChunk, VARCHAR, type DuckDBConnection } from "@duckdb/node-api";

/** One column of a segment: staged as DOUBLE or VARCHAR, stored as `sql` makes of it. */
export interface SegmentColumn {
  readonly name: string;
  readonly values: ArrayLike<number> | readonly string[];
  /** SQL over the quoted column name `$`, for types that DOUBLE is only the carrier of. Default: the column itself. */
  readonly sql?: string;
}

/** Rows that become one Parquet file for each date of `event_time`. */
export interface Segment {
  readonly kind: string;
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly SegmentColumn[];
}

/** What a DuckDB chunk holds at most. */
const CHUNK_ROWS = 2048;

/** A file that is complete and fsynced, and which no reader sees that globs `*.parquet`. */
export interface PendingFile {
  readonly pending: string;
  /** Its name once it is to be seen. */
  readonly path: string;
}

/** Ends the name of a file that is not to be seen yet. */
const PENDING = ".pending";

/** Stands in such a name where a path has a slash: topics cannot have it. */
const SLASH = "~";

/** What the files in a folder of pending ones will be in `directory`. */
export async function pendingFiles(folder: string, directory: string): Promise<PendingFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(PENDING));
  return names.map((name) => ({ pending: join(folder, name), path: join(directory, ...name.slice(0, -PENDING.length).split(SLASH)) }));
}

/** Writes a segment as `DIR/kind=K/date=D/NAME.parquet`, zstd, for {@link publish}; into the folder `pending` meanwhile, which must be there. NaN becomes NULL. */
export async function writeSegment(connection: DuckDBConnection, { directory, pending: folder = directory }: { directory: string; pending?: string }, segment: Segment): Promise<PendingFile[]> {
  const written: PendingFile[] = [];
  const columns = segment.columns.map((column) => ({ ...column, quoted: quote(column.name) }));
  const types = columns.map((column) => (isText(column) ? VARCHAR : DOUBLE));
  const table = quote(`${segment.kind} ${segment.name}`);
  await connection.run(`CREATE TEMP TABLE ${table} (${columns.map((column, i) => `${column.quoted} ${String(types[i])}`).join(", ")})`);
  try {
    const appender = await connection.createAppender(`${segment.kind} ${segment.name}`);
    for (let first = 0; first < segment.rows; first += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, segment.rows - first);
      const chunk = DuckDBDataChunk.create(types, rows);
      columns.forEach(({ values }, index) => {
        const vector = chunk.getColumnVector(index);
        for (let row = 0; row < rows; row++) {
          const value = values[first + row]!;
          vector.setItem(row, Number.isNaN(value) ? null : value);
        }
        vector.flush();
      });
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();

    const list = columns.map((column) => `${(column.sql ?? "$").replaceAll("$", () => column.quoted)} AS ${column.quoted}`).join(", ");
    const select = `SELECT ${list} FROM ${table}`;
    const dates = await connection.runAndReadAll(`SELECT DISTINCT strftime(event_time, '%Y-%m-%d') AS date FROM (${select}) ORDER BY date`);
    for (const date of dates.getRowsJS().map((row) => row[0] as string)) {
      const parts = [`kind=${segment.kind}`, `date=${date}`, `${segment.name}.parquet`];
      const path = join(directory, ...parts);
      const pending = join(folder, `${parts.join(SLASH)}${PENDING}`);
      await connection.run(
        `COPY (SELECT * FROM (${select}) WHERE strftime(event_time, '%Y-%m-%d') = '${date}') TO '${pending.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`,
      );
      {
        await using file = await open(pending, "r+");
        await file.sync();
      }
      written.push({ pending, path });
    }
    return written;
  } finally {
    await connection.run(`DROP TABLE ${table}`);
  }
}

/** Renames files into view. */
export async function publish(files: readonly PendingFile[]): Promise<void> {
  for (const { pending, path } of files) {
    await mkdir(dirname(path), { recursive: true });
    await rename(pending, path);
  }
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) await syncFolder(folder);
}

function isText(column: SegmentColumn): boolean {
  return Array.isArray(column.values);
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
