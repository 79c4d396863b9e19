import { expect, test } from "vitest";
import { thresholdFor } from "../../trainer/threshold.ts";
import { predictedReadings } from "../fixtures/predicted-readings.ts";

const HOUR = 3_600_000;
const holdOff = { holdOffMs: HOUR, gapMs: HOUR, event: "fire" };

/** 24 days of one reading an hour, with fires at three hours and false signs at four others. */
function days(fires: readonly number[], signs: readonly number[]) {
  const readings = predictedReadings({ s: ".".repeat(577) }, HOUR);
  const labels = readings.timesMs as number[];
  return {
    ...readings,
    labels: labels.map((_, hour) => ([100, 300, 500].includes(hour) ? 1 : 0)),
    probabilities: labels.map((_, hour) => fires[[100, 300, 500].indexOf(hour)] ?? signs[[50, 200, 400, 550].indexOf(hour)] ?? 0.01),
  };
}

test("the threshold finds as many fires as the budget allows", () => {
  const readings = days([0.9, 0.7, 0.5], [0.8, 0.6, 0.6, 0.4]);
  const chosen = (falseAlarmsPerSensorDay: number) => thresholdFor(readings, { falseAlarmsPerSensorDay, ...holdOff });
  expect(chosen(0)).toMatchObject({ threshold: 0.9, isWithinBudget: true, metrics: { found: 1, falseAlarms: 0 } });
  expect(chosen(0.05)).toMatchObject({ threshold: 0.7, isWithinBudget: true, metrics: { found: 2, falseAlarms: 1 } });
  expect(chosen(0.13)).toMatchObject({ threshold: 0.5, isWithinBudget: true, metrics: { found: 3, falseAlarms: 3 } });
  expect(chosen(0.13).reason).toBe("0.5000 finds 3 of 3 fires with 0.126 false alarms a sensor and day (3 in 23.9 days), within the budget of 0.13.");
});

test("where no threshold keeps to the budget it says so, and takes one that is no worse than the highest", () => {
  const chosen = thresholdFor(days([0.8, 0.7, 0.5], [0.9, 0.6, 0.6, 0.4]), { falseAlarmsPerSensorDay: 0.01, ...holdOff });
  expect(chosen).toMatchObject({ threshold: 0.7, isWithinBudget: false, metrics: { found: 2, falseAlarms: 1 } });
  expect(chosen.reason).toMatch(/^No threshold keeps to the budget of 0\.01/);
});

test("signs that never end are not taken for few alarms", () => {
  // from 0.01 on every reading is a sign, and the whole month one alarm
  expect(thresholdFor(days([0.9, 0.3, 0.3], [0.8, 0.8, 0.8, 0.8]), { falseAlarmsPerSensorDay: 0.1, ...holdOff }).threshold).toBe(0.9);
});

test("too short a time to tell the budget from none is said in words", () => {
  expect(thresholdFor(days([0.9, 0.9, 0.9], []), { falseAlarmsPerSensorDay: 0.001, ...holdOff }).reason).toMatch(/23\.9 days without fire are too few/);
});

test("without time free of fire there is no threshold", () => {
  expect(() => thresholdFor(predictedReadings({ s: "XXX" }, HOUR), { falseAlarmsPerSensorDay: 1, ...holdOff })).toThrow(expect.objectContaining({ code: "MGV_TRAIN_DATA" }));
});

test("the reason speaks of what the label is called", () => {
  expect(thresholdFor(days([0.9, 0.9, 0.9], []), { falseAlarmsPerSensorDay: 0.001, ...holdOff, event: "leak" }).reason).toMatch(/ finds 3 of 3 spells of leak with .*days without leak are too few/);
});
