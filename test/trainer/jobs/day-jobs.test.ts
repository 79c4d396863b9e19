import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aggregationJob } from "../../../trainer/jobs/aggregation.ts";
import { batchJob, type BatchData } from "../../../trainer/jobs/batch.ts";
import { yesterdayOf } from "../../../trainer/jobs/day.ts";
import { random } from "../../fixtures/random.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { contextOf, keepWatched, type WatchedRow } from "../../fixtures/watched.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 28);
const timeZone = "Europe/Berlin";

/** Two days, with what goes wrong. */
function rows(seed: number): WatchedRow[] {
  const next = random(seed);
  const all: WatchedRow[] = [];
  for (let timeMs = START_MS; timeMs < START_MS + 3 * DAY_MS; timeMs += 600_000) {
    for (const sensor of ["kitchen", "hall"]) {
      all.push({ sensor, timeMs, values: [next() * 30, next() < 0.1 ? null : next() * 120, next() * 10], label: next() < 0.5 ? 1 : null });
      if (next() < 0.1) all.push({ ...all.at(-1)!, values: [99, 99, 99] });
    }
  }
  return all;
}

const day = yesterdayOf(Date.parse("2026-03-30T04:00:00Z"), timeZone);
const ofDay = (all: readonly WatchedRow[]) => all.filter(({ timeMs }) => timeMs >= day.fromMs && timeMs < day.toMs);

test("yesterday is a day of the clock on the wall, with 23 hours where it is put forward and 25 where it is put back", () => {
  expect(day).toEqual({ day: "2026-03-29", fromMs: Date.parse("2026-03-28T23:00Z"), toMs: Date.parse("2026-03-29T22:00Z") });
  expect(yesterdayOf(Date.parse("2026-10-26T04:00:00Z"), timeZone)).toEqual({ day: "2026-10-25", fromMs: Date.parse("2026-10-24T22:00Z"), toMs: Date.parse("2026-10-25T23:00Z") });
  expect(yesterdayOf(Date.parse("2026-03-01T00:00:00Z"), "UTC").day).toBe("2026-02-28");
});

test("the aggregates of yesterday are those of a plain computation", async () => {
  await using folder = await temporaryFolder();
  const all = rows(1);
  await keepWatched(folder.path, all);
  await using context = await contextOf(folder.path, day.toMs + 7 * 3_600_000, { timeZone });
  const { data } = await aggregationJob.run(context);
  const own = ofDay(all);
  const plain = ["hall", "kitchen"].map((sensor) => {
    const those = own.filter((row) => row.sensor === sensor);
    const fields = ["Temperature[C]", "Humidity[%]", "gas"].map((field, i) => {
      const values = those.flatMap((row) => row.values[i] ?? []);
      return { field, values: values.length, mean: expect.closeTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9) as number, max: Math.max(...values), min: Math.min(...values) };
    });
    return { sensor, readings: those.length, fields };
  });
  expect(data).toEqual({ day: "2026-03-29", timeZone, from: "2026-03-28T23:00:00.000Z", to: "2026-03-29T22:00:00.000Z", readings: own.length, sensors: plain });
});

test("the batch of yesterday is deduplicated, in range, filled by medians, and has its hours and features", async () => {
  await using folder = await temporaryFolder();
  const all = rows(2);
  await keepWatched(folder.path, all);
  await using context = await contextOf(folder.path, day.toMs + 7 * 3_600_000, { timeZone });
  const { data: found } = await batchJob.run(context);
  const data = found as BatchData;
  const own = ofDay(all);
  const once = [...new Map(own.toReversed().map((row) => [`${row.sensor} ${row.timeMs}`, row])).values()].sort((a, b) => (a.sensor < b.sensor ? -1 : a.sensor > b.sensor ? 1 : a.timeMs - b.timeMs));
  const medians = [0, 1, 2].map((i) => {
    const sorted = own.flatMap(({ values }) => values[i] ?? []).filter((value) => i !== 1 || value <= 100).sort((a, b) => a - b);
    return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
  });
  expect(data).toMatchObject({ day: "2026-03-29", ingested: own.length, written: once.length, duplicates: own.length - once.length, file: "processed_historical_watched_data_2026-03-29.parquet" });
  expect(data.fields.map(({ median }) => median)).toEqual(medians.map((median) => expect.closeTo(median, 9) as number));
  expect(data.fields[1]).toMatchObject({ missing: own.filter(({ values }) => values[1] === null).length, outOfRange: own.filter(({ values }) => values[1] != null && values[1] > 100).length });

  const path = join(folder.path, data.file!);
  const written = await context.history.rows(`SELECT * REPLACE (CAST(epoch_ms(event_time) AS DOUBLE) AS event_time) FROM read_parquet('${path}')`);
  expect(written).toHaveLength(once.length);
  written.forEach((row, i) => {
    const { sensor, timeMs, values, label } = once[i]!;
    const clean = values.map((value, field) => (value === null || (field === 1 && value > 100) ? medians[field]! : value)) as [number, number, number];
    const length = Math.hypot(...clean);
    const wall = new Date(timeMs + (timeMs < Date.parse("2026-03-29T01:00Z") ? 1 : 2) * 3_600_000);
    expect(row).toEqual({
      sensor, event_time: timeMs, label: label ?? null, hour: wall.getUTCHours(), day_of_week: 6,
      "Temperature[C]": clean[0], "Humidity[%]": expect.closeTo(clean[1], 9) as number, gas: clean[2],
      Temp_Humidity_Product: expect.closeTo(clean[0] * clean[1], 6) as number,
      "Temperature[C]_normalized": expect.closeTo(clean[0] / length, 9) as number, "Humidity[%]_normalized": expect.closeTo(clean[1] / length, 9) as number, gas_normalized: expect.closeTo(clean[2] / length, 9) as number,
    });
  });
  expect((await readdir(folder.path)).filter((name) => name.endsWith(".pending"))).toEqual([]);
});

test("a day without readings leaves a report that says so, and no file", async () => {
  await using folder = await temporaryFolder();
  await using context = await contextOf(folder.path, START_MS, { timeZone });
  expect((await aggregationJob.run(context)).detail).toBe("There are no readings of 2026-03-27.");
  const { data } = await batchJob.run(context);
  expect(data).toMatchObject({ ingested: 0, written: 0, file: null });
  await expect(access(join(folder.path, "processed_historical_watched_data_2026-03-27.parquet"))).rejects.toThrow("ENOENT");
});
