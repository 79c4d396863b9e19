import type { Job } from "../../trainer/jobs/job.ts";
import { jobsOf } from "../../trainer/jobs/jobs.ts";
import { readRecord, writeRecord } from "../../trainer/jobs/record.ts";
import { nextRun } from "../../trainer/next-run.ts";
import { scheduleJob } from "../../trainer/schedule.ts";
import type { Arguments } from "../command.ts";
import type { Runtime } from "../runtime.ts";
import { tell } from "../terminal.ts";
import { JobDesk } from "./desk.ts";
import { reportsDirectoryOf } from "./flags.ts";
import { runInChild } from "./job-child.ts";
import { tellFigures } from "./job-figures.ts";

/** Whether the clock runs a job: the training always may, the others unless MANGROVE_JOBS says no. */
export function isScheduled({ name }: Job, { config }: Pick<Runtime, "config">): boolean {
  return name === "training" ? config.trainingIntervalHours > 0 : config.jobs;
}

/** The desk of a process, and its jobs by the clock until the signal aborts. What was missed while nobody was there is made up for soon, once. The metrics are told what the last runs found. */
export async function scheduleJobs(given: Arguments, runtime: Runtime, signal: AbortSignal): Promise<JobDesk> {
  const { config, metrics } = runtime;
  const reports = reportsDirectoryOf(given, runtime);
  const desk = new JobDesk({
    child: (attempt) => runInChild(given, runtime, { ...attempt, signal }),
    keepFailure: async (name, run) => writeRecord(reports, name, { begun: (await readRecord(reports, name))?.begun ?? run.began, last: run }),
    metrics,
    now: Date.now,
    signal,
  });
  for (const job of jobsOf(runtime.pipeline)) {
    const { name } = job;
    const record = await readRecord(reports, name);
    if (record?.last) tellFigures(metrics, name, record.last);
    const table = job.timetable(config);
    const nowMs = Date.now();
    const next = isScheduled(job, runtime) ? nextRun(table, { lastMs: record ? Date.parse(record.begun) : nowMs, nowMs }) : null;
    tellNext(job, next, { nowMs, timeZone: config.timeZone });
    if (next === null) continue;
    scheduleJob({
      table,
      now: Date.now,
      lastBegunMs: async () => Date.parse((await readRecord(reports, name))?.begun ?? "") || null,
      setLastBegunMs: async (timeMs) => writeRecord(reports, name, { begun: new Date(timeMs).toISOString(), last: (await readRecord(reports, name))?.last ?? null }),
      job: () => desk.run(name),
      signal,
    });
  }
  return desk;
}

function tellNext({ name }: Job, next: number | null, { nowMs, timeZone }: { nowMs: number; timeZone: string }): void {
  const part = name === "training" ? "train  " : `job     ${name}`;
  if (next === null) return name === "training" ? tell("train   never by itself (ML_TRAINING_INTERVAL_HOURS=0); POST /train begins one") : undefined;
  tell(`${part} next ${next <= nowMs ? "in a minute, as the last one was missed" : new Date(next).toLocaleString("sv-SE", { timeZone })}, ${timeZone}`);
}
