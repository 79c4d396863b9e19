import { expect, test } from "vitest";
import { AlertRule, alertLevel } from "../../../engine/task/alerts.ts";
import { SensorClocks } from "../../../engine/task/clock.ts";

/** Times (s) of predictions of fire, and which of them raise an alert with a hold-off of 300 s. */
function raised(timesS: readonly number[]): number[] {
  const rule = new AlertRule(300_000);
  return timesS.filter((timeS) => rule.raises(0, timeS * 1000));
}

//  fire   x x x   x              x x
//  s      0 1 2   300            601 602
//  alert  ^                      ^            602 - 300 would be within, 601 - 300 is not
test("one fire is one alert: the next comes after more than the hold-off without fire", () => {
  expect(raised([0, 1, 2, 300, 601, 602])).toEqual([0, 601]);
});

test("a gap of exactly the hold-off is still the same fire", () => {
  expect(raised([0, 300, 600, 900])).toEqual([0]);
});

test("a late reading of the same fire raises nothing, and one of a fire before it does", () => {
  expect(raised([1000, 900])).toEqual([1000]);
  expect(raised([1000, 100, 1001])).toEqual([1000, 100]);
});

//  arrival   1000   100 101 102 …        a clock that was set back inside a fire
//  alert     ^      ^
test("a sensor whose clock steps back inside a fire raises one alert more, not one a reading", () => {
  expect(raised([1000, 100, 101, 102, 103, 350, 651, 700, 1001])).toEqual([1000, 100, 651]);
});

test("sensors hold off for themselves alone", () => {
  const rule = new AlertRule(300_000);
  expect([rule.raises(0, 0), rule.raises(1, 0), rule.raises(0, 1)]).toEqual([true, true, false]);
});

test.each([
  [0.49, 0.5, "NONE"],
  [0.5, 0.5, "MEDIUM"],
  [0.71, 0.5, "HIGH"],
  [0.91, 0.5, "CRITICAL"],
  [0.91, 0.95, "NONE"],
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
