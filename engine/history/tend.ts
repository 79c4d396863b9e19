import { readdir, realpath, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { tryOwn } from "../log/owner.ts";
import { makeFolder } from "../make-folder.ts";
import { syncFolder } from "../sync-folder.ts";
import { DAY_MS, dayOf } from "./days.ts";
import { countedIn, dayFoldersOf } from "./files.ts";
import { kindNames } from "./kinds.ts";
import { finishDay, mergeDay } from "./merge-day.ts";

export interface TendOptions {
  readonly directory: string;
  /** Epoch ms. */
  readonly now: () => number;
  /** Whole days that are kept before today, UTC; null: all. */
  readonly retentionDays: number | null;
  /** More is warned of; null: never. */
  readonly sizeLimitBytes: number | null;
  readonly signal?: AbortSignal;
  /** Sentences for people about what went wrong, or is to be done. */
  readonly tell?: (sentence: string) => void;
}

/** What was done. */
export interface Tended {
  /** Another process tends it: nothing was done. */
  readonly isBusy: boolean;
  /** Folders of one kind and date in which several files became one, and those files. */
  readonly merged: { readonly days: number; readonly files: number };
  /** Folders of one kind and date that were older than is kept. */
  readonly deletedDays: number;
  /** All that lies in the directory, then. */
  readonly sizeBytes: number;
}

/** What merging may take of memory. */
const MEMORY_MIB = 1024;

/** Directories that this process tends: DuckDB's lock keeps only others out. */
const tended = new Set<string>();

/**
 * Keeps a history in order, beside those that write and read it: deletes days that are older than is kept, makes one file of those of each kind and past day, and
 * warns of its size. What a process leaves undone, the next call ends. A day that cannot be merged is told, and stays as it is. Throws `MGV_HISTORY`, or the signal's reason.
 */
export async function tendHistory(options: TendOptions): Promise<Tended> {
  const { now, retentionDays, sizeLimitBytes, signal, tell = () => {} } = options;
  const directory = await realpath(options.directory).catch(() => null);
  const nothing = { merged: { days: 0, files: 0 }, deletedDays: 0 };
  if (directory === null) return { isBusy: false, ...nothing, sizeBytes: 0 };
  if (tended.has(directory)) return { isBusy: true, ...nothing, sizeBytes: await sizeOf(directory) };
  tended.add(directory);
  try {
    const own = join(directory, "tending");
    await makeFolder(own);
    using owner = await tryOwn(own);
    if (!owner) return { isBusy: true, ...nothing, sizeBytes: await sizeOf(directory) };
    const todayMs = Math.floor(now() / DAY_MS) * DAY_MS;
    const deletedDays = retentionDays === null ? 0 : await deleteBefore(directory, todayMs - retentionDays * DAY_MS);
    const merged = await mergeBefore(directory, todayMs, { spill: join(own, "spill"), tell, ...(signal && { signal }) });
    const sizeBytes = await sizeOf(directory);
    if (sizeLimitBytes !== null && sizeBytes > sizeLimitBytes) tell(tooLarge(directory, sizeBytes, sizeLimitBytes));
    return { isBusy: false, merged, deletedDays, sizeBytes };
  } finally {
    tended.delete(directory);
  }
}

/** Readers that had such a file in their list make it anew. */
async function deleteBefore(directory: string, dayMs: number): Promise<number> {
  let days = 0;
  for (const kind of kindNames) {
    for (const { date, folder } of await dayFoldersOf(directory, kind)) {
      if (dayOf(date) >= dayMs) break;
      await finishDay(folder); // else what was replaced would be seen again
      for (const name of await countedIn(folder)) {
        await rm(join(folder, name), { force: true });
      }
      await syncFolder(folder);
      await rmdir(folder).catch(() => {}); // something has come since, and goes the next time
      days++;
    }
  }
  return days;
}

async function mergeBefore(directory: string, dayMs: number, { spill, signal, tell }: { spill: string; signal?: AbortSignal; tell: (sentence: string) => void }): Promise<Tended["merged"]> {
  const merged = { days: 0, files: 0 };
  using database = await openMerging(spill, signal);
  for (const kind of kindNames) {
    for (const { date, folder } of await dayFoldersOf(directory, kind)) {
      signal?.throwIfAborted();
      if (dayOf(date) >= dayMs) break;
      await finishDay(folder);
      const names = await countedIn(folder);
      if (names.length < 2) continue;
      try {
        await mergeDay(database.connection, kind, { date, folder, names });
        merged.days++;
        merged.files += names.length;
      } catch (thrown) {
        signal?.throwIfAborted();
        tell(`The ${kind} of ${date} in ${directory} stay in ${names.length} files: ${(thrown as Error).message.split("\n")[0]}. Nothing is lost; it is tried again the next time.`);
      }
    }
  }
  return merged;
}

/** DuckDB that may write what does not fit into memory to a folder of its own. */
async function openMerging(spill: string, signal: AbortSignal | undefined) {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  await rm(spill, { recursive: true, force: true }); // of one that was killed
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: `${MEMORY_MIB}MiB`, temp_directory: spill });
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  signal?.addEventListener("abort", interrupt);
  return {
    connection,
    [Symbol.dispose]: () => {
      signal?.removeEventListener("abort", interrupt);
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Bytes of all files below a folder. */
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    bytes += entry.isDirectory() ? await sizeOf(path) : await stat(path).then(({ size }) => size, () => 0);
  }
  return bytes;
}

function tooLarge(directory: string, bytes: number, limit: number): string {
  const gigabytes = (size: number) => `${(size / 1e9).toPrecision(3)} GB`;
  return `The history in ${directory} has ${gigabytes(bytes)}, and its limit is ${gigabytes(limit)}. Nothing is deleted for that: keep fewer days with MANGROVE_HISTORY_RETENTION_DAYS, or raise MANGROVE_HISTORY_LIMIT_GB.`;
}
