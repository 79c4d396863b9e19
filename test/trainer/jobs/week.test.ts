import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { MangroveError } from "../../../kernel-as/errors.ts";
import { jobNames, type Job, type JobName } from "../../../trainer/jobs/job.ts";
import { allJobs, jobNamed } from "../../../trainer/jobs/jobs.ts";
import { readRecord, writeRecord } from "../../../trainer/jobs/record.ts";
import { withRetries } from "../../../trainer/jobs/retries.ts";
import { runJob } from "../../../trainer/jobs/run-job.ts";
import { runIfDue } from "../../../trainer/schedule.ts";
import { random } from "../../fixtures/random.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { contextOf, keepWatched, modelOf, type WatchedRow } from "../../fixtures/watched.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Monday. */
const START_MS = Date.UTC(2026, 2, 2);
const settings = { trainingIntervalHours: 24, retrainHour: 2, timeZone: "UTC" } as const;

/** Readings of four rooms, each ten minutes: warmer by day, and warmer or colder from day to day. */
function rooms(seed: number, fromDay: number, toDay: number, change: (row: WatchedRow) => WatchedRow = (row) => row): WatchedRow[] {
  const next = random(seed);
  const rows: WatchedRow[] = [];
  for (let timeMs = START_MS + fromDay * DAY_MS; timeMs < START_MS + toDay * DAY_MS; timeMs += 600_000) {
    const weather = 2 * Math.sin((timeMs / DAY_MS) * 2 * Math.PI) + Math.sin(timeMs / DAY_MS / 2);
    ["kitchen", "hall", "cellar", "attic"].forEach((sensor, i) => {
      const label = next() < 0.02 ? 1 : 0;
      rows.push(change({ sensor, timeMs, appendMs: timeMs + 500, values: [19 + i + weather + next(), 40 + 5 * i + 10 * next(), 0], label, probability: label === 1 ? 0.9 : 0.1 * next() }));
    });
  }
  return rows;
}

/** All jobs by their timetables on a clock of its own, hour after hour; a run takes no time. */
function watcher(folder: { file(name: string): string }, model: ReturnType<typeof modelOf>) {
  const reports = folder.file("reports");
  const alerts: [JobName, string][] = [];
  const runs: JobName[] = [];
  let nowMs = START_MS;
  const run = async (job: Job, attempt?: { number: number; beganMs: number }) => {
    runs.push(job.name);
    const open = (own: { directory: string; before: unknown }) => contextOf(folder.file("history"), nowMs, { ...own, model });
    return runJob({ reports, job, open, now: () => nowMs, onAlert: ({ message }) => alerts.push([job.name, message]), ...(attempt && { attempt }) });
  };
  const until = async (untilMs: number, jobs: readonly Job[] = allJobs) => {
    for (; nowMs < untilMs; nowMs += HOUR_MS) {
      for (const job of jobs) {
        await runIfDue({
          table: job.timetable(settings),
          now: () => nowMs,
          lastBegunMs: async () => Date.parse((await readRecord(reports, job.name))?.begun ?? "") || null,
          setLastBegunMs: async (timeMs) => writeRecord(reports, job.name, { begun: new Date(timeMs).toISOString(), last: (await readRecord(reports, job.name))?.last ?? null }),
          job: async () => {
            const { run: ended } = await run(job);
            expect(ended.outcome, ended.detail).toBe("succeeded");
          },
        });
      }
    }
  };
  return { reports, alerts, runs, run, until, goTo: (timeMs: number) => (nowMs = timeMs), now: () => nowMs };
}

test("a week on a clock: every job runs by its timetable, sound rooms raise nothing, a sensor that shifts is named by the next look, and what was missed is made up for once", async () => {
  await using folder = await temporaryFolder();
  const history = folder.file("history");
  const watch = watcher(folder, modelOf(rooms(1, 0, 14)));
  await keepWatched(history, rooms(2, 0, 14));
  watch.goTo(START_MS + 7 * DAY_MS);
  await watch.until(START_MS + 14 * DAY_MS);
  expect(watch.alerts).toEqual([]);
  const count = (name: JobName) => watch.runs.filter((each) => each === name).length;
  expect(jobNames.map((name) => [name, count(name)])).toEqual([["training", 7], ["quality", 27], ["performance", 13], ["drift", 28], ["historical", 1], ["aggregation", 7], ["batch", 7]]);
  expect((await readdir(`${watch.reports}/quality_reports`)).length).toBe(2 * 27 + 2);

  const sinceMs = START_MS + 14 * DAY_MS + 2 * HOUR_MS;
  await keepWatched(history, rooms(3, 14, 15, (row) => (row.sensor === "hall" && row.timeMs >= sinceMs ? { ...row, values: [row.values[0]! + 14, row.values[1]!, 0] } : row)), { from: 1e6 });
  await watch.until(START_MS + 15 * DAY_MS + 2 * HOUR_MS, allJobs.filter(({ name }) => name === "drift"));
  const first = watch.alerts.find(([, message]) => message.includes("hall"));
  expect(first).toEqual(["drift", expect.stringMatching(/^Temperature\[C\] of hall has shifted by \d\.\d widths, from \d+\.?\d* to \d+\.?\d*, since 2026-03-16 02:00 UTC\.$/)]);
  expect(watch.alerts.filter(([, message]) => /cellar|attic|kitchen/.test(message))).toEqual([]);

  const before = watch.runs.length;
  watch.goTo(START_MS + 18 * DAY_MS + 9.5 * HOUR_MS);
  await watch.until(START_MS + 18 * DAY_MS + 11 * HOUR_MS, allJobs.filter(({ name }) => name === "aggregation"));
  expect(watch.runs.slice(before)).toEqual(["aggregation"]);
});

test("a job that fails is tried again with its attempts counted, and its record says what went wrong until it goes well", async () => {
  await using folder = await temporaryFolder();
  const watch = watcher(folder, modelOf(rooms(1, 0, 1)));
  await keepWatched(folder.file("history"), rooms(2, 0, 1));
  watch.goTo(START_MS + DAY_MS);
  const beganMs = watch.now();
  let failures = 2;
  const quality = jobNamed("quality");
  const flaky: Job = { ...quality, run: (context) => (failures-- > 0 ? Promise.reject(new MangroveError("MGV_HISTORY", "The disk is full.")) : quality.run(context)) };
  const seen: unknown[] = [];
  await withRetries({
    attempt: async (number) => {
      const { run, report } = await watch.run(flaky, { number, beganMs });
      seen.push([run.outcome, run.attempts, run.detail.slice(0, 31)]);
      if (!report) throw new Error(run.detail);
    },
    sleep: async (ms) => void watch.goTo(watch.now() + ms),
    onRetry: () => {},
  });
  expect(seen).toEqual([["failed", 1, "MGV_HISTORY: The disk is full."], ["failed", 2, "MGV_HISTORY: The disk is full."], ["succeeded", 3, "144 readings of 4 sensors: the "]]);
  expect((await readRecord(watch.reports, "quality"))!.last).toMatchObject({ began: "2026-03-03T00:00:00.000Z", ended: "2026-03-03T00:06:00.000Z", outcome: "succeeded", attempts: 3 });
});
