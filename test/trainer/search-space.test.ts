import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../engine/simulator/random.ts";
import { defaultSpace, dimensionsOf, drawFrom, withDrawn, type SearchSpace } from "../../trainer/search-space.ts";

const drawMany = (space: SearchSpace, count = 2000) => {
  const dimensions = dimensionsOf(space, {}, 3);
  return Array.from({ length: count }, (_, i) => drawFrom(dimensions, new Random(1).fork(i)));
};

test("values are within their ends, whole where they must be, of four digits else, and every choice comes", () => {
  const drawn = drawMany({ eta: { from: 0.01, to: 0.3, scale: "log" }, max_leaves: { from: 3, to: 7, scale: "log" }, subsample: { from: 0.5, to: 1 }, max_depth: { from: 4, to: 6 }, grow_policy: ["depthwise", "lossguide"] });
  for (const { eta, subsample } of drawn as Record<string, number>[]) {
    expect(eta! >= 0.01 && eta! <= 0.3 && Number(eta!.toPrecision(4)) === eta).toBe(true);
    expect(subsample! >= 0.5 && subsample! <= 1).toBe(true);
  }
  expect([...new Set(drawn.map(({ max_leaves }) => max_leaves as number))].sort()).toEqual([3, 4, 5, 6, 7]);
  expect([...new Set(drawn.map(({ max_depth }) => max_depth as number))].sort()).toEqual([4, 5, 6]);
  expect(new Set(drawn.map(({ grow_policy }) => grow_policy)).size).toBe(2);
});

test("a logarithmic range is as often below its geometric mean as above, a linear one below its mean", () => {
  const drawn = drawMany({ lambda: { from: 0.01, to: 100, scale: "log" }, gamma: { from: 0, to: 100 } }) as Record<string, number>[];
  const share = (isBelow: (each: Record<string, number>) => boolean) => drawn.filter(isBelow).length / drawn.length;
  expect(share(({ lambda }) => lambda! < 1)).toBeCloseTo(0.5, 1);
  expect(share(({ gamma }) => gamma! < 50)).toBeCloseTo(0.5, 1);
});

test("what is drawn for a parameter does not depend on the others, and other names mean the same", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const draw = (space: SearchSpace) => drawFrom(dimensionsOf(space, {}, 3), new Random(seed))["eta"];
      const alone = draw({ eta: { from: 0.01, to: 0.3 } });
      expect(draw({ max_depth: [2, 3], eta: { from: 0.01, to: 0.3 }, lambda: { from: 0, to: 1 } })).toBe(alone);
      expect(draw({ learning_rate: { from: 0.01, to: 0.3 } })).toBe(alone);
    }),
  );
});

test("the default leaves alone what is given, by any name, and bounds trees as they are bounded already", () => {
  const names = (given: Record<string, unknown>) => Object.keys(defaultSpace(given));
  expect(names({})).toEqual(["max_leaves", "eta", "min_child_weight", "lambda", "subsample", "colsample_bytree"]);
  expect(names({ grow_policy: "depthwise" })[0]).toBe("max_depth");
  expect(names({ max_depth: 6 })[0]).toBe("eta");
  expect(names({ learning_rate: 0.1, reg_lambda: 2, num_leaves: 9, sampling_method: "goss" })).toEqual(["min_child_weight", "colsample_bytree"]);
});

test("drawn values take the place of given ones, whatever their names", () => {
  expect(withDrawn({ learning_rate: 0.3, rounds: 7 }, { eta: 0.1, max_leaves: 9 })).toMatchObject({ eta: 0.1, rounds: 7, max_leaves: 9, grow_policy: "lossguide", max_depth: 0 });
});

test.each<[string, unknown, RegExp]>([
  ["an unknown name", { max_dept: [3] }, /There is no parameter "max_dept"\. Did you mean max_depth\?/],
  ["two names of one parameter", { eta: [0.1], learning_rate: [0.2] }, /The space has eta twice/],
  ["what decides how trials are judged", { objective: ["binary:logistic"] }, /objective cannot be searched/],
  ["no values", { eta: [] }, /no value to choose for eta/],
  ["no range", { eta: 0.1 }, /The space of eta is 0\.1; it must be a range/],
  ["ends in the wrong order", { eta: { from: 0.3, to: 0.1 } }, /eta is from 0\.3 to 0\.1: from must be a number below to/],
  ["a missing end", { eta: { from: 0.3 } }, /eta is from 0\.3 to undefined/],
  ["a logarithm from 0", { lambda: { from: 0, to: 1, scale: "log" } }, /lambda is logarithmic from 0: it must begin above 0/],
  ["another scale", { lambda: { from: 0, to: 1, scale: "cubic" } }, /The scale of lambda is "cubic"/],
  ["a word that a range has not", { lambda: { from: 0, to: 1, step: 1 } }, /The space of lambda has step; a range has from, to and scale/],
  ["an end out of range", { subsample: { from: 0.5, to: 2 } }, /subsample is 2; it must be above 0 and at most 1/],
  ["a fraction where whole numbers are", { num_leaves: { from: 2.5, to: 9 } }, /max_leaves is 2\.5; it must be a whole number/],
  ["a choice of another type", { grow_policy: ["sideways"] }, /grow_policy is "sideways"/],
  ["nothing at all", {}, /The space of the search is empty/],
])("%s is refused", (_, space, message) => {
  expect(() => dimensionsOf(space as SearchSpace, {}, 3)).toThrow(message);
});
