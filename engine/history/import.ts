import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { Batch, DeadLetter } from "../batch.ts";
import { Decoder } from "../decode/decoder.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Source } from "../source/source.ts";
import { HistoryStore } from "./history-store.ts";
import { OpenSegment } from "./open-segment.ts";
import { HistoryReader } from "./reader.ts";
import { publish, type PendingFile } from "./segment.ts";
import { literal } from "./sql.ts";

export interface ImportOptions {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  readonly directory: string;
  /** Its topic is to be {@link importedTopic} of the content, so that the same content is known again. */
  readonly source: Source;
  readonly onProgress?: (rows: number) => void;
}

export interface Imported {
  /** Readings that were put into the history, and those that it had already. */
  readonly rows: number;
  readonly known: number;
  /** Records that are no readings, and the first of them. */
  readonly leftOut: number;
  readonly firstWrong: DeadLetter | null;
}

/** What the topic of imported readings is called: by the hash of their file. */
export function importedTopic(hash: string): string {
  return `import-${hash.slice(0, 16)}`;
}

/** Puts the readings of a source into the history, as an engine would that scores nothing. Nothing is to be seen before all is written; once more, or after a crash, only what is not there yet is added. Throws `MGV_HISTORY`. */
export async function importReadings({ kernel, pipeline, directory, source, onProgress = () => {} }: ImportOptions, signal: AbortSignal): Promise<Imported> {
  await using store = await HistoryStore.open({ pipeline, directory, run: "import" });
  const folder = join(directory, "pending", source.topic);
  const files: PendingFile[] = [];
  let [rows, leftOut] = [0, 0];
  let firstWrong: DeadLetter | null = null;
  let decoder: Decoder | null = null;
  let open: OpenSegment | null = null;
  const roll = async () => {
    if (open) files.push(...(await store.write(pipeline, open, folder)));
    open = null;
  };
  try {
    await rm(folder, { recursive: true, force: true }); // of one that was killed
    await mkdir(folder, { recursive: true });
    for await (const { format, records } of source.read(signal)) {
      decoder ??= new Decoder(kernel, pipeline.schema, format, { maxAheadMs: pipeline.clock.maxAheadMs });
      const { batch, deadLetters } = decoder.decode(records);
      leftOut += deadLetters.length;
      firstWrong ??= deadLetters[0] ?? null;
      if (batch.count === 0) continue;
      open ??= new OpenSegment(batch);
      open.add(unscored(batch));
      rows += batch.count;
      onProgress(rows);
      if (open.isFull) await roll();
    }
    signal.throwIfAborted();
    await roll();
    const known = await publishUnknown(directory, source.topic, files);
    return { rows: rows - known, known, leftOut, firstWrong };
  } catch (thrown) {
    signal.throwIfAborted();
    throw MangroveError.from(thrown, "MGV_HISTORY");
  } finally {
    decoder?.[Symbol.dispose]();
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

function unscored(batch: Batch) {
  return { batch, late: new Uint8Array(batch.count), scores: null, scored: null, encodePredictions: null, trial: null, alerts: [], rows: [], lateForWindows: 0, deadLetters: [], journal: [] };
}

/** How many rows were known: a file comes into view whole, and may have been merged with others since. */
async function publishUnknown(directory: string, topic: string, files: readonly PendingFile[]): Promise<number> {
  await using reader = await HistoryReader.open({ directory, threads: 1 });
  const unknown: PendingFile[] = [];
  let known = 0;
  for (const file of files) {
    const [, date, first, last] = /date=([^/\\]+)[/\\].*-(\d+)-(\d+)-import\.parquet$/.exec(file.path)!;
    const [found] = await reader.rows(`SELECT count(*)::INTEGER AS rows FROM readings WHERE topic = ${literal(topic)} AND date = DATE ${literal(date!)} AND "offset" BETWEEN ${first} AND ${last}`);
    if (found!["rows"] === 0) unknown.push(file);
    else known += found!["rows"] as number;
  }
  await publish(unknown);
  return known;
}
