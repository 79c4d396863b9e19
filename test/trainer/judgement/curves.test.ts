import { expect, test } from "vitest";
import { curvesOf } from "../../../trainer/judgement/curves.ts";
import type { JudgedRows } from "../../../trainer/judgement/judged-rows.ts";
import { Measured } from "../../../trainer/metrics.ts";
import { random } from "../../fixtures/random.ts";

function judgedRows(labels: readonly number[], probabilities: readonly number[]): JudgedRows {
  const ofRows = <Value>(value: Value) => labels.map(() => value);
  return {
    labels,
    probabilities,
    thresholds: ofRows(0.5),
    recordings: ofRows("R1"),
    witnesses: ofRows(0),
    alone: null,
    calibrated: null,
    timeline: { timesMs: labels.map((_, i) => i * 1000), families: ofRows(0), holdOffMs: 0 },
  };
}

const many = (() => {
  const next = random(3);
  const labels = Array.from({ length: 20_000 }, () => (next() < 0.3 ? 1 : 0));
  return judgedRows(labels, labels.map((label) => 0.7 * next() + 0.3 * label * next()));
})();

test("the curves of a few rows are those that are counted by hand", () => {
  const { roc, precisionRecall, calibration, alarms } = curvesOf(judgedRows([1, 0, 1, 0], [0.9, 0.6, 0.6, 0.1]));
  expect(roc).toEqual([
    { falsePositiveRate: 0, truePositiveRate: 0 },
    { falsePositiveRate: 0, truePositiveRate: 0.5 },
    { falsePositiveRate: 0.5, truePositiveRate: 1 },
    { falsePositiveRate: 1, truePositiveRate: 1 },
  ]);
  expect(precisionRecall).toEqual([{ recall: 0.5, precision: 1 }, { recall: 1, precision: 2 / 3 }, { recall: 1, precision: 0.5 }]);
  expect(calibration).toEqual([{ rows: 1, probability: 0.1, share: 0 }, { rows: 2, probability: 0.6, share: 0.5 }, { rows: 1, probability: 0.9, share: 1 }]);
  expect(alarms.map(({ threshold, found }) => [threshold, found])).toEqual([[0.9, 1], [0.6, 2], [0.1, 2]]);
});

test("calibrated probabilities have a curve of their own", () => {
  const rows = judgedRows([1, 0, 1, 0], [0.9, 0.6, 0.6, 0.1]);
  expect(curvesOf(rows).calibrated).toBeNull();
  const { calibration, calibrated } = curvesOf({ ...rows, calibrated: [0.75, 0.5, 0.5, 0] });
  expect(calibration).toEqual(curvesOf(rows).calibration);
  expect(calibrated).toEqual([{ rows: 1, probability: 0, share: 0 }, { rows: 2, probability: 0.5, share: 0.5 }, { rows: 1, probability: 0.75, share: 1 }]);
});

test("curves of many rows have about 300 points at most, and still the area that is measured", () => {
  const { roc, precisionRecall, calibration, alarms } = curvesOf(many);
  for (const curve of [roc, precisionRecall, alarms]) {
    expect(curve.length).toBeGreaterThan(50);
    expect(curve.length).toBeLessThanOrEqual(302);
  }
  const area = roc.slice(1).reduce((sum, point, i) => sum + (point.falsePositiveRate - roc[i]!.falsePositiveRate) * (point.truePositiveRate + roc[i]!.truePositiveRate) / 2, 0);
  expect(area).toBeCloseTo(new Measured(many.labels, many.probabilities, 0.5).measures().auc!, 4);
  expect(roc.at(-1)).toEqual({ falsePositiveRate: 1, truePositiveRate: 1 });
  expect(precisionRecall.at(-1)!.recall).toBe(1);
  expect(calibration.reduce((sum, { rows }) => sum + rows, 0)).toBe(20_000);
});

test("without both labels there is nothing to rank", () => {
  const { roc, precisionRecall, calibration } = curvesOf(judgedRows([1, 1], [0.2, 0.3]));
  expect([roc, precisionRecall]).toEqual([[], []]);
  expect(calibration.map(({ share }) => share)).toEqual([1, 1]);
});
