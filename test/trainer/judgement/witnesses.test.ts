import { expect, test } from "vitest";
import { witnessesOf } from "../../../trainer/judgement/witnesses.ts";
import { datasetOf, withCopy } from "../../fixtures/dataset.ts";

// R3 is R1 once more but for one field; half an hour each
const dataset = withCopy(datasetOf({ R1: 1800, R2: 1800, R3: 1800 }), 0, 2);
const groups = (split: "blocks" | "recordings") => Array.from({ length: dataset.rows }, (_, row) => witnessesOf(dataset, split)(row));

test("recordings are drawn as wholes, together with their copies", () => {
  const drawn = groups("recordings");
  expect(new Set(drawn).size).toBe(2);
  expect(drawn.slice(0, 1800)).toEqual(drawn.slice(3600));
});

test("of the split by blocks ten minutes are drawn, together with the same ten of a copy", () => {
  const drawn = groups("blocks");
  expect(new Set(drawn).size).toBe(6);
  expect(new Set(drawn.slice(0, 600)).size).toBe(1);
  expect(drawn[599]).not.toBe(drawn[600]);
  expect(drawn.slice(0, 1800)).toEqual(drawn.slice(3600));
});
