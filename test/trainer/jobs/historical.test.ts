import { expect, test } from "vitest";
import { historicalJob, type HistoricalData } from "../../../trainer/jobs/historical.ts";
import { random } from "../../fixtures/random.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { contextOf, keepWatched, type WatchedRow } from "../../fixtures/watched.ts";

const HOUR_MS = 3_600_000;
/** A Monday, in the winter. */
const START_MS = Date.UTC(2026, 1, 2);
const timeZone = "America/New_York";
const fields = ["Temperature[C]", "Humidity[%]", "gas"];

/** A week of half hours: warm in the afternoon, damp when it is cold. */
function week(seed: number): WatchedRow[] {
  const next = random(seed);
  return Array.from({ length: 7 * 48 }, (_, i): WatchedRow => {
    const timeMs = START_MS + i * (HOUR_MS / 2);
    const temperature = 20 + 5 * Math.cos((((timeMs / HOUR_MS - 5 - 15) % 24) / 24) * 2 * Math.PI) + next();
    return { sensor: "hall", timeMs, values: [temperature, 90 - 2 * temperature + next(), next() < 0.2 ? null : next()], probability: i % 48 === 40 ? 0.9 : 0.1 };
  });
}

const wallOf = (timeMs: number) => new Date(timeMs - 5 * HOUR_MS);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

async function historicalOf(rows: readonly WatchedRow[]) {
  await using folder = await temporaryFolder();
  await keepWatched(folder.path, rows);
  await using context = await contextOf(folder.path, START_MS + 8 * 24 * HOUR_MS, { timeZone, deleteOld: () => Promise.resolve(3) });
  const report = await historicalJob.run(context);
  return { ...report, data: report.data as HistoricalData };
}

test("patterns by hour and weekday, descriptions and correlations are those of a plain computation", async () => {
  const rows = week(1);
  const { data } = await historicalOf(rows);
  const slots = (of: (wall: Date) => number) =>
    [...Map.groupBy(rows, ({ timeMs }) => of(wallOf(timeMs)))].sort(([a], [b]) => a - b).map(([slot, own]) => ({ slot, readings: own.length, means: fields.map((_, i) => expect.closeTo(mean(own.flatMap(({ values }) => values[i] ?? [])), 9) as number) }));
  expect(data.hours).toEqual(slots((wall) => wall.getUTCHours()));
  expect(data.weekdays).toEqual(slots((wall) => (wall.getUTCDay() + 6) % 7));
  expect(data.said.reduce((sum, { events }) => sum + events, 0)).toBe(7);
  expect(data.said.every(({ hour, events }) => events === 0 || hour === 15)).toBe(true);

  fields.forEach((field, i) => {
    const values = rows.flatMap(({ values: own }) => own[i] ?? []).sort((a, b) => a - b);
    const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));
    const near = (share: number) => expect.closeTo(values[Math.floor(share * (values.length - 1))]!, 0) as number;
    expect(data.described[i]).toEqual({ field, count: values.length, mean: expect.closeTo(mean(values), 9) as number, std: expect.closeTo(std, 9) as number, min: values[0], q25: near(0.25), q50: near(0.5), q75: near(0.75), max: values.at(-1) });
  });
  const [x, y] = [rows.map(({ values }) => values[0]!), rows.map(({ values }) => values[1]!)];
  const covariance = mean(x.map((value, i) => (value - mean(x)) * (y[i]! - mean(y))));
  const r = covariance / Math.sqrt(mean(x.map((value) => (value - mean(x)) ** 2)) * mean(y.map((value) => (value - mean(y)) ** 2)));
  expect(data.correlations.map((each) => each.fields)).toEqual([[fields[0], fields[1]], [fields[0], fields[2]], [fields[1], fields[2]]]);
  expect(data.correlations[0]!.r).toBeCloseTo(r, 9);
});

test("insights say what stands out, and how many old files went", async () => {
  const { data, detail } = await historicalOf(week(2));
  expect(data.insights).toEqual([
    expect.stringMatching(/^Temperature\[C\] and Humidity\[%\] go opposite ways \(r = -(0\.99|1\.00)\)\.$/),
    expect.stringMatching(/goes with the hours: it is highest about \d+:00 \(\d+\.?\d* on the mean\) and lowest about \d+:00/),
    expect.stringMatching(/^(Temperature\[C\]|Humidity\[%\]) goes with the hours: /),
    "The model says the event most often about 15:00: 100.0 % of all times.",
  ]);
  expect(data.insights.find((each) => each.startsWith("Temperature[C] goes"))).toMatch(/highest about 1[45]:00 .* lowest about [23]:00/);
  expect(detail).toBe("336 readings of seven days. 3 files of reports older than 30 days deleted.");
});

test("an empty history has no patterns, and is no failure", async () => {
  const { data } = await historicalOf([]);
  expect(data).toMatchObject({ readings: 0, hours: [], weekdays: [], said: [], insights: [] });
});
