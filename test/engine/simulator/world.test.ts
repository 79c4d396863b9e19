import { expect, test } from "vitest";
import { START_MS } from "../../../engine/simulator/options.ts";
import { COUNTER, LABEL, MEASURED, readingFields, ROW } from "../../../engine/simulator/reading.ts";
import { World } from "../../../engine/simulator/world.ts";
import type { SimulatorOptions } from "../../../engine/simulator/options.ts";
import { smokeSchema } from "../../../pipelines/smoke-schema.ts";

const MINUTE_MS = 60_000;

/** Rows of each sensor, one after another. */
function rowsOf(options: SimulatorOptions): { timesMs: number[]; rows: Float64Array[][] } {
  const world = new World(options);
  const timesMs: number[] = [];
  const rows: Float64Array[][] = world.sensorIds.map(() => []);
  for (const readings of world) {
    timesMs.push(readings.timeMs);
    rows.forEach((own, i) => own.push(readings.rows.slice(i * ROW, (i + 1) * ROW)));
  }
  return { timesMs, rows };
}

test("its fields are those of the smoke schema, in its order", () => {
  expect([...readingFields]).toEqual(smokeSchema.fields.map((each) => each.name));
});

//  0 s      1 s      2 s            10 s     20 s
//  |--------|--------|  1 Hz        |--------|    0.1 Hz     the duration's end is not told any more
test.each([
  { rateHz: 1, durationMs: 3_000, timesMs: [0, 1_000, 2_000] },
  { rateHz: 0.1, durationMs: 20_001, timesMs: [0, 10_000, 20_000] },
  { rateHz: 4, durationMs: 1_000, timesMs: [0, 250, 500, 750] },
  { rateHz: 1, durationMs: 0, timesMs: [] },
])("steps at $rateHz Hz for $durationMs ms from the start on", ({ rateHz, durationMs, timesMs }) => {
  expect(rowsOf({ rateHz, durationMs }).timesMs).toEqual(timesMs.map((each) => START_MS + each));
  expect(rowsOf({ rateHz, durationMs, startMs: 5 }).timesMs).toEqual(timesMs.map((each) => 5 + each));
});

test("without a duration it has no end", () => {
  const world = new World({ sensors: 1, rateHz: 0.1 });
  let last: number | undefined;
  for (let i = 0; i < 20_000; i++) last = world.step()?.timeMs;
  expect(last).toBe(START_MS + 19_999 * 10_000);
});

test("every value of many seeds lies in the schema's range, the recording's where that is narrower", () => {
  const most: Record<string, [number, number]> = { "TVOC[ppb]": [0, 60_000], "eCO2[ppm]": [400, 60_000], "Pressure[hPa]": [930, 940], "Raw H2": [9_000, 14_500] };
  for (let seed = 0; seed < 40; seed++) {
    const { rows } = rowsOf({ seed, sensors: 6, rateHz: 0.2, durationMs: 60 * MINUTE_MS, firesPerSensorDay: 48, startMs: START_MS + seed * 7 * 3_600_000 });
    smokeSchema.fields.forEach(({ name, min, max }, i) => {
      const [least, greatest] = most[name] ?? [min, max];
      const values = rows.flatMap((own) => own.map((row) => row[i]!));
      expect(values.every((value) => value >= least && value <= greatest), `seed ${seed}, ${name}: ${Math.min(...values)} to ${Math.max(...values)}`).toBe(true);
    });
  }
});

test("values are rounded as in the recording, and sensors count their readings", () => {
  const decimals = [3, 2, 0, 0, 0, 0, 3, 2, 2, 2, 3, 3, 0];
  const { rows } = rowsOf({ durationMs: 2 * MINUTE_MS, firesPerSensorDay: 400 });
  for (const own of rows) {
    own.forEach((row, count) => {
      decimals.forEach((digits, i) => expect(row[i]).toBe(Number(row[i]!.toFixed(digits))));
      expect(row[COUNTER]).toBe(count);
    });
  }
});

