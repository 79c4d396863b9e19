import { expect, test } from "vitest";
import { writeLabels } from "../../../engine/history/labels.ts";
import type { JobContext } from "../../../trainer/jobs/job.ts";
import { performanceJob, type PerformanceData } from "../../../trainer/jobs/performance.ts";
import { healthScore } from "../../../trainer/jobs/performance/health.ts";
import { labelAt } from "../../../trainer/labels/reference.ts";
import { Measured } from "../../../trainer/metrics.ts";
import { random } from "../../fixtures/random.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { contextOf, keepWatched, modelOf, type WatchedRow } from "../../fixtures/watched.ts";

const START_MS = Date.UTC(2026, 2, 1);
const HOUR_MS = 3_600_000;
const atMs = START_MS + 14 * HOUR_MS;

/** Fourteen hours of two sensors, the first two of which are too old. */
function scored(seed: number, { isLabelled = true, isRight = 0.9, events = 0.1 } = {}): WatchedRow[] {
  const next = random(seed);
  const rows: WatchedRow[] = [];
  for (let timeMs = START_MS + 60_000; timeMs <= atMs; timeMs += 60_000) {
    for (const sensor of ["kitchen", "hall"]) {
      const label = next() < events ? 1 : 0;
      const says = next() < isRight ? label : 1 - label;
      rows.push({ sensor, timeMs, values: [20, 50, 0], label: isLabelled && next() < 0.7 ? label : null, probability: Math.round((says * 0.5 + next() * 0.499) * 1000) / 1000 });
    }
  }
  return rows;
}

async function performanceOf(rows: readonly WatchedRow[], own: Partial<JobContext> = {}, prepare: (directory: string) => Promise<void> = async () => {}) {
  await using folder = await temporaryFolder();
  await keepWatched(folder.path, rows);
  await prepare(folder.path);
  await using context = await contextOf(folder.path, atMs, { model: modelOf(rows), ...own });
  const report = await performanceJob.run(context);
  return { ...report, data: report.data as PerformanceData };
}

const newest = (rows: readonly WatchedRow[]) => rows.filter(({ timeMs }) => timeMs > atMs - 12 * HOUR_MS);

test("a program that has begun anew counts its readings from 0 again: each prediction is judged by the label of its own", async () => {
  const before = scored(1);
  const after = scored(2).map((row) => ({ ...row, timeMs: row.timeMs - 30_000 }));
  const { data } = await performanceOf(before, {}, (directory) => keepWatched(directory, after, { run: "again" }));
  const all = newest([...before, ...after]);
  const known = all.filter(({ label }) => label != null);
  const plain = new Measured(known.map(({ label }) => label!), known.map(({ probability }) => probability!), 0.5).measures();
  expect(data.predictions.predictions).toBe(all.length);
  expect(data.labelled).toMatchObject({ labelled: plain.rows, accuracy: expect.closeTo(plain.accuracy!, 9) as number, recall: expect.closeTo(plain.recall!, 9) as number });
});

test.each([1, 2])("with labels every figure is that of the trainer's own measures (seed %i)", async (seed) => {
  const rows = scored(seed);
  const { data, figures, alerts } = await performanceOf(rows);
  const known = newest(rows).filter(({ label }) => label != null);
  const plain = new Measured(known.map(({ label }) => label!), known.map(({ probability }) => probability!), 0.5).measures();
  const close = (value: number | null) => expect.closeTo(value!, 9) as number;
  expect(data.labelled).toMatchObject({ labelled: plain.rows, accuracy: close(plain.accuracy), precision: close(plain.precision), recall: close(plain.recall), f1: close(plain.f1), auc: close(plain.auc) });
  expect(figures.performance).toEqual({ accuracy: close(plain.accuracy), precision: close(plain.precision), recall: close(plain.recall) });
  const all = newest(rows);
  expect(data.predictions).toMatchObject({ predictions: all.length, events: all.filter(({ probability }) => probability! >= 0.5).length, versions: ["champion"], meanProbability: close(all.reduce((sum, { probability }) => sum + probability!, 0) / all.length) });
  expect(data.predictions.hours.map(({ hoursBack, predictions }) => [hoursBack, predictions])).toEqual(Array.from({ length: 12 }, (_, hour) => [hour, 120]));
  expect(alerts).toEqual([]);
  expect(data.health).toBeCloseTo(healthScore({ accuracy: plain.accuracy!, responseMs: 0, indicators: data.indicators.length }), 9);
});

