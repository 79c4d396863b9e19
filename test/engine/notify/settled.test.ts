import { expect, test } from "vitest";
import { Settled } from "../../../engine/notify/settled.ts";

test("the mark stands below the first place that is not settled", () => {
  const settled = new Settled();
  const [a, b, c] = [10, 20, 30].map((next) => settled.take(next));
  expect(b!()).toBeNull();
  expect(a!()).toBe(20);
  const d = settled.take(40);
  expect(d()).toBeNull();
  expect(c!()).toBe(40);
});
