import { expect, test } from "vitest";
import { cronExpression } from "../../trainer/schedule.ts";

test.each([
  [24, 2, "0 2 * * *"],
  [48, 2, "0 2 */2 * *"],
  [12, 2, "0 2,14 * * *"],
  [5, 1, "0 1,5,9,13,17,21 * * *"],
  [1, 0, "0 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23 * * *"],
  [0, 2, null],
])("every %d hours from hour %d on is %s", (everyHours, hour, expression) => {
  expect(cronExpression(everyHours, hour)).toBe(expression);
});
