import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../engine/make-folder.ts";
import { writeWhole } from "../../engine/write-whole.ts";
import type { Job, JobReport } from "./job.ts";
import { jobPage } from "./page/report-page.ts";

const DAY_MS = 86_400_000;

/** The newest report stands under this name too. */
const LATEST = "latest";

interface About {
  readonly pipeline: string;
  /** The moment that the job was run for, and the clock's when it was over, epoch ms. */
  readonly atMs: number;
  readonly endedMs: number;
}

/** Writes a report as JSON and as a page, and both as the latest, unless there is one of a later moment that has come. Its path from the folder of all reports on, without an ending. Throws `MGV_FILE_WRITE`. */
export async function writeReport(reports: string, job: Job, { pipeline, atMs, endedMs }: About, report: JobReport): Promise<string> {
  const folder = join(reports, job.folder);
  await makeFolder(folder);
  const at = new Date(atMs).toISOString();
  const name = `${job.name}_${at.slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  const { detail, alerts, data } = report;
  const json = `${JSON.stringify({ job: job.name, title: job.title, pipeline, at, made: new Date(endedMs).toISOString(), detail, alerts, data })}\n`;
  const page = jobPage({ job, pipeline, at: `${at.slice(0, 16).replace("T", " ")} UTC` }, report);
  const latestMs = Date.parse((await readLatest(reports, job))?.at ?? "");
  const isLatest = !(latestMs > atMs && latestMs <= endedMs);
  for (const each of isLatest ? [name, LATEST] : [name]) {
    await writeWhole(join(folder, `${each}.json`), json);
    await writeWhole(join(folder, `${each}.html`), page);
  }
  return `${job.folder}/${name}`;
}

/** The data of a job's newest report; null where there is none that can be read. */
export async function latestData(reports: string, job: Job): Promise<unknown> {
  return (await readLatest(reports, job))?.data ?? null;
}

async function readLatest(reports: string, job: Job): Promise<{ readonly at?: string; readonly data?: unknown } | null> {
  const text = await readFile(join(reports, job.folder, `${LATEST}.json`), "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as { at?: string; data?: unknown };
  } catch {
    return null;
  }
}

/** The page of a job's newest report; null where there is none. */
export async function latestPage(reports: string, job: Job): Promise<string | null> {
  return readFile(join(reports, job.folder, `${LATEST}.html`), "utf8").catch(() => null);
}

/** Deletes the files of jobs that are older, but for the latest; their number. */
export async function deleteOldReports(reports: string, jobs: readonly Job[], { nowMs, retentionDays }: { nowMs: number; retentionDays: number }): Promise<number> {
  let deleted = 0;
  for (const { folder } of jobs) {
    for (const name of await readdir(join(reports, folder)).catch(() => [])) {
      const path = join(reports, folder, name);
      const found = await stat(path).catch(() => null);
      if (!found?.isFile() || name.startsWith(`${LATEST}.`) || found.mtimeMs >= nowMs - retentionDays * DAY_MS) continue;
      await rm(path, { force: true });
      deleted++;
    }
  }
  return deleted;
}
