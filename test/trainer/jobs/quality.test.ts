import { expect, test } from "vitest";
import { qualityJob, type QualityData } from "../../../trainer/jobs/quality.ts";
import type { Html } from "../../../trainer/report/html.ts";
import { plainQuality } from "../../fixtures/plain-quality.ts";
import { random } from "../../fixtures/random.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { contextOf, keepWatched, modelOf, type WatchedRow } from "../../fixtures/watched.ts";

const START_MS = Date.UTC(2026, 2, 1);
const HOUR_MS = 3_600_000;

/** Sound readings of some sensors, one a minute; the gas rests at 0. */
function sound(sensors: readonly string[], hours: number, next: () => number): WatchedRow[] {
  const rows: WatchedRow[] = [];
  for (let timeMs = START_MS; timeMs < START_MS + hours * HOUR_MS; timeMs += 60_000) {
    for (const sensor of sensors) rows.push({ sensor, timeMs, appendMs: timeMs + 200 + Math.floor(next() * 800), values: [20 + next() * 2, 40 + next() * 10, 0] });
  }
  return rows;
}

/** What goes wrong with sensors, at random. */
function faulty(seed: number): WatchedRow[] {
  const next = random(seed);
  const rows: WatchedRow[] = [];
  for (const row of sound(["kitchen", "hall", "cellar"], 13, next)) {
    if (next() < 0.1) continue;
    const values = row.values.map((value) => (next() < 0.05 ? null : next() < 0.02 ? 200 * (next() - 0.5) : value));
    const timeMs = row.timeMs + Math.floor(next() * 5) * 1000;
    rows.push({ ...row, timeMs, values, appendMs: next() < 0.5 ? null : timeMs + Math.floor(next() * 2000) - 100 });
    if (next() < 0.03) rows.push(rows.at(-1)!);
  }
  return rows;
}

async function qualityOf(rows: readonly WatchedRow[], atMs = Infinity) {
  await using folder = await temporaryFolder();
  await keepWatched(folder.path, rows);
  await using context = await contextOf(folder.path, Math.min(atMs, START_MS + 100 * HOUR_MS), { model: modelOf(rows) });
  const report = await qualityJob.run(context);
  return { ...report, data: report.data as QualityData };
}

const about = (alerts: readonly { about: string }[]) => alerts.map((each) => each.about);

test.each([1, 2, 3])("every figure is that of a plain computation over the same readings (seed %i)", async (seed) => {
  const rows = faulty(seed);
  const { data } = await qualityOf(rows);
  const plain = plainQuality(rows, 6);
  expect([Date.parse(data.from), Date.parse(data.to), data.readings]).toEqual([plain.fromMs, plain.toMs, plain.readings]);
  expect(data.sensors).toEqual(plain.sensors);
  expect(data.fields).toEqual(plain.values.map((each) => ({ ...each, mean: expect.closeTo(each.mean, 9) as number })));
  expect(data.anomalies).toEqual(plain.anomalies);
  expect(data.windows).toMatchObject({ ...plain.windows, meanScore: expect.closeTo(plain.windows.meanScore, 9) as number, lowShare: expect.closeTo(plain.windows.lowShare, 9) as number, meanCompleteness: expect.closeTo(plain.windows.meanCompleteness, 9) as number });
  expect(data.skew).toMatchObject({ ...plain.skew, p95Ms: expect.closeTo(plain.skew.p95Ms, 6) as number });
  const sum = (of: (each: (typeof plain.sensors)[number]) => number) => plain.sensors.reduce((total, each) => total + of(each), 0);
  const known = plain.values.reduce((total, { values }) => total + values, 0);
  const completeness = (sum(({ share, expected }) => share! * expected!) / sum(({ expected }) => expected!)) * (known / (3 * plain.readings));
  const validity = 1 - plain.values.reduce((total, { belowRange, aboveRange }) => total + belowRange + aboveRange, 0) / known;
  const uniqueness = 1 - sum(({ duplicates }) => duplicates) / plain.readings;
  expect(data.overall).toMatchObject({ completeness: expect.closeTo(completeness, 9) as number, validity: expect.closeTo(validity, 9) as number, uniqueness: expect.closeTo(uniqueness, 9) as number, steadiness: 1, score: expect.closeTo(100 * completeness * validity * uniqueness, 9) as number });
});

test("sound readings raise nothing, and have the score 100", async () => {
  const { data, alerts, figures } = await qualityOf(sound(["kitchen", "hall"], 13, random(4)));
  expect(alerts).toEqual([]);
  expect(data.overall.score).toBe(100);
  expect(figures.quality).toBe(1);
});

