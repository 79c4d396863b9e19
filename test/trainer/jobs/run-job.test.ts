import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MangroveError } from "../../../kernel-as/errors.ts";
import type { Job, JobContext, JobReport } from "../../../trainer/jobs/job.ts";
import { allJobs, jobNamed } from "../../../trainer/jobs/jobs.ts";
import { readRecord, writeRecord } from "../../../trainer/jobs/record.ts";
import { deleteOldReports, latestData, latestPage } from "../../../trainer/jobs/report-folder.ts";
import { runJob } from "../../../trainer/jobs/run-job.ts";
import { html } from "../../../trainer/report/html.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { contextOf } from "../../fixtures/watched.ts";

const AT_MS = Date.UTC(2026, 2, 1, 6);
const quality = jobNamed("quality");

const found = (value: number): JobReport => ({
  detail: "All is <well>.",
  alerts: [{ severity: "warning", about: "tests", message: "One & only." }],
  data: { value },
  facts: [["Value", String(value)]],
  sections: [{ id: "one", title: "One", content: html`<p>${"<script>"}</p>` }],
  figures: { quality: 0.5 },
});

/** The job of quality, with other work. */
const job = (run: Job["run"]): Job => ({ ...quality, run });

const opened = (folder: { file(name: string): string }, atMs = AT_MS) => (own: { directory: string; before: unknown }) => contextOf(folder.file("history"), atMs, own);

test("a run leaves JSON and a page, both as the latest too, and a record; the next one is given what it said", async () => {
  await using folder = await temporaryFolder();
  const reports = folder.file("reports");
  let nowMs = AT_MS + 1000;
  const alerts: string[] = [];
  const before: unknown[] = [];
  const run = (value: number, atMs: number) => runJob({ reports, open: opened(folder, atMs), now: () => (nowMs += 500), onAlert: ({ message }) => alerts.push(message), job: job((context: JobContext) => (before.push(context.before), Promise.resolve(found(value)))) });
  const { run: first } = await run(1, AT_MS);
  expect(first).toEqual({ began: "2026-03-01T06:00:01.500Z", ended: "2026-03-01T06:00:03.000Z", outcome: "succeeded", attempts: 1, detail: "All is <well>.", report: "quality_reports/quality_20260301T060000Z", alerts: 1, figures: { quality: 0.5 } });
  expect(await readRecord(reports, "quality")).toEqual({ begun: "2026-03-01T06:00:02.000Z", last: first });
  await run(2, AT_MS + 60_000);
  expect([before, alerts]).toEqual([[null, { value: 1 }], ["One & only.", "One & only."]]);
  expect((await readdir(join(reports, "quality_reports"))).sort()).toEqual(["latest.html", "latest.json", "quality_20260301T060000Z.html", "quality_20260301T060000Z.json", "quality_20260301T060100Z.html", "quality_20260301T060100Z.json"]);
  expect(JSON.parse(await readFile(join(reports, "quality_reports/latest.json"), "utf8"))).toEqual({ job: "quality", title: "Data quality", pipeline: "watched", at: "2026-03-01T06:01:00.000Z", made: expect.any(String) as string, detail: "All is <well>.", alerts: found(2).alerts, data: { value: 2 } });
  const page = (await latestPage(reports, quality))!;
  expect(page).toBe(await readFile(join(reports, "quality_reports/quality_20260301T060100Z.html"), "utf8"));
  expect(page).toContain("All is &#60;well&#62;.");
  expect(page).toContain("One &#38; only.");
  expect(page).toContain("default-src &#39;none&#39;");
  expect(page).not.toMatch(/<script|https?:|src=/);
});

test("a run for a moment before that of the latest report leaves that in its place, unless that has not come yet", async () => {
  await using folder = await temporaryFolder();
  const reports = folder.file("reports");
  const run = (value: number, atMs: number) => runJob({ reports, open: opened(folder, atMs), now: () => AT_MS + 1000, job: job(() => Promise.resolve(found(value))) });
  await run(1, AT_MS);
  await run(2, AT_MS - 86_400_000);
  expect(await latestData(reports, quality)).toEqual({ value: 1 });
  await run(3, AT_MS + 86_400_000);
  await run(4, AT_MS);
  expect(await latestData(reports, quality)).toEqual({ value: 4 });
});

test("what goes wrong is told by the record, with the last report that there is, and does not throw", async () => {
  await using folder = await temporaryFolder();
  const reports = folder.file("reports");
  const run = (work: Job["run"], number: number) => runJob({ reports, open: opened(folder), now: () => AT_MS, attempt: { number, beganMs: AT_MS - 60_000 }, job: job(work) });
  await run(() => Promise.resolve(found(1)), 1);
  const { run: failed, report } = await run(() => Promise.reject(new MangroveError("MGV_HISTORY", "The disk is full.")), 2);
  expect(report).toBeNull();
  expect(failed).toEqual({ began: "2026-03-01T05:59:00.000Z", ended: "2026-03-01T06:00:00.000Z", outcome: "failed", attempts: 2, detail: "MGV_HISTORY: The disk is full.", report: "quality_reports/quality_20260301T060000Z", alerts: 0, figures: { quality: 0.5 } });
  expect((await readRecord(reports, "quality"))!.last).toEqual(failed);
  expect(await latestData(reports, quality)).toEqual({ value: 1 });
});

test("an interrupted run throws, and leaves what was there", async () => {
  await using folder = await temporaryFolder();
  const reports = folder.file("reports");
  const controller = new AbortController();
  const running = runJob({ reports, open: opened(folder), now: () => AT_MS, signal: controller.signal, job: job(() => (controller.abort(new Error("enough")), Promise.resolve(found(1)))) });
  await expect(running).rejects.toThrow("enough");
  expect((await readRecord(reports, "quality"))!.last).toBeNull();
  expect(await latestPage(reports, quality)).toBeNull();
});

test("a record or a report that cannot be read is as none", async () => {
  await using folder = await temporaryFolder();
  await writeRecord(folder.path, "drift", { begun: "2026-03-01T06:00:00.000Z", last: null });
  await writeFile(folder.file("jobs/drift/record.json"), "{");
  await mkdir(folder.file("drift_reports"));
  await writeFile(folder.file("drift_reports/latest.json"), "{");
  expect(await readRecord(folder.path, "drift")).toBeNull();
  expect(await latestData(folder.path, jobNamed("drift"))).toBeNull();
});

test("files that are older than they are kept go, the latest and what is no job's stay", async () => {
  await using folder = await temporaryFolder();
  const old = new Date(AT_MS - 31 * 86_400_000);
  const files = ["quality_reports/old.json", "quality_reports/latest.json", "quality_reports/new.html", "daily_batches/old.parquet", "others/old.json"];
  for (const file of files) {
    await mkdir(join(folder.path, file, ".."), { recursive: true });
    await writeFile(folder.file(file), "");
    const time = file.includes("new") ? new Date(AT_MS) : old;
    await utimes(folder.file(file), time, time);
  }
  expect(await deleteOldReports(folder.path, allJobs, { nowMs: AT_MS, retentionDays: 30 })).toBe(2);
  const left = (await readdir(folder.path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
  expect(left.sort()).toEqual(["latest.json", "new.html", "old.json"]);
});
