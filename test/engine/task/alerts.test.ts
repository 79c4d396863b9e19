import { expect, test } from "vitest";
import { alertLevel } from "../../../engine/task/alerts.ts";
import { SensorClocks } from "../../../engine/task/clock.ts";

test.each([
  [0.49, 0.5, "NONE"],
  [0.5, 0.5, "MEDIUM"],
  [0.71, 0.5, "HIGH"],
  [0.91, 0.5, "CRITICAL"],
  [0.91, 0.95, "NONE"],
  [NaN, 0.5, "NONE"],
])("a probability of %f at a threshold of %f is %s", (probability, threshold, level) => {
  expect(alertLevel(probability, threshold)).toBe(level);
});

//  s      10   30   20   19
//  late             no   yes        watermark = newest (30) - 10
test("a reading is late when its sensor's newest is ahead by more than the disorder that is waited for", () => {
  const clocks = new SensorClocks(10_000);
  expect([10, 30, 20, 19].map((timeS) => clocks.observe(0, timeS * 1000))).toEqual([false, false, false, true]);
  expect(clocks.observe(1, 0)).toBe(false);
});
