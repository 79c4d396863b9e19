import { expect, test } from "vitest";
import { alarmCurve, alarmMetrics } from "../../trainer/alarm-metrics.ts";
import { timelines, type PredictedReadings } from "../../trainer/fires.ts";
import { predictedReadings } from "../fixtures/predicted-readings.ts";

const options = { threshold: 0.5, holdOffMs: 60_000, gapMs: 60_000 };

/** Ten seconds a letter: `.` nothing, `F` fire without a sign, `A` a sign without fire, `X` both, a space no reading. */
const judged = (timeline: string) => alarmMetrics(predictedReadings({ s: timeline }, 10_000), options);

//  labels     . . . . F F F F . .      one fire of four readings, 30 s long
test("a fire is a run of labelled readings, from its first to its last", () => {
  const readings = predictedReadings({ s: "....FFFF..F." }, 10_000);
  const { sensors, fireOf } = timelines(readings, 60_000);
  expect(sensors).toMatchObject([{ fires: [{ startMs: 40_000, endMs: 70_000 }, { startMs: 100_000, endMs: 100_000 }], fireFreeMs: 60_000 }]);
  expect([...fireOf]).toEqual([-1, -1, -1, -1, 0, 0, 0, 0, -1, -1, 1, -1]);
});

test("a gap longer than allowed ends a fire, and is no time without fire", () => {
  expect(timelines(predictedReadings({ s: "FF      FF" }, 10_000), 60_000).sensors[0]!.fires).toHaveLength(2);
  expect(timelines(predictedReadings({ s: "FF     FF" }, 10_000), 60_000).sensors[0]!.fires).toHaveLength(1);
  expect(timelines(predictedReadings({ s: "..      ." }, 10_000), 60_000).sensors[0]!.fireFreeMs).toBe(10_000);
});

test("readings are put in order by event time before fires are looked for", () => {
  const readings: PredictedReadings = { sensors: ["s", "s", "s"], timesMs: [0, 20_000, 10_000], labels: [1, 1, 0], probabilities: [0, 0, 0] };
  expect(timelines(readings, 60_000).sensors[0]!.fires).toHaveLength(2);
});

test.each([
  ["found at once", "...XXX...", { found: 1, medianDelayMs: 0, falseAlarms: 0 }],
  ["found after 20 s", "...FFXX..", { found: 1, medianDelayMs: 20_000, falseAlarms: 0 }],
  ["missed", "...FFF...", { found: 0, medianDelayMs: null, falseAlarms: 0 }],
  ["told of too late", "...FFF.A.", { found: 0, falseAlarms: 1 }],
  ["told of shortly before its label begins, by an alarm that goes on", "..AXXX...", { found: 1, medianDelayMs: 0, falseAlarms: 0 }],
  ["not found by a false alarm that ends before it", "A..FFF...", { found: 0, falseAlarms: 1 }],
  ["found by the next sign within the hold-off of an alarm that came before it", "A..FXF...", { found: 1, medianDelayMs: 10_000, falseAlarms: 0 }],
  ["not found by an alarm that has been on for long", "AAAAAAAAAAXX", { found: 0, falseAlarms: 1 }],
  ["found by an alarm that goes on after it", "...FXXAAAAAA", { found: 1, falseAlarms: 0 }],
])("a fire is %s: %s", (_, timeline, expected) => {
  expect(judged(timeline)).toMatchObject({ fires: 1, ...expected });
});

//  signs      A A A . . A . . . . . . . A      gaps of 10 s, 30 s and 80 s with a hold-off of 60 s: two alarms
test("false alarms are counted as alarms, not as readings, and by days of a sensor without fire", () => {
  const metrics = judged("AAA..A.......A");
  expect(metrics).toMatchObject({ falseAlarms: 2, fires: 0, foundShare: null });
  expect(metrics.fireFreeSensorDays).toBeCloseTo(130 / 86_400, 12);
  expect(metrics.falseAlarmsPerSensorDay).toBeCloseTo((2 * 86_400) / 130, 9);
});

test("sensors do not hold each other's alarms off", () => {
  expect(alarmMetrics(predictedReadings({ s: "A", t: "A" }, 10_000), options).falseAlarms).toBe(2);
});

test("the median and the ninth decile are those of the fires that were found", () => {
  const readings = predictedReadings({ a: ".XF", b: ".FX", c: ".FFX", d: ".FFFX", e: ".FFF" }, 10_000);
  expect(alarmMetrics(readings, options)).toMatchObject({ fires: 5, found: 4, foundShare: 0.8, medianDelayMs: 15_000, p90DelayMs: 27_000 });
});

test("intervals come from drawing groups, and are the same for the same seed", () => {
  const rooms = Object.fromEntries(Array.from({ length: 24 }, (_, i) => [`room ${i}`, i % 3 === 0 ? "..FF.." : "..XX.."]));
  const { foundShare, intervals } = alarmMetrics(predictedReadings(rooms, 10_000), { ...options, seed: 5 });
  expect(foundShare).toBeCloseTo(2 / 3, 12);
  expect(intervals).toMatchObject({ groups: 24, note: null });
  const { low, high } = intervals.of.foundShare!;
  expect([low > 0.4, low < 0.6, high > 0.75, high < 0.95]).toEqual([true, true, true, true]);
  expect(alarmMetrics(predictedReadings(rooms, 10_000), { ...options, seed: 5 }).intervals).toEqual(intervals);
});

test("a curve goes from the highest threshold down, and each of its points is what the threshold alone gives", () => {
  const readings = { ...predictedReadings({ s: "..A..FXX...A" }, 10_000), probabilities: [0, 0, 0.3, 0, 0, 0.4, 0.7, 0.9, 0, 0, 0, 0.8] };
  const curve = alarmCurve(readings, options);
  expect(curve.map(({ threshold }) => threshold)).toEqual([0.9, 0.8, 0.7, 0.4, 0.3, 0]);
  for (const point of curve) expect(alarmMetrics(readings, { ...options, threshold: point.threshold })).toMatchObject(point);
});

test("of many probabilities a curve has the ten highest, the lowest, and no more than it needs between", () => {
  const readings = { ...predictedReadings({ s: ".".repeat(20_000) }, 10_000), probabilities: Array.from({ length: 20_000 }, (_, i) => i / 20_000) };
  const thresholds = alarmCurve(readings, options).map(({ threshold }) => threshold);
  expect(thresholds.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, i) => (19_999 - i) / 20_000));
  expect(thresholds.at(-1)).toBe(0);
  expect(thresholds.length).toBeLessThan(110);
});

test.each([
  ["a sensor in two groups", { groups: ["a", "b"] }],
  ["a time that is none", { timesMs: [0, NaN] }],
  ["a column of another length", { sensors: ["s"] }],
])("%s is refused", (_, wrong) => {
  const readings = { sensors: ["s", "s"], timesMs: [0, 1], labels: [0, 0], probabilities: [0, 0], ...wrong };
  expect(() => alarmMetrics(readings, options)).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT" }));
});
