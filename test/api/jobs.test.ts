import { expect, test } from "vitest";
import { jobsSchema, type JobAnswer } from "../../api/contract.ts";
import type { JobBoard } from "../../api/options.ts";
import { startService } from "./service.ts";

/** From the machine itself. */
const here = [{ method: "POST", headers: { Host: "localhost:5000" } }, { remoteAddress: "127.0.0.1" }] as const;

const never: JobAnswer = { name: "drift", title: "Drift", schedule: "every 6 hours from 01:00, UTC", next: "2026-03-01T07:00:00.000Z", running: false, last: null };
const ended: JobAnswer = { ...never, name: "quality", title: "Data quality", last: { began: "2026-03-01T06:00:00.000Z", ended: "2026-03-01T06:00:10.000Z", outcome: "succeeded", attempts: 2, detail: "All is well.", report: "quality_reports/quality_20260301T060000Z" } };

function boardOf(own: Partial<JobBoard> = {}): JobBoard {
  const running = new Set<string>();
  return {
    list: async () => [ended, never].map((job) => ({ ...job, running: running.has(job.name) })),
    has: (name) => name === "quality" || name === "drift",
    begin: (name) => !running.has(name) && (running.add(name), true),
    page: async (name) => (name === "quality" ? "<!doctype html><title>Data quality</title>" : null),
    ...own,
  };
}

test("GET /jobs lists the jobs, and POST begins one that is not running", async () => {
  await using service = await startService({ app: { jobs: boardOf() } });
  const list = async () => (await (await service.app.request("/jobs")).json()) as { jobs: JobAnswer[] };
  const body = await list();
  expect(body).toEqual(jobsSchema.parse(body));
  expect(body).toEqual({ jobs: [ended, never] });
  const run = (name: string) => service.app.request(`/jobs/${name}/run`, ...here);
  const begun = await run("drift");
  expect([begun.status, await begun.json()]).toEqual([202, { status: "started", detail: "The job drift has begun. GET /jobs tells what comes of it." }]);
  expect((await list()).jobs.map(({ running }) => running)).toEqual([false, true]);
  const again = await run("drift");
  expect([again.status, await again.json()]).toEqual([409, expect.objectContaining({ code: "MGV_NOT_READY" })]);
  const unknown = await run("dreams");
  expect([unknown.status, await unknown.json()]).toEqual([404, expect.objectContaining({ code: "MGV_NOT_FOUND", detail: 'There is no job "dreams"; GET /jobs lists those that there are.' })]);
});

test("the newest report is a page that may load nothing and stands in frames of this service alone", async () => {
  await using service = await startService({ app: { jobs: boardOf() } });
  const response = await service.app.request("/jobs/quality/report");
  expect([response.status, await response.text()]).toEqual([200, "<!doctype html><title>Data quality</title>"]);
  expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
  expect(response.headers.get("Content-Security-Policy")).toBe("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'");
  expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
  const none = await service.app.request("/jobs/drift/report");
  expect([none.status, await none.json()]).toEqual([404, expect.objectContaining({ detail: "The job drift has not left a report yet. POST /jobs/drift/run begins it." })]);
  expect((await service.app.request("/jobs/dreams/report")).status).toBe(404);
});

test("a process that runs none says so, and one without a history has none", async () => {
  const { begin: _, ...board } = boardOf();
  await using service = await startService({ app: { jobs: board } });
  const response = await service.app.request("/jobs/quality/run", ...here);
  expect([response.status, await response.json()]).toEqual([503, expect.objectContaining({ code: "MGV_NOT_READY", detail: expect.stringContaining("`mangrove jobs run quality`") as string })]);
  await using without = await startService();
  for (const path of ["/jobs", "/jobs/quality/report"]) expect((await without.app.request(path)).status).toBe(503);
  expect((await without.app.request("/jobs/quality/run", ...here)).status).toBe(503);
  expect((await service.app.request("/jobs/quality/run", { method: "POST" })).status).toBe(403);
});
