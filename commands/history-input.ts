import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { HistoryReader } from "../engine/history/reader.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { datasetOf } from "../trainer/dataset.ts";
import { boundsOfHistory, historySql, type HistoryQuery, type LastDays } from "../trainer/history-query.ts";
import { historyReadings } from "../trainer/history-readings.ts";
import type { ManifestFile } from "../trainer/manifest.ts";
import type { Arguments } from "./command.ts";
import { manifestFile } from "./file-hash.ts";
import { tell } from "./terminal.ts";
import type { TrainingInput } from "./training-input.ts";

/** Which part of a history is learned from. */
export interface HistoryChoice {
  readonly directory: string;
  /** Null: all. */
  readonly last: LastDays | null;
  /** The bounds of an earlier training; null: all that is there now. */
  readonly query: HistoryQuery | null;
}

/** What `--days` says, of now. */
export function lastDaysOf(given: Arguments, usual: number | null = null): LastDays | null {
  const days = given.number("days", { min: 0.001 }) ?? usual;
  return days === null ? null : { days, atMs: Date.now() };
}

/** Opens a history to learn from. Throws `MGV_HISTORY`, `MGV_TRAIN_DATA` where it holds no reading of the pipeline. */
export async function historyInput(pipeline: Pipeline, { directory, last, query: given }: HistoryChoice): Promise<TrainingInput> {
  const history = await HistoryReader.open({ directory, threads: 1, tell });
  try {
    const query = given ?? (await readingsThere(history, pipeline, { directory, last }));
    const sql = historySql(pipeline, query);
    return {
      pipeline,
      isOther: false,
      simulated: null,
      name: nameOfHistory(pipeline),
      path: null,
      source: async () => ({ kind: "history", files: await historyFiles(directory), labels: await labelsUntil(history, query.labelsUntilMs), query, sql }),
      read: (kernel, signal) => history.query((connection) => datasetOf(kernel, pipeline, historyReadings(connection, sql, signal), signal), signal).catch(noLabel),
      [Symbol.asyncDispose]: () => history[Symbol.asyncDispose](),
    };
  } catch (thrown) {
    await history[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** A history as where readings come from, for people. */
export function nameOfHistory({ readings }: Pipeline): string {
  return `the history of ${readings}`;
}

/** The bounds of the last days, or of all that is there. Throws `MGV_TRAIN_DATA` where it holds no reading of the pipeline. */
export async function readingsThere(history: HistoryReader, pipeline: Pipeline, { directory, last }: Pick<HistoryChoice, "directory" | "last">, signal?: AbortSignal): Promise<HistoryQuery> {
  const query = await boundsOfHistory(history, pipeline, last, signal);
  if (query !== null) return query;
  throw new MangroveError("MGV_TRAIN_DATA", `The history in ${directory} holds no reading of ${pipeline.readings}: let the engine run for a while, or name another folder with --history DIR.`);
}

function noLabel(thrown: unknown): never {
  const { code } = MangroveError.from(thrown);
  if (code !== "MGV_LABEL") throw thrown;
  throw new MangroveError(code, "No reading has a label yet: rules and z-scores go on without. docs/labels.md says how labels come.", { cause: thrown });
}

async function labelsUntil(history: HistoryReader, timeMs: number): Promise<number> {
  const counted = await history.query((connection) => connection.runAndReadAll(`SELECT CAST(count(*) AS INTEGER) FROM labels WHERE given_time <= epoch_ms(${timeMs})`));
  return Number(counted.getRows()[0]![0]);
}

/** The files that readings and labels are in, by name. */
async function historyFiles(directory: string): Promise<ManifestFile[]> {
  const files: ManifestFile[] = [];
  for (const kind of ["kind=labels", "kind=readings"]) {
    const names = await readdir(join(directory, kind), { recursive: true }).catch(() => []);
    for (const name of names.filter((each) => each.endsWith(".parquet")).sort()) files.push(await manifestFile(join(directory, kind, name), `${kind}/${name}`));
  }
  return files;
}