test("labels that people give take the place of a reading's own, as in a training", async () => {
  const rows = scored(3);
  const labels = [
    { sensor: "kitchen", fromMs: atMs - 5 * HOUR_MS, toMs: atMs - 2 * HOUR_MS, label: 1, who: "Ada", givenMs: atMs - HOUR_MS, number: 1 },
    { sensor: "kitchen", fromMs: atMs - 4 * HOUR_MS, toMs: atMs - 3 * HOUR_MS, label: 0, who: "Ada", givenMs: atMs - HOUR_MS, number: 2 },
  ] as const;
  const late = { ...labels[0], toMs: atMs, givenMs: atMs + 1 };
  const { data } = await performanceOf(rows, {}, (directory) => writeLabels(directory, [...labels, late]));
  const known = newest(rows).map((row) => ({ ...row, label: labelAt(labels, row.sensor, row.timeMs, row.label ?? NaN) })).filter(({ label }) => !Number.isNaN(label));
  const count = (isEvent: boolean, label: number) => known.filter((row) => row.probability! >= 0.5 === isEvent && row.label === label).length;
  expect(data.labelled).toMatchObject({ truePositives: count(true, 1), falsePositives: count(true, 0), falseNegatives: count(false, 1), trueNegatives: count(false, 0) });
});

test("without labels it says so, and what can be known is there", async () => {
  const { data, figures, detail } = await performanceOf(scored(4, { isLabelled: false }));
  expect(data.labelled).toEqual({ value: null, reason: "No prediction of the span has a label yet: docs/labels.md says how labels come." });
  expect(data.health).toEqual({ value: null, reason: "The health score needs the accuracy, which no label tells yet." });
  expect(figures.performance).toEqual({ accuracy: null, precision: null, recall: null });
  expect(data.predictions.predictions).toBe(1440);
  expect(data.trial).toEqual({ cases: [{ name: "usual", probability: expect.closeTo(0.12, 2) as number, isRight: true }, { name: "event", probability: expect.closeTo(0.88, 2) as number, isRight: true }], responseMs: 0 });
  expect(detail).toContain("There are no labels, so nobody knows how many are right.");
});

test("a low accuracy, a slow model and three signs of trouble are told", async () => {
  let nowMs = 0;
  const unsure = scored(5, { isRight: 0.4, events: 0.3 }).map((row) => ({ ...row, probability: 0.45 + row.probability! / 10 }));
  const { alerts, data } = await performanceOf(unsure, { clock: () => (nowMs += 2_000_000) });
  expect(data.indicators).toEqual(["many", "unsure", "wavering"]);
  expect(alerts.map(({ severity, about }) => [severity, about])).toEqual([["critical", "accuracy"], ["warning", "response"], ["warning", "predictions"]]);
});

test("a challenger's agreement is that of the last hour, where there is one", async () => {
  const rows = scored(6).map((row, i) => ({ ...row, values: [i % 4 === 0 ? 55 : 20, 50, 0] }));
  const model = modelOf(rows);
  const blind = { ...modelOf(rows, "blind"), threshold: 2 };
  const { data } = await performanceOf(rows, { model, challenger: blind });
  expect(data.agreement).toEqual({ challenger: "blind", readings: 120, disagreements: 30, share: 0.75 });
  expect((await performanceOf(rows)).data.agreement).toEqual({ value: null, reason: "There is no challenger beside the model in use." });
});

test("no model and no predictions are no failure", async () => {
  const { data, alerts } = await performanceOf(scored(7).map(({ sensor, timeMs, values }) => ({ sensor, timeMs, values })), { model: null });
  expect(data).toMatchObject({ model: null, predictions: { predictions: 0, eventShare: null, meanConfidence: null, hours: [] }, trial: { value: null }, indicators: [] });
  expect(alerts).toEqual([]);
});

test("the health score is 100 for a model that is right, quick and calm, and never counts below nothing", () => {
  expect(healthScore({ accuracy: 1, responseMs: 0, indicators: 0 })).toBe(100);
  expect(healthScore({ accuracy: 0.9, responseMs: 500, indicators: 2 })).toBe(25 + 36 + 20 + 6);
  expect(healthScore({ accuracy: 0, responseMs: 60_000, indicators: 9 })).toBe(25);
});
