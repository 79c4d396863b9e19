import * as fc from "fast-check";
import { expect, test } from "vitest";
import { auc, score } from "../../trainer/metrics.ts";

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
      const fast = auc(rows.map(([label]) => label), rows.map(([, p]) => p));
      if (Number.isNaN(plain)) expect(fast).toBeNaN();
      else expect(fast).toBeCloseTo(plain, 12);
    }),
  );
});

test("what has no meaning is null, and a sure mistake costs a finite loss", () => {
  const metrics = score([0, 0], [0, 1], 2);
  expect(metrics).toMatchObject({ precision: null, recall: null, f1: null, auc: null, accuracy: 1 });
  expect(metrics.logloss).toBeCloseTo(-Math.log(1e-7) / 2, 4);
});
