import { expect, test } from "vitest";
import { raises, type Told } from "../../../engine/task/hold-off.ts";

/** Times (s) of signs of one cause, and which of them are told with a hold-off of 300 s. */
function toldOf(timesS: readonly number[], severities: readonly number[] = []): number[] {
  let told: Told | undefined;
  return timesS.filter((timeS, i) => {
    const next = raises(told, timeS * 1000, severities[i] ?? 0, 300_000);
    told = next.told;
    return next.raised;
  });
}

//  fire   x x x   x              x x
//  s      0 1 2   300            601 602
//  told   ^                      ^            602 - 300 would be within, 601 - 300 is not
test("one fire is one alert: the next comes after more than the hold-off without fire", () => {
  expect(toldOf([0, 1, 2, 300, 601, 602])).toEqual([0, 601]);
});

test("a gap of exactly the hold-off is still the same fire", () => {
  expect(toldOf([0, 300, 600, 900])).toEqual([0]);
});

test("a late reading of the same fire raises nothing, and one of a fire before it does", () => {
  expect(toldOf([1000, 900])).toEqual([1000]);
  expect(toldOf([1000, 100, 1001])).toEqual([1000, 100]);
});

test("a gap of exactly the hold-off is still the same fire to the newest sign, and to the last one where that was late", () => {
  expect(toldOf([1000, 900, 1300])).toEqual([1000]);
  expect(toldOf([1000, 100, 400])).toEqual([1000, 100]);
});

//  arrival   1000   100 101 102 …        a clock that was set back inside a fire
//  told      ^      ^
test("a sensor whose clock steps back inside a fire raises one alert more, not one a reading", () => {
  expect(toldOf([1000, 100, 101, 102, 103, 350, 651, 700, 1001])).toEqual([1000, 100, 651]);
});

//  severity   1   1   2   1   2   1        graver than it was is told at once; as grave again is not
//  s          0   1   2   3   4   400
//  told       ^       ^           ^
test("a cause that becomes graver is told again, and begins anew after the hold-off", () => {
  expect(toldOf([0, 1, 2, 3, 4, 400], [1, 1, 2, 1, 2, 1])).toEqual([0, 2, 400]);
});
