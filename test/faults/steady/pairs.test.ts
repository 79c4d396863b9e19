import { expect, test } from "vitest";
import { random } from "../../fixtures/random.ts";
import { Pairs } from "./pairs.ts";

test("two streams that say the same meet, whichever is ahead, and nothing is held", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const next = random(seed);
    const pairs = new Pairs();
    const [expected, seen] = [[0, 0, 0], [0, 0, 0]];
    for (let i = 0; i < 5000; i++) {
      const group = Math.floor(next() * 3);
      if (next() < 0.5) pairs.expect("number", `${group}`, `${expected[group]!++}`);
      else pairs.see("number", `${group}`, `${seen[group]!++}`);
    }
    for (const group of [0, 1, 2]) {
      while (expected[group]! < seen[group]!) pairs.expect("number", `${group}`, `${expected[group]!++}`);
      while (seen[group]! < expected[group]!) pairs.see("number", `${group}`, `${seen[group]!++}`);
    }
    expect(pairs.end(), `seed ${seed}`).toEqual([]);
    expect([pairs.waiting, pairs.met]).toEqual([0, expected.reduce((sum, count) => sum + count)]);
  }
});

function paired(expected: readonly string[], seen: readonly string[]): string[] {
  const pairs = new Pairs();
  for (const text of expected) pairs.expect("number", "a", text);
  for (const text of seen) pairs.see("number", "a", text);
  return pairs.end().map(({ what, sentence }) => `${what}: ${sentence}`);
}

test("what is lacking, in the middle or at the end, is told once", () => {
  expect(paired(["1", "2", "3"], ["1", "2"])).toEqual(["lost: number of a: lacks 1, the first 3"]);
  expect(paired(["1", "2", "3", "4"], ["1", "3", "4"])).toEqual(["changed: number of a: 3 stands where 2 must", "lost: number of a: lacks 1, the first 4"]);
});

test("what is there twice, for no reason, or in another order is told", () => {
  expect(paired(["1", "2"], ["1", "1", "2"])).toEqual(["changed: number of a: 1 stands where 2 must", "extra: number of a: has too many: 1, the first 2"]);
  expect(paired([], ["7"])).toEqual(["extra: number of a: has too many: 1, the first 7"]);
  expect(paired(["1", "2"], ["2", "1"])).toEqual(["changed: number of a: 2 stands where 1 must"]);
});
