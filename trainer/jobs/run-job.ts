import { join } from "node:path";
import { makeFolder } from "../../engine/make-folder.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Job, JobAlert, JobContext, JobReport } from "./job.ts";
import { readRecord, writeRecord, type LastRun } from "./record.ts";
import { latestData, writeReport } from "./report-folder.ts";

export interface RunOptions {
  /** The folder of all reports. */
  readonly reports: string;
  readonly job: Job;
  /** Opens what the job needs, for this run. */
  readonly open: (own: { readonly directory: string; readonly before: unknown }) => Promise<JobContext & AsyncDisposable>;
  readonly now: () => number;
  /** This attempt and those before, and when the first began, epoch ms. */
  readonly attempt?: { readonly number: number; readonly beganMs: number };
  readonly onAlert?: (alert: JobAlert) => void;
  readonly signal?: AbortSignal;
}

/** One run that has ended, and what it found; no report where it has failed. */
export interface Ended {
  readonly run: LastRun;
  readonly report: JobReport | null;
}

/** Runs a job, and leaves its report and its record; a failure is told by both, and not thrown. What interrupts it is thrown. */
export async function runJob({ reports, job, open, now, attempt, onAlert = () => {}, signal }: RunOptions): Promise<Ended> {
  const beganMs = attempt?.beganMs ?? now();
  const known = await readRecord(reports, job.name);
  await writeRecord(reports, job.name, { begun: new Date(now()).toISOString(), last: known?.last ?? null });
  const keep = async (found: Pick<LastRun, "outcome" | "detail" | "report" | "alerts" | "figures">): Promise<LastRun> => {
    const run: LastRun = { began: new Date(beganMs).toISOString(), ended: new Date(now()).toISOString(), attempts: attempt?.number ?? 1, ...found };
    await writeRecord(reports, job.name, { begun: (await readRecord(reports, job.name))?.begun ?? run.began, last: run });
    return run;
  };
  try {
    const directory = join(reports, job.folder);
    await makeFolder(directory);
    await using context = await open({ directory, before: await latestData(reports, job) });
    const report = await job.run(context);
    signal?.throwIfAborted();
    const path = await writeReport(reports, job, { pipeline: context.pipeline.name, atMs: context.atMs, endedMs: now() }, report);
    for (const alert of report.alerts) onAlert(alert);
    return { run: await keep({ outcome: "succeeded", detail: report.detail, report: path, alerts: report.alerts.length, figures: report.figures }), report };
  } catch (thrown) {
    signal?.throwIfAborted();
    const { code, message } = MangroveError.from(thrown);
    return { run: await keep({ outcome: "failed", detail: `${code}: ${message}`, report: known?.last?.report ?? null, alerts: 0, figures: known?.last?.figures ?? {} }), report: null };
  }
}
