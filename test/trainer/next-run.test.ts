import { expect, test } from "vitest";
import { nextRun, type Timetable } from "../../trainer/next-run.ts";

const HOUR_MS = 3_600_000;
const at = (text: string) => Date.parse(text);
const nightly = (timeZone: string, hour = 2): Timetable => ({ everyHours: 24, hour, timeZone });

/** Every run from one moment to another, on a clock that ticks each quarter of an hour. */
function runs(table: Timetable, from: string, to: string): string[] {
  const found: string[] = [];
  let lastMs = at(from);
  for (let nowMs = at(from); nowMs < at(to); nowMs += HOUR_MS / 4) {
    const next = nextRun(table, { lastMs, nowMs });
    if (next === null || next > nowMs) continue;
    found.push(new Date(nowMs).toISOString().slice(0, 16));
    lastMs = nowMs;
  }
  return found;
}

test("each night at the hour of the zone", () => {
  expect(runs(nightly("UTC"), "2026-05-01T00:00Z", "2026-05-03T12:00Z")).toEqual(["2026-05-01T02:00", "2026-05-02T02:00", "2026-05-03T02:00"]);
  expect(runs(nightly("Asia/Kolkata"), "2026-05-01T00:00Z", "2026-05-02T12:00Z")).toEqual(["2026-05-01T20:30"]);
  expect(nextRun(nightly("Europe/Berlin"), { lastMs: at("2026-05-01T00:00Z"), nowMs: at("2026-05-01T00:30Z") })).toBe(at("2026-05-02T00:00Z"));
});

test.each([
  // 2:00 is 3:00: the hour does not exist
  ["Europe/Berlin", 2, "2026-03-28T12:00Z", "2026-03-30T12:00Z", ["2026-03-29T01:00", "2026-03-30T00:00"]],
  ["America/New_York", 2, "2026-03-07T12:00Z", "2026-03-09T12:00Z", ["2026-03-08T07:00", "2026-03-09T06:00"]],
  // half an hour is left out
  ["Australia/Lord_Howe", 2, "2026-10-03T00:00Z", "2026-10-04T20:00Z", ["2026-10-03T15:30", "2026-10-04T15:00"]],
  // midnight does not exist
  ["Africa/Cairo", 0, "2026-04-23T12:00Z", "2026-04-25T12:00Z", ["2026-04-23T22:00", "2026-04-24T21:00"]],
])("when clocks of %s are put forward, hour %i is due once all the same", (timeZone, hour, from, to, expected) => {
  expect(runs(nightly(timeZone, hour), from, to)).toEqual(expected);
});

test.each([
  // 2:00 to 3:00 comes twice
  ["Europe/Berlin", 2, "2026-10-24T12:00Z", "2026-10-26T12:00Z", ["2026-10-25T00:00", "2026-10-26T01:00"]],
  ["America/New_York", 1, "2026-10-31T12:00Z", "2026-11-02T12:00Z", ["2026-11-01T05:00", "2026-11-02T06:00"]],
])("when clocks of %s are put back, hour %i is due once, the first time", (timeZone, hour, from, to, expected) => {
  expect(runs(nightly(timeZone, hour), from, to)).toEqual(expected);
});

test("every so many hours: counted from the hour, once each also on days of 23 and 25 hours", () => {
  const six: Timetable = { everyHours: 6, hour: 2, timeZone: "UTC" };
  expect(runs(six, "2026-05-01T00:00Z", "2026-05-02T00:00Z")).toEqual(["2026-05-01T02:00", "2026-05-01T08:00", "2026-05-01T14:00", "2026-05-01T20:00"]);
  const hourly: Timetable = { everyHours: 1, hour: 2, timeZone: "Europe/Berlin" };
  expect(runs(hourly, "2026-03-28T22:59Z", "2026-03-29T21:59Z")).toHaveLength(23);
  expect(runs(hourly, "2026-10-24T21:59Z", "2026-10-25T22:59Z")).toHaveLength(24);
  // what does not divide a day is rounded down
  expect(runs({ ...six, everyHours: 7 }, "2026-05-01T00:00Z", "2026-05-02T00:00Z")).toHaveLength(4);
});

test("every so many days, and never", () => {
  expect(runs({ everyHours: 72, hour: 2, timeZone: "UTC" }, "2026-05-01T00:00Z", "2026-05-10T00:00Z").map((each) => Number(each.slice(8, 10)))).toEqual([1, 4, 7]);
  expect(nextRun({ everyHours: 0, hour: 2, timeZone: "UTC" }, { lastMs: 0, nowMs: at("2026-05-01T00:00Z") })).toBeNull();
});

test("on one day of the week, also where clocks are put forward and back", () => {
  const sundays: Timetable = { everyHours: 24, hour: 3, weekday: 0, timeZone: "Europe/Berlin" };
  expect(runs(sundays, "2026-03-16T00:00Z", "2026-04-06T00:00Z")).toEqual(["2026-03-22T02:00", "2026-03-29T01:00", "2026-04-05T01:00"]);
  expect(runs(sundays, "2026-10-19T00:00Z", "2026-11-02T00:00Z")).toEqual(["2026-10-25T02:00", "2026-11-01T02:00"]);
  const nowMs = at("2026-05-27T11:00Z");
  expect(nextRun(sundays, { lastMs: at("2026-05-17T01:00Z"), nowMs })).toBe(nowMs);
  expect(nextRun(sundays, { lastMs: at("2026-05-24T01:00Z"), nowMs })).toBe(at("2026-05-31T01:00Z"));
});

test("runs that were missed are made up for by one, at once; what was not due yet is not missed", () => {
  const table = nightly("UTC");
  const nowMs = at("2026-05-09T11:00Z");
  expect(nextRun(table, { lastMs: at("2026-05-04T02:00Z"), nowMs })).toBe(nowMs);
  expect(nextRun(table, { lastMs: at("2026-05-09T02:00Z"), nowMs })).toBe(at("2026-05-10T02:00Z"));
  expect(nextRun(table, { lastMs: at("2026-05-09T10:00Z"), nowMs })).toBe(at("2026-05-10T02:00Z"));
});
