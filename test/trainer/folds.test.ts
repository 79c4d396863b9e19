import * as fc from "fast-check";
import { expect, test } from "vitest";
import { defaultParameters } from "../../kernel-as/model/training.ts";
import { checkFolds, foldsOf } from "../../trainer/folds.ts";
import { labelledRows } from "../../trainer/rows.ts";

const given = (labels: readonly number[], groups?: readonly (string | number)[]) => labelledRows({ rows: Float32Array.from(labels), width: 1, labels, ...(groups && { groups }) });

test("each row is judged once and by a model that did not learn from it, groups stay whole, the same seed gives the same folds", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 9 })), { minLength: 12, maxLength: 60 }), fc.integer({ min: 2, max: 5 }), fc.boolean(), fc.nat(), (rows, folds, grouped, seed) => {
      const groups = rows.map(([, group]) => group);
      fc.pre(!grouped || new Set(groups).size >= folds);
      const made = foldsOf(given(rows.map(([label]) => label), grouped ? groups : undefined), defaultParameters, { folds, seed });
      expect(made).toHaveLength(folds);
      expect(made.flatMap(({ test: held }) => [...held]).sort((a, b) => a - b)).toEqual([...rows.keys()]);
      for (const { train, test: held } of made) {
        expect([...train, ...held].sort((a, b) => a - b)).toEqual([...rows.keys()]);
        expect(held.length).toBeGreaterThan(0);
        if (grouped) expect([...train].filter((row) => [...held].some((other) => groups[other] === groups[row]))).toEqual([]);
      }
      expect(foldsOf(given(rows.map(([label]) => label), grouped ? groups : undefined), defaultParameters, { folds, seed })).toEqual(made);
    }),
  );
});

test("without groups classes are spread: no fold has more than one row of a class above another", () => {
  const labels = Array.from({ length: 103 }, (_, row) => (row % 10 === 0 ? 1 : 0));
  const ones = foldsOf(given(labels), defaultParameters, { folds: 5, seed: 3 }).map(({ test: held }) => [...held].filter((row) => labels[row] === 1).length);
  expect(Math.max(...ones) - Math.min(...ones)).toBeLessThanOrEqual(1);
});

test("groups of unequal size are shared out so that folds are about equal", () => {
  const groups = [40, 10, 10, 10, 10].flatMap((size, group) => Array.from({ length: size }, () => group));
  const made = foldsOf(given(groups.map(() => 0), groups), defaultParameters, { folds: 2, seed: 1 });
  expect(made.map(({ test: held }) => held.length)).toEqual([40, 40]);
});

test("seeds differ", () => {
  const labels = Array.from({ length: 40 }, (_, row) => row % 2);
  const [one, two] = [1, 2].map((seed) => foldsOf(given(labels), defaultParameters, { folds: 2, seed }));
  expect(one).not.toEqual(two);
});

test("too few groups or rows, and folds that cannot be, are refused in words", () => {
  const folds = (labels: number[], groups: number[] | undefined, count: number) => () => foldsOf(given(labels, groups), defaultParameters, { folds: count, seed: 0 });
  expect(folds([0, 1, 0], [1, 2, 2], 3)).toThrow("There are 2 groups for 3 folds, and groups stay whole: ask for at most 2 folds, or give folds of your own.");
  expect(folds([0, 1], [7, 7], 2)).toThrow("There is 1 group for 2 folds, and groups stay whole: group the rows more finely");
  expect(folds([0, 1], undefined, 3)).toThrow("There are 2 rows for 3 folds");
  expect(folds([0, 1], undefined, 1.5)).toThrow("folds is 1.5; there must be 2 or more");
  const check = (train: number[], held: number[]) => () => checkFolds([{ train: Uint32Array.from(train), test: Uint32Array.from(held) }], 4);
  expect(check([0, 1], [2, 3])).not.toThrow();
  expect(check([0, 1], [])).toThrow("Fold 1 has 2 rows to learn from and 0 to be judged by");
  expect(check([0, 1], [1, 2])).toThrow("Fold 1 has row 1 on both sides");
  expect(check([0, 4], [1])).toThrow("Fold 1 names row 4, and there are 4 rows");
});