test("until its first fire a room is as if there were none, and the label is 1 from its ignition on", () => {
  const options = { seed: 4, durationMs: 45 * MINUTE_MS };
  const calm = rowsOf({ ...options, firesPerSensorDay: 0 }).rows;
  const burnt = rowsOf({ ...options, firesPerSensorDay: 24 }).rows;
  expect(calm.flat().every((row) => row[LABEL] === 0)).toBe(true);
  let fires = 0;
  burnt.forEach((own, sensor) => {
    const first = own.findIndex((row) => row[LABEL] === 1);
    const until = first < 0 ? own.length : first;
    expect(own.slice(0, until), `sensor ${sensor}`).toEqual(calm[sensor]!.slice(0, until));
    if (first < 0 || first + 120 > own.length) return;
    fires++;
    expect(own[first + 119]!.subarray(0, MEASURED), `sensor ${sensor}`).not.toEqual(calm[sensor]![first + 119]!.subarray(0, MEASURED));
  });
  expect(fires).toBeGreaterThan(3);
});

test("labels come in runs as long as fires, as many as were asked for", () => {
  const { rows } = rowsOf({ seed: 9, sensors: 20, rateHz: 0.5, durationMs: 6 * 60 * MINUTE_MS });
  const lengthsS: number[] = [];
  for (const own of rows) {
    let start = -1;
    own.forEach((row, i) => {
      if (row[LABEL] === 1 && start < 0) start = i;
      if (row[LABEL] === 0 && start >= 0) {
        lengthsS.push((i - start) * 2);
        start = -1;
      }
    });
  }
  expect(lengthsS.length).toBeGreaterThan(60); // 20 sensors · 6 h · 16 a day: 80, less those cut off
  expect(lengthsS.length).toBeLessThan(90);
  expect(Math.min(...lengthsS)).toBeGreaterThan(60);
  expect(Math.max(...lengthsS)).toBeLessThan(4_300);
});

test("busy: nothing happens at 0, and more particles are in the air the busier it is", () => {
  const particles = (busy: number) => rowsOf({ seed: 3, sensors: 30, rateHz: 0.05, durationMs: 12 * 60 * MINUTE_MS, firesPerSensorDay: 0, busy }).rows.flat().filter((row) => row[8]! > 100).length;
  const [none, usual, busier] = [particles(0), particles(1), particles(4)];
  expect(none).toBe(0);
  expect(usual).toBeGreaterThan(0);
  expect(busier).toBeGreaterThan(1.5 * usual);
});

test("one more sensor leaves the readings of the others as they were", () => {
  const options = { durationMs: 10 * MINUTE_MS, firesPerSensorDay: 100 };
  const few = rowsOf({ ...options, sensors: 3 }).rows;
  const more = rowsOf({ ...options, sensors: 4 }).rows;
  expect(more.slice(0, 3)).toEqual(few);
  expect(new World({ sensors: 101 }).sensorIds.slice(0, 2)).toEqual(["sensor-01", "sensor-02"]);
  expect(new World({ sensors: 101 }).sensorIds[100]).toBe("sensor-101");
});

test("rooms and sensors differ in their usual values", () => {
  const { rows } = rowsOf({ durationMs: 60_000, firesPerSensorDay: 0 });
  for (const i of [0, 1, 2, 4, 5, 6, 7]) {
    const usual = rows.map((own) => own.reduce((sum, row) => sum + row[i]!, 0) / own.length);
    expect(new Set(usual.map((value) => value.toPrecision(4))).size, `${readingFields[i]}`).toBeGreaterThan(8);
  }
});

test.each([{ sensors: 0 }, { sensors: 1.5 }, { rateHz: 0 }, { seed: -1 }, { seed: 0.5 }, { durationMs: -1 }, { firesPerSensorDay: NaN }, { busy: -1 }, { startMs: NaN }])(
  "%o is refused",
  (options) => {
    expect(() => new World(options)).toThrow(expect.objectContaining({ code: "MGV_USAGE", message: expect.stringContaining(Object.keys(options)[0]!) }));
  },
);
