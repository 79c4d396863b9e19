import { expect, test } from "vitest";
import { judgementOf } from "../../trainer/judgement.ts";
import type { JudgedRows } from "../../trainer/judgement/judged-rows.ts";
import { Measured } from "../../trainer/metrics.ts";
import { random } from "../fixtures/random.ts";

const MINUTE = 60_000;

/** Rooms of a reading a minute, each with a fire of ten minutes from the 30th on, and probabilities that show it but for some noise. */
function rooms(count: number, { minutes = 60, threshold = () => 0.5 }: { minutes?: number; threshold?: (room: number) => number } = {}): JudgedRows & { timeline: NonNullable<JudgedRows["timeline"]> } {
  const next = random(5);
  const rows = Array.from({ length: count }, (_, room) => Array.from({ length: minutes }, (_, minute) => ({ room, minute, label: minute >= 30 && minute < 40 ? 1 : 0 }))).flat();
  return {
    labels: rows.map(({ label }) => label),
    probabilities: rows.map(({ label }) => 0.6 * next() + 0.4 * label),
    thresholds: rows.map(({ room }) => threshold(room)),
    recordings: rows.map(({ room }) => `room ${room}`),
    witnesses: rows.map(({ room }) => room),
    alone: null,
    calibrated: null,
    timeline: { timesMs: rows.map(({ minute }) => minute * MINUTE), families: rows.map(({ room }) => room), holdOffMs: 0 },
  };
}

test("rows are called fire at the threshold of their own fold, in all figures but the curves", () => {
  const rows = rooms(4, { threshold: (room) => (room < 2 ? 0 : 2) });
  const { confusion, measures, byRecording, alarms } = judgementOf(rows);
  expect(confusion).toEqual({ truePositives: 20, falsePositives: 100, falseNegatives: 20, trueNegatives: 100 });
  expect(measures).toMatchObject({ rows: 240, positives: 40, recall: 0.5, accuracy: 0.5, auc: new Measured(rows.labels, rows.probabilities, 0.5).measures().auc });
  expect(byRecording.map(({ recording, measures: { recall } }) => [recording, recall])).toEqual([["room 0", 1], ["room 1", 1], ["room 2", 0], ["room 3", 0]]);
  // an hour of nothing but signs is one alarm, raised long before the fire
  expect(alarms).toMatchObject({ threshold: 1, fires: 4, found: 2, falseAlarms: 100 });
});

test("a probability is compared as the engine has it: of XGBoost as f32, of LightGBM and of nobody in particular as it is", () => {
  expect(Math.fround(0.7)).toBeLessThan(0.7);
  const rows = { ...rooms(1, { minutes: 40, threshold: () => 0.7 }), probabilities: new Float64Array(40).fill(0.7) };
  const called = (family?: "xgboost" | "lightgbm") => judgementOf({ ...rows, ...(family && { family }) }).measures.recall;
  expect([called("xgboost"), called("lightgbm"), called()]).toEqual([0, 1, 1]);
});

test("intervals are there from five groups on, without a remark from twenty, and what is said of fewer says why", () => {
  const judged = [4, 8, 24].map((count) => judgementOf(rooms(count)));
  expect(judged.map(({ intervals }) => intervals.groups)).toEqual([4, 8, 24]);
  expect(judged.map(({ intervals, alarms }) => [intervals.of.auc === null, alarms!.intervals.of.foundShare === null])).toEqual([[true, true], [false, false], [false, false]]);
  expect(judged.map(({ intervals }) => intervals.note?.slice(0, 25) ?? null)).toEqual(["4 groups are too few for ", "Intervals from 8 groups a", null]);
  for (const { measures, intervals } of judged.slice(1)) {
    expect(intervals.of.auc!.low).toBeLessThan(measures.auc!);
    expect(intervals.of.auc!.high).toBeGreaterThan(measures.auc!);
  }
});

test("copies are one witness: twice the rooms say no more of alarms and figures than once", () => {
  const rows = rooms(24);
  const halved = (group: number) => Math.floor(group / 2);
  const { intervals, alarms } = judgementOf({ ...rows, witnesses: Array.from(rows.witnesses as number[], halved), timeline: { ...rows.timeline, families: Array.from(rows.timeline.families, halved) } });
  expect([intervals.groups, alarms!.intervals.groups]).toEqual([12, 12]);
});

test("rows that tell no time have no alarms, and no curve of them", () => {
  const judged = judgementOf({ ...rooms(6), timeline: null });
  expect(judged.alarms).toBeNull();
  expect(judged.curves.alarms).toEqual([]);
});

test("rows once more without history, and calibrated, are judged beside the others", () => {
  const rows = rooms(6);
  const turned = Array.from(rows.probabilities, (p) => 1 - p);
  const { alone, calibrated, measures } = judgementOf({ ...rows, alone: turned, calibrated: Array.from(rows.probabilities, (p) => p / 2) });
  expect(alone!.auc).toBeCloseTo(1 - measures.auc!, 12);
  expect(alone!.accuracy).toBeLessThan(0.5);
  expect(calibrated).toMatchObject({ auc: measures.auc, accuracy: measures.accuracy, f1: measures.f1 });
  expect(calibrated!.logloss).not.toBe(measures.logloss);
});

test("the same rows give the same judgement", () => {
  expect(judgementOf(rooms(8))).toEqual(judgementOf(rooms(8)));
});
