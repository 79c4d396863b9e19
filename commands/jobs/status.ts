import type { Config } from "../../engine/config.ts";
import type { Job, JobName } from "../../trainer/jobs/job.ts";
import { readRecord, type LastRun } from "../../trainer/jobs/record.ts";
import { nextRun, type Timetable } from "../../trainer/next-run.ts";

/** A job as it is listed. */
export interface JobStatus {
  readonly name: JobName;
  readonly title: string;
  /** For people. */
  readonly schedule: string;
  /** ISO 8601; null: never by the clock. */
  readonly next: string | null;
  readonly last: Omit<LastRun, "alerts" | "figures"> | null;
}

/** Jobs, by what their folder of reports says. `isScheduled` says whether the clock runs a job here. */
export async function jobStatuses(reports: string, jobs: readonly Job[], config: Config, { nowMs, isScheduled }: { nowMs: number; isScheduled: (job: Job) => boolean }): Promise<JobStatus[]> {
  const statuses: JobStatus[] = [];
  for (const job of jobs) {
    const record = await readRecord(reports, job.name);
    const table = job.timetable(config);
    const next = isScheduled(job) ? nextRun(table, { lastMs: record ? Date.parse(record.begun) : nowMs, nowMs }) : null;
    const { alerts: _, figures: __, ...last } = record?.last ?? ({} as LastRun);
    statuses.push({ name: job.name, title: job.title, schedule: scheduleText(table), next: next === null ? null : new Date(next).toISOString(), last: record?.last ? last : null });
  }
  return statuses;
}

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

/** `every 6 hours from 00:00, Europe/Berlin` */
function scheduleText({ everyHours, hour, weekday, timeZone }: Timetable): string {
  const clock = `${String(hour).padStart(2, "0")}:00`;
  if (everyHours === 0) return "never by itself";
  if (weekday !== undefined) return `${days[weekday]!}s at ${clock}, ${timeZone}`;
  if (everyHours < 24) return `every ${everyHours} hours from ${clock}, ${timeZone}`;
  return everyHours < 48 ? `daily at ${clock}, ${timeZone}` : `every ${Math.floor(everyHours / 24)} days at ${clock}, ${timeZone}`;
}
