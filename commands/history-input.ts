import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { HistoryReader } from "../engine/history/reader.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { datasetOf } from "../trainer/dataset.ts";
import { boundsOfHistory, historySql, type HistoryQuery } from "../trainer/history-query.ts";
import { historyReadings } from "../trainer/history-readings.ts";
import type { ManifestFile } from "../trainer/manifest.ts";
import { manifestFile } from "./file-hash.ts";
import { tell } from "./terminal.ts";
import type { TrainingInput } from "./training-input.ts";

/** Which part of a history is learned from. */
export interface HistoryChoice {
  readonly directory: string;
  /** The last days before the newest reading; null: all. */
  readonly days: number | null;
  /** The bounds of an earlier training; null: all that is there now. */
  readonly query: HistoryQuery | null;
}

/** Opens a history to learn from. Throws `MGV_HISTORY`, `MGV_TRAIN_DATA` where it holds no reading of the pipeline. */
export async function historyInput(pipeline: Pipeline, { directory, days, query: given }: HistoryChoice): Promise<TrainingInput> {
  const history = await HistoryReader.open({ directory, threads: 1, tell });
  try {
    const query = given ?? (await readingsThere(history, pipeline, { directory, days }));
    const sql = historySql(pipeline, query);
    return {
      pipeline,
      isOther: false,
      simulated: null,
      name: `the history of ${pipeline.readings}`,
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

/** The bounds of the last `days` days, or of all that is there. Throws `MGV_TRAIN_DATA` where it holds no reading of the pipeline. */
export async function readingsThere(history: HistoryReader, pipeline: Pipeline, { directory, days }: Pick<HistoryChoice, "directory" | "days">, signal?: AbortSignal): Promise<HistoryQuery> {
  const query = await boundsOfHistory(history, pipeline, days, signal);
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