test("a sensor that is stuck is named with its field and the moment since when, one that rests at its least value is not", async () => {
  const rows = sound(["kitchen", "hall"], 13, random(5));
  const sinceMs = START_MS + 10 * HOUR_MS;
  const stuck = rows.map((row) => (row.sensor === "hall" && row.timeMs >= sinceMs ? { ...row, values: [21.5, row.values[1]!, 0] } : row));
  const { data, alerts } = await qualityOf(stuck);
  expect(data.stuck).toEqual([{ sensor: "hall", field: "Temperature[C]", value: 21.5, kind: "unchanged", readings: 180, since: new Date(sinceMs).toISOString() }]);
  expect(plainQuality(stuck, 6).runs[0]!.get("hall")).toEqual({ value: 21.5, readings: 180 });
  expect(alerts).toEqual([{ severity: "warning", about: "stuck", message: "1 field of sensors is stuck: Temperature[C] of hall at 21.5 since 2026-03-01 10:00 UTC." }]);
});

test("a value that hardly moves is stuck too", async () => {
  const next = random(6);
  const { data } = await qualityOf(sound(["kitchen", "hall"], 13, next).map((row) => (row.sensor === "hall" ? { ...row, values: [row.values[0]!, 50 + next() / 1e6, 0] } : row)));
  expect(data.stuck).toMatchObject([{ sensor: "hall", field: "Humidity[%]", kind: "still", readings: 360 }]);
});

test("a sensor that falls silent, readings that come again and a clock that is off are told, with names", async () => {
  const rows = sound(["kitchen", "hall", "cellar"], 13, random(7)).flatMap((row): WatchedRow[] => {
    if (row.sensor === "cellar" && row.timeMs >= START_MS + 6 * HOUR_MS) return [];
    return row.sensor === "kitchen" ? [{ ...row, appendMs: row.timeMs + 1_200_000 }, row] : [row];
  });
  const { alerts } = await qualityOf(rows);
  expect(about(alerts)).toEqual(["score", "completeness", "silent", "duplicates"]);
  expect(alerts[1]!.message).toContain("cellar 0.0 %");
  expect(alerts[2]!.message).toContain("cellar since 2026-03-01 05:59 UTC");
  const off = await qualityOf(sound(["kitchen", "hall", "cellar"], 13, random(7)).map((row) => (row.sensor === "kitchen" ? { ...row, appendMs: row.timeMs + 1_200_000 } : row)));
  expect(off.alerts.map(({ message }) => message)).toEqual(["1 sensor has a clock that is off: kitchen by 1200 s."]);
});

test.each([
  [2000, "appended 2.0 s after their event time or sooner, nineteen in twenty within 2.0 s;"],
  [-3_600_000, "appended 60.0 min before their event time or sooner, nineteen in twenty 60.0 min before it;"],
])("readings that come %i ms after their event time are told in words", async (delayMs, sentence) => {
  const { sections } = await qualityOf(sound(["kitchen"], 13, random(10)).map((row) => ({ ...row, appendMs: row.timeMs + delayMs })));
  expect((sections.find(({ id }) => id === "clocks")!.content as Html).text).toContain(sentence);
});

test("a score below 70 is critical, and so many readings that stand out are told", async () => {
  const next = random(8);
  const { alerts, data } = await qualityOf(sound(["kitchen"], 13, next).filter(() => next() < 0.6).map((row) => ({ ...row, values: row.values.map((value) => (next() < 0.4 ? null : next() < 0.15 ? 1e6 : value)) })));
  expect(data.overall.score).toBeLessThan(70);
  expect(alerts[0]).toMatchObject({ severity: "critical", about: "score" });
  expect(about(alerts)).toEqual(expect.arrayContaining(["completeness", "anomalies"]));
});

test("what is later than the moment that a job is run for does not count, and an empty history has no figures", async () => {
  const rows = sound(["kitchen"], 13, random(9));
  const { data } = await qualityOf(rows, START_MS + 3 * HOUR_MS);
  expect(data.readings).toBe(3 * 60 + 6);
  await using folder = await temporaryFolder();
  await using context = await contextOf(folder.path, START_MS);
  const { alerts, data: empty, figures } = await qualityJob.run(context);
  expect(empty).toMatchObject({ readings: 0, overall: { completeness: null, validity: null, uniqueness: null, steadiness: null, score: null }, sensors: [], skew: { value: null, reason: "There are no readings." } });
  expect([alerts, figures]).toEqual([[], { quality: null }]);
});
