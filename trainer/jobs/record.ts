import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../engine/make-folder.ts";
import { writeWhole } from "../../engine/write-whole.ts";
import type { JobFigures, JobName } from "./job.ts";

/** What outlives a run of a job. */
export interface JobRecord {
  /** When it was begun the last time, or, where it never was, when somebody first looked; ISO 8601. Schedules count from here. */
  readonly begun: string;
  /** Null where it never has ended. */
  readonly last: LastRun | null;
}

export interface LastRun {
  /** ISO 8601, of the first attempt and of the end of the last one. */
  readonly began: string;
  readonly ended: string;
  readonly outcome: "succeeded" | "failed";
  readonly attempts: number;
  /** What came of it, or what went wrong. */
  readonly detail: string;
  /** The report, without its ending, from the folder of all reports on; null where there is none. */
  readonly report: string | null;
  readonly alerts: number;
  readonly figures: JobFigures;
}

/** Where the jobs of a folder of reports keep what is no report. */
export function recordFolder(reports: string, name: JobName): string {
  return join(reports, "jobs", name);
}

/** Null where there is none, or none that can be read: at worst a run is not made up for. */
export async function readRecord(reports: string, name: JobName): Promise<JobRecord | null> {
  try {
    const record = JSON.parse(await readFile(join(recordFolder(reports, name), "record.json"), "utf8")) as JobRecord;
    return Number.isNaN(Date.parse(record.begun)) ? null : record;
  } catch {
    return null;
  }
}

/** Throws `MGV_FILE_WRITE`. */
export async function writeRecord(reports: string, name: JobName, record: JobRecord): Promise<void> {
  await makeFolder(recordFolder(reports, name));
  await writeWhole(join(recordFolder(reports, name), "record.json"), `${JSON.stringify(record)}\n`);
}
