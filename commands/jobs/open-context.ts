import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { HistoryReader } from "../../engine/history/reader.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { DEFAULT_THRESHOLD } from "../../trainer/choice.ts";
import type { JobContext, ModelInUse } from "../../trainer/jobs/job.ts";
import { allJobs } from "../../trainer/jobs/jobs.ts";
import { deleteOldReports } from "../../trainer/jobs/report-folder.ts";
import type { Arguments } from "../command.ts";
import { historyDirectoryOf } from "../history-store.ts";
import { readFittingModel } from "../model/file.ts";
import { openRegistry } from "../model/model-registry.ts";
import { preciseNow } from "../precise-now.ts";
import { retrainOnce } from "../retrain.ts";
import type { Runtime } from "../runtime.ts";
import { tell } from "../terminal.ts";

/** What a query of a job may take; what does not fit goes to the disk. */
const MEMORY_MIB = 512;

interface Asked {
  readonly reports: string;
  readonly atMs: number;
  readonly directory: string;
  readonly before: unknown;
  readonly signal: AbortSignal;
}

/** What a run of a job needs. Throws `MGV_HISTORY`. */
export async function openContext(given: Arguments, runtime: Runtime, { reports, atMs, directory, before, signal }: Asked): Promise<JobContext & AsyncDisposable> {
  const { kernel, pipeline, models, config } = runtime;
  const model = await modelAt(models.path, runtime);
  const kept = await (await openRegistry(runtime)).find("challenger");
  const challenger = kept ? await modelAt(kept.path, runtime) : null;
  const spill = join(directory, "spill");
  await rm(spill, { recursive: true, force: true }); // of one that was killed
  const history = await HistoryReader.open({ directory: historyDirectoryOf(given, runtime), threads: 1, memoryMiB: MEMORY_MIB, spill, tell: (sentence) => tell(`history ${sentence}`) });
  return {
    kernel,
    pipeline,
    history,
    model,
    challenger,
    atMs,
    timeZone: config.timeZone,
    directory,
    before,
    retentionDays: config.reportsRetentionDays,
    deleteOld: () => deleteOldReports(reports, allJobs, { nowMs: atMs, retentionDays: config.reportsRetentionDays }),
    retrain: () => retrainOnce(given, runtime, { signal }),
    clock: preciseNow,
    signal,
    [Symbol.asyncDispose]: () => history[Symbol.asyncDispose](),
  };
}

/** Null where there is none, or none that can be used, which is told. */
async function modelAt(path: string, { pipeline }: Pick<Runtime, "pipeline">): Promise<ModelInUse | null> {
  if (!(await stat(path).catch(() => null))) return null;
  try {
    const { version, model, card } = await readFittingModel(path, pipeline);
    return { version, model, card, threshold: card?.threshold ?? DEFAULT_THRESHOLD };
  } catch (thrown) {
    const { code, message } = MangroveError.from(thrown);
    tell(`model   ${path} is left out: ${message} (${code})`, { level: "warn", event: "model.problem" });
    return null;
  }
}
