import { expect, test } from "vitest";
import { CommitTimes } from "../../../engine/notify/commit-times.ts";

test("a place has the time of the first commit that holds it", () => {
  const times = new CommitTimes();
  for (const [bytes, nowMs] of [[10, 1], [10, 2], [30, 3], [31, 4]] as const) times.committed(bytes, nowMs);
  expect([1, 10, 11, 30, 31, 32].map((end) => times.of(end))).toEqual([1, 1, 3, 3, 4, NaN]);
});

test("of a week of commits that nobody reads a place has its time, or one a few minutes later", () => {
  const times = new CommitTimes();
  const seconds = 7 * 86_400;
  for (let i = 1; i <= seconds; i++) times.committed(i, 1000 * i);
  expect(times.count).toBeLessThanOrEqual(10_000);
  for (let end = 1; end <= seconds; end += 997) {
    const lateMs = times.of(end) - 1000 * end;
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(180_000);
  }
  expect(times.of(seconds)).toBe(1000 * seconds);
  times.committed(seconds + 1, 1000 * seconds + 1);
  expect([seconds, seconds + 1].map((end) => times.of(end))).toEqual([1000 * seconds, 1000 * seconds + 1]);
});
