import { createHash } from "node:crypto";
import { MangroveError } from "../../kernel-as/errors.ts";
import { openDatabase } from "./database.ts";
import { makeDirectory } from "./history-store.ts";
import { publish, writeSegments, type SegmentColumn } from "./segment.ts";

/** What a person says of a sensor's readings with event times in [from, to). Of labels that meet, the one that was given last counts, and of those given at once the one with the highest number. */
export interface Label {
  readonly sensor: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly label: 0 | 1;
  readonly who: string;
  readonly givenMs: number;
  /** Rises with each label of one writer. */
  readonly number: number;
}

/** Puts labels into the history as one file, whole or not at all, under the date up to which the last of them reaches; the same ones again are the same file. Throws `MGV_HISTORY`. */
export async function writeLabels(directory: string, labels: readonly Label[]): Promise<void> {
  if (labels.length === 0) return;
  await makeDirectory(directory);
  const name = `labels-${createHash("sha256").update(JSON.stringify(labels)).digest("hex").slice(0, 32)}`;
  const lastMs = labels.reduce((last, { toMs }) => Math.max(last, toMs), -Infinity);
  const database = await openDatabase();
  try {
    await publish(await writeSegments(database, { directory }, [{ kind: "labels", name, columns: columnsOf(labels), timesMs: [Float64Array.of(lastMs)] }]));
  } catch (cause) {
    throw new MangroveError("MGV_HISTORY", `Labels cannot be written to the history in ${directory}: ${(cause as Error).message}`, { cause });
  } finally {
    database.close();
  }
}

function columnsOf(labels: readonly Label[]): SegmentColumn[] {
  const texts = (name: string, of: (label: Label) => string): SegmentColumn => ({ name, parts: [Uint32Array.from(labels.keys())], texts: labels.map(of) });
  const numbers = (name: string, type: string, of: (label: Label) => number): SegmentColumn => ({ name, parts: [Float64Array.from(labels, of)], sql: (column) => `CAST(${column} AS ${type})` });
  const times = (name: string, of: (label: Label) => number): SegmentColumn => ({ name, parts: [Float64Array.from(labels, of)], sql: (column) => `epoch_ms(CAST(${column} AS BIGINT))` });
  return [
    texts("sensor", ({ sensor }) => sensor),
    times("from_time", ({ fromMs }) => fromMs),
    times("to_time", ({ toMs }) => toMs),
    numbers("label", "TINYINT", ({ label }) => label),
    texts("who", ({ who }) => who),
    times("given_time", ({ givenMs }) => givenMs),
    numbers("number", "BIGINT", ({ number }) => number),
  ];
}
