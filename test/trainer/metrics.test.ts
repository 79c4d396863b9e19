import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Measured, score } from "../../trainer/metrics.ts";
import { Ranking } from "../../trainer/ranking.ts";

test("the figures are those of a hand-made confusion table", () => {
  // threshold 0.5: 3 true positives, 1 false positive, 2 false negatives, 4 true negatives
  const labels = [1, 1, 1, 0, 1, 1, 0, 0, 0, 0];
  const p = [0.9, 0.8, 0.5, 0.6, 0.4, 0.3, 0.2, 0.1, 0.1, 0];
  const metrics = score(labels, p, 0.5);
  expect(metrics).toMatchObject({ rows: 10, positives: 5, accuracy: 0.7, precision: 0.75, recall: 0.6, f1: 0.666667 });
  const loss = labels.reduce((sum, label, i) => sum - Math.log(label === 1 ? p[i]! : 1 - p[i]!), 0) / 10;
  expect(metrics.logloss).toBeCloseTo(loss, 6);
});

test("AUC is the share of pairs that are ranked rightly, ties counting half", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(0, 0.25, 0.5, 0.75, 1)), { minLength: 2, maxLength: 40 }), (rows) => {
      const positives = rows.filter(([label]) => label === 1);
      const negatives = rows.filter(([label]) => label === 0);
      const wins = positives.flatMap(([, p]) => negatives.map(([, q]) => (p > q ? 1 : p === q ? 0.5 : 0)));
      const plain = wins.reduce((sum: number, win) => sum + win, 0) / wins.length;
      const { auc } = new Ranking(rows.map(([label]) => label), rows.map(([, p]) => p)).areas();
      if (Number.isNaN(plain)) expect(auc).toBeNull();
      else expect(auc).toBeCloseTo(plain, 12);
    }),
  );
});

test("what has no meaning is null, and a sure mistake costs a finite loss", () => {
  const metrics = score([0, 0], [0, 1], 2);
  expect(metrics).toMatchObject({ precision: null, recall: null, f1: null, auc: null, accuracy: 1 });
  expect(metrics.logloss).toBeCloseTo(-Math.log(1e-7) / 2, 4);
});

test("all figures of six rows are those worked out by hand", () => {
  const labels = [1, 0, 1, 1, 0, 0];
  const p = [0.9, 0.8, 0.8, 0.3, 0.3, 0.1];
  const measures = new Measured(labels, p, 0.5).measures();
  expect(measures).toMatchObject({ rows: 6, positives: 3, accuracy: 4 / 6, precision: 2 / 3, recall: 2 / 3 });
  expect(measures.balancedAccuracy).toBeCloseTo(2 / 3, 12);
  expect(measures.f1).toBeCloseTo(2 / 3, 12);
  // of nine pairs 0.9 wins three, 0.8 two and a half, 0.3 one and a half
  expect(measures.auc).toBeCloseTo(7 / 9, 12);
  // recall rises by a third at precisions of 1/1, 2/3 and 3/5
  expect(measures.prAuc).toBeCloseTo((1 + 2 / 3 + 3 / 5) / 3, 12);
  expect(measures.brier).toBeCloseTo((0.01 + 0.64 + 0.04 + 0.49 + 0.09 + 0.01) / 6, 12);
  // bins: 0.1 | 0.3 twice, one positive | 0.8 twice, one positive | 0.9
  expect(measures.calibrationError).toBeCloseTo((0.1 + Math.abs(0.6 - 1) + Math.abs(1.6 - 1) + 0.1) / 6, 12);
});

test("a row of weight two counts as if it were there twice, one of weight none as if it were not there", () => {
  const row = fc.tuple(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 2, 3));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
      const repeated = rows.flatMap(([label, p, weight]) => Array.from({ length: weight }, () => [label, p] as const));
      const weighted = new Measured(rows.map(([label]) => label), rows.map(([, p]) => p), 0.5).measures((at) => rows[at]![2]);
      const plain = new Measured(repeated.map(([label]) => label), repeated.map(([, p]) => p), 0.5).measures();
      for (const [name, figure] of Object.entries(plain)) {
        if (figure === null) expect(weighted[name as keyof typeof weighted]).toBeNull();
        else expect(weighted[name as keyof typeof weighted]).toBeCloseTo(figure, 9);
      }
    }),
  );
});

test("a figure is the same on every runtime to the last digit", () => {
  const labels = Array.from({ length: 500 }, (_, i) => (i * 7919) % 3 === 0 ? 1 : 0);
  const p = labels.map((label, i) => ((i * 104_729) % 997) / 1994 + label / 4);
  const { auc, prAuc, logloss, brier, calibrationError } = new Measured(labels, p, 0.5).measures();
  expect([auc, prAuc, logloss, brier, calibrationError]).toEqual([0.8762834690978404, 0.823186377265251, 0.4489821347201971, 0.14534465168323432, 0.12338766298896688]);
});

test.each([
  ["a label of 2", [2], [0.5]],
  ["a probability that is missing", [1], [NaN]],
  ["a probability above 1", [1], [1.5]],
  ["a probability that is text", [1], ["0.5" as unknown as number]],
  ["a probability of null", [1], [null as unknown as number]],
  ["a label too many", [1, 0], [0.5]],
])("%s is refused", (_, labels, p) => {
  expect(() => new Measured(labels, p, 0.5)).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT" }));
});

test.each<[unknown, string]>([
  ["0.3", 'threshold is "0.3"; it must be a number, or 0 or 1 for each row.'],
  [NaN, "threshold is NaN"],
  [null, "threshold is null"],
  [[1], "There are 1 decisions as threshold for 2 rows."],
  [[1, "0"], 'threshold is "0" for row 1; it must be 0 or 1 there.'],
])("a threshold of %j decides nothing: it is refused", (decision, message) => {
  expect(() => new Measured([1, 0], [0.5, 0.5], decision as number)).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT", message: expect.stringContaining(message) as string }));
});

test("rows that count as often as their group give the figures of rows that count one by one", () => {
  const row = fc.tuple(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 2));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)), (rows, weights) => {
      const measured = new Measured(rows.map(([label]) => label), rows.map(([, p]) => p), 0.5);
      const one = measured.measures((at) => weights[rows[at]![2]]);
      const all = measured.measuresBy(rows.map(([, , group]) => group))(weights);
      for (const [name, figure] of Object.entries(one)) {
        if (figure === null) expect(all[name as keyof typeof all]).toBeNull();
        else expect(all[name as keyof typeof all]).toBeCloseTo(figure, 9);
      }
    }),
  );
});
