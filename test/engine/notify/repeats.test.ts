import { expect, test } from "vitest";
import { Repeats } from "../../../engine/notify/repeats.ts";
import type { ToldAlert } from "../../../engine/notify/told-alert.ts";
import { toldAlert } from "../../fixtures/told-alerts.ts";

const at = (minute: number) => ({ timestamp: new Date(60_000 * minute).toISOString() });

test("the same sensor and cause within the hold-off is a repeat, unless it is graver", () => {
  const repeats = new Repeats(10 * 60_000);
  const isOne = (about: Parameters<typeof toldAlert>[1]) => repeats.isOne(toldAlert("x", about));
  expect(isOne({ ...at(0), severity: "MEDIUM" })).toBe(false);
  expect(isOne({ ...at(5), severity: "MEDIUM" })).toBe(true);
  expect(isOne({ ...at(5), sensor_id: "other" })).toBe(false);
  expect(isOne({ ...at(5), kind: "threshold", cause: "TVOC[ppb]" })).toBe(false);
  expect(isOne({ ...at(6), severity: "CRITICAL" })).toBe(false);
  expect(isOne({ ...at(17), severity: "MEDIUM" })).toBe(false);
});

test("an alert that is read again is not its own repeat, nor that of a graver one", () => {
  const repeats = new Repeats(10 * 60_000);
  const [first, same, graver] = [toldAlert("a", { ...at(0), severity: "MEDIUM" }), toldAlert("b", { ...at(1), severity: "MEDIUM" }), toldAlert("c", { ...at(2), severity: "CRITICAL" })];
  const readAgain = (alert: ToldAlert) => repeats.isOne({ ...alert });
  expect([first, same, graver].map(readAgain)).toEqual([false, true, false]);
  expect([first, same, graver].map(readAgain)).toEqual([false, true, false]);
  expect(readAgain(toldAlert("d", { ...at(3), severity: "CRITICAL" }))).toBe(true);
});

test("without a hold-off, and without an event time, nothing is a repeat", () => {
  const none = new Repeats(0);
  const some = new Repeats(1000);
  expect([0, 1].map(() => none.isOne(toldAlert("x")))).toEqual([false, false]);
  expect([0, 1].map(() => some.isOne(toldAlert("x", { timestamp: null })))).toEqual([false, false]);
});
