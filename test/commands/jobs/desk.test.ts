import { expect, test, vi } from "vitest";
import { JobDesk, type DeskOptions } from "../../../commands/jobs/desk.ts";
import type { ChildOutcome } from "../../../commands/jobs/job-child.ts";
import { Metrics } from "../../../engine/monitoring/metrics.ts";
import type { JobFigures, JobName } from "../../../trainer/jobs/job.ts";
import type { LastRun } from "../../../trainer/jobs/record.ts";

const ended = (own: Partial<LastRun> = {}): LastRun => ({ began: "2026-03-01T06:00:00.000Z", ended: "2026-03-01T06:00:10.000Z", outcome: "succeeded", attempts: 1, detail: "Well.", report: null, alerts: 0, figures: {}, ...own });

function deskOf(child: (about: { name: JobName; attempt: number }) => Promise<ChildOutcome>, own: Partial<DeskOptions> = {}) {
  const metrics = new Metrics();
  const waits: number[] = [];
  const kept: LastRun[] = [];
  const controller = new AbortController();
  const desk = new JobDesk({ child, keepFailure: async (_, run) => void kept.push(run), metrics, now: () => Date.UTC(2026, 2, 1, 6), signal: controller.signal, sleep: async (ms) => void waits.push(ms), ...own });
  return { desk, metrics, waits, kept, controller };
}

const quiet = () => vi.spyOn(process.stderr, "write").mockImplementation(() => true);

test("a failing job is tried again, and that is to be seen in the metrics", async () => {
  using told = quiet();
  const attempts: number[] = [];
  const { desk, metrics, waits } = deskOf(async ({ attempt }) => (attempts.push(attempt), attempt < 3 ? ended({ outcome: "failed", detail: "MGV_HISTORY: The disk is full." }) : ended({ attempts: attempt, figures: { quality: 0.9, performance: { accuracy: 0.8, precision: null, recall: 1 }, drift: [{ feature: "gas", method: "ks", distance: 0.5, psi: 0.3 }] } })));
  await desk.run("quality");
  expect([attempts, waits]).toEqual([[1, 2, 3], [60_000, 300_000]]);
  const text = await metrics.text();
  for (const line of ['mangrove_job_retries_total{job="quality"} 2', 'mangrove_job_runs_total{job="quality",outcome="succeeded"} 1', 'mangrove_job_duration_seconds{job="quality"} 10', "mangrove_data_quality_ratio 0.9", 'mangrove_model_performance_ratio{measure="accuracy"} 0.8', 'mangrove_drift_distance{feature="gas",method="ks"} 0.5', 'mangrove_drift_psi{feature="gas"} 0.3']) expect(text).toContain(line);
  expect(text).not.toContain('measure="precision"');
  expect(told.mock.calls.join("")).toContain("quality: attempt 1 failed, the next in 1 min: MGV_HISTORY: The disk is full.");
});

test("a look at drift that knows no figure takes those of before away", async () => {
  using _ = quiet();
  const found: JobFigures[] = [{ drift: [{ feature: "gas", method: "ks", distance: 0.5, psi: 0.3 }] }, {}];
  const { desk, metrics } = deskOf(async () => ended({ figures: found.shift()! }));
  await desk.run("drift");
  expect(await metrics.text()).toContain('mangrove_drift_psi{feature="gas"} 0.3');
  await desk.run("drift");
  expect(await metrics.text()).not.toContain("gas");
});

test("a job that keeps failing is given up; a child that has died leaves a record, too", async () => {
  using told = quiet();
  const { desk, metrics, kept, waits } = deskOf(async () => null);
  await desk.run("drift");
  expect(waits).toHaveLength(3);
  expect(kept.map(({ outcome, attempts }) => [outcome, attempts])).toEqual([["failed", 1], ["failed", 2], ["failed", 3], ["failed", 4]]);
  expect(await metrics.text()).toContain('mangrove_job_runs_total{job="drift",outcome="failed"} 1');
  expect(told.mock.calls.join("")).toContain("drift has failed for good, until it is due again");
});

test("no job runs twice at once, and of two jobs one waits for the other", async () => {
  const running: JobName[] = [];
  let most = 0;
  const ends: (() => void)[] = [];
  const { desk } = deskOf(({ name }) => new Promise((resolve) => {
    running.push(name);
    most = Math.max(most, running.length);
    ends.push(() => (running.pop(), resolve(ended())));
  }));
  expect([desk.begin("quality"), desk.begin("quality"), desk.begin("drift")]).toEqual([true, false, true]);
  expect([desk.isRunning("quality"), desk.isRunning("drift"), desk.isRunning("batch")]).toEqual([true, true, false]);
  const both = [desk.run("quality"), desk.run("drift")];
  await expect.poll(() => ends.length).toBe(1);
  ends[0]!();
  await both[0];
  await expect.poll(() => ends.length).toBe(2);
  ends[1]!();
  await both[1];
  expect(most).toBe(1);
  expect([desk.isRunning("quality"), desk.begin("quality")]).toEqual([false, true]);
});

test("a job waits for its next attempt without keeping others from their turn", async () => {
  using _ = quiet();
  let wake = () => {};
  const done: JobName[] = [];
  const { desk } = deskOf(async ({ name, attempt }) => (name === "quality" && attempt === 1 ? ended({ outcome: "failed" }) : (done.push(name), ended())), { sleep: () => new Promise((resolve) => (wake = resolve)) });
  const first = desk.run("quality");
  await desk.run("drift");
  expect([done, desk.isRunning("quality")]).toEqual([["drift"], true]);
  wake();
  await first;
  expect(done).toEqual(["drift", "quality"]);
});

test("what another process runs is left to it, and an interrupted job is neither tried again nor told", async () => {
  using told = quiet();
  const busy = deskOf(async () => ({ outcome: "busy" }));
  await busy.desk.run("batch");
  expect(await busy.metrics.text()).not.toContain('job="batch"');
  const stopped = deskOf(async () => (stopped.controller.abort(), null));
  await stopped.desk.run("batch");
  expect([stopped.waits, stopped.kept]).toEqual([[], []]);
  expect(told.mock.calls).toEqual([]);
});
