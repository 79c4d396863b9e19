import { expect, test } from "vitest";
import { alertLevel } from "../../../engine/task/alerts.ts";

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
