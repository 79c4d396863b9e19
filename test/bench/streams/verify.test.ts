import { expect, test } from "vitest";
import { faultOf, verify } from "../../../bench/streams/verify.ts";

const ours = new Map([
  ["a 1", [300, 20.5]],
  ["a 2", [300, 21.5]],
]);

test("windows that are the same but for the order of a sum are equal, and those that ours lacks do not count", () => {
  const verdict = verify("windows", ours, new Map([["a 1", [300, 20.5001]], ["b 1", [7, 7]]]));
  expect(verdict).toMatchObject({ compared: 1, different: 0, missing: 1, example: null });
  expect(faultOf("windows", { records: 2, readings: 600, verdict, isExact: true })).toBeNull();
});

test("another count, another value or no number is a difference, and the first one is shown", () => {
  for (const numbers of [[299, 20.5], [300, 20.6], [300, NaN]]) {
    const verdict = verify("windows", ours, new Map([["a 1", numbers], ["a 2", [300, 21.5]]]));
    expect(verdict).toMatchObject({ compared: 2, different: 1, missing: 0 });
    expect(faultOf("windows", { records: 2, readings: 600, verdict, isExact: true })).toContain("1 of 2 differ from ours");
  }
});

test("probabilities must be equal to one in a hundred thousand", () => {
  const own = new Map([["a 1", [0.25]]]);
  expect(verify("predictions", own, new Map([["a 1", [0.250_001]]])).different).toBe(0);
  expect(verify("predictions", own, new Map([["a 1", [0.2501]]])).different).toBe(1);
});

test("a reading without a prediction is a fault, and a prediction too many is one where exactly once is promised", () => {
  const told = { readings: 10, verdict: null };
  expect(faultOf("predictions", { ...told, records: 9, isExact: false })).toBe("9 predictions of 10 readings");
  expect(faultOf("predictions", { ...told, records: 11, isExact: true })).toBe("11 predictions of 10 readings");
  expect(faultOf("predictions", { ...told, records: 11, isExact: false })).toBeNull();
});

test("who tells of less than half of the windows has not done the work", () => {
  const verdict = verify("windows", new Map([...ours, ["a 3", [1, 1]]]), new Map([["a 1", [300, 20.5]]]));
  expect(faultOf("windows", { records: 1, readings: 600, verdict, isExact: true })).toBe("only 1 of ours, 2 are missing");
});
