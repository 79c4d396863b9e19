import { expect, test } from "vitest";
import { jobStatuses } from "../../../commands/jobs/status.ts";
import { readConfig } from "../../../engine/config.ts";
import { allJobs, jobsOf } from "../../../trainer/jobs/jobs.ts";
import { writeRecord } from "../../../trainer/jobs/record.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const NOW_MS = Date.parse("2026-03-04T12:30:00Z");

test("every job has its schedule in words and when it is due, in the zone of the environment", async () => {
  await using folder = await temporaryFolder();
  const config = readConfig({ MANGROVE_TIME_ZONE: "Europe/Berlin" });
  const statuses = await jobStatuses(folder.path, allJobs, config, { nowMs: NOW_MS, isScheduled: ({ name }) => name !== "batch" });
  expect(statuses.map(({ name, schedule, next, last }) => [name, schedule, next, last])).toEqual([
    ["training", "daily at 02:00, Europe/Berlin", "2026-03-05T01:00:00.000Z", null],
    ["quality", "every 6 hours from 00:00, Europe/Berlin", "2026-03-04T17:00:00.000Z", null],
    ["performance", "every 12 hours from 00:00, Europe/Berlin", "2026-03-04T23:00:00.000Z", null],
    ["drift", "every 6 hours from 01:00, Europe/Berlin", "2026-03-04T18:00:00.000Z", null],
    ["historical", "Sundays at 03:00, Europe/Berlin", "2026-03-08T02:00:00.000Z", null],
    ["aggregation", "daily at 06:00, Europe/Berlin", "2026-03-05T05:00:00.000Z", null],
    ["batch", "daily at 06:00, Europe/Berlin", null, null],
  ]);
});

test("the training's timetable is the environment's, and one that was missed is due now", async () => {
  await using folder = await temporaryFolder();
  const last = { began: "2026-03-01T06:00:00.000Z", ended: "2026-03-01T06:00:10.000Z", outcome: "failed", attempts: 4, detail: "MGV_HISTORY: The disk is full.", report: null, alerts: 0, figures: {} } as const;
  await writeRecord(folder.path, "quality", { begun: "2026-03-01T06:00:00.000Z", last });
  const of = async (environment: Record<string, string>) => jobStatuses(folder.path, allJobs, readConfig({ MANGROVE_TIME_ZONE: "UTC", ...environment }), { nowMs: NOW_MS, isScheduled: () => true });
  const [training, quality] = await of({ ML_TRAINING_INTERVAL_HOURS: "8", ML_RETRAIN_HOUR: "5" });
  expect([training!.schedule, training!.next]).toEqual(["every 8 hours from 05:00, UTC", "2026-03-04T13:00:00.000Z"]);
  expect(quality).toMatchObject({ next: new Date(NOW_MS).toISOString(), last: { outcome: "failed", attempts: 4, detail: last.detail, report: null } });
  expect(quality!.last).not.toHaveProperty("figures");
  expect((await of({ ML_TRAINING_INTERVAL_HOURS: "0" }))[0]).toMatchObject({ schedule: "never by itself", next: null });
  expect((await of({ ML_TRAINING_INTERVAL_HOURS: "72" }))[0]).toMatchObject({ schedule: "every 3 days at 02:00, UTC" });
});

test("a pipeline that scores nothing has no jobs of a model", () => {
  expect(jobsOf({ isScored: false }).map(({ name }) => name)).toEqual(["quality", "drift", "historical", "aggregation", "batch"]);
  expect(jobsOf({ isScored: true })).toEqual(allJobs);
});
