import { expect, test } from "vitest";
import { driftJob, type DriftData } from "../../../trainer/jobs/drift.ts";
import type { ModelInUse } from "../../../trainer/jobs/job.ts";
import { random } from "../../fixtures/random.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { contextOf, keepWatched, modelOf, type WatchedRow } from "../../fixtures/watched.ts";

const START_MS = Date.UTC(2026, 2, 1);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const sensors = ["kitchen", "hall", "cellar", "attic"];

/** Eight days of rooms, a reading each five minutes; `change` is what becomes of the values of one. */
function rooms(seed: number, change: (row: WatchedRow) => WatchedRow = (row) => row): WatchedRow[] {
  const next = random(seed);
  const rows: WatchedRow[] = [];
  for (let timeMs = START_MS; timeMs < START_MS + 8 * DAY_MS; timeMs += 300_000) {
    const day = Math.sin((timeMs / DAY_MS) * 2 * Math.PI);
    sensors.forEach((sensor, i) => rows.push(change({ sensor, timeMs, values: [19 + i + 2 * day + next(), 40 + 5 * i + 10 * next(), 0], label: next() < 0.1 ? 1 : 0, probability: next() * 0.4 })));
  }
  return rows;
}

const atMs = START_MS + 8 * DAY_MS;

async function driftOf(rows: readonly WatchedRow[], model: ModelInUse | null, before: unknown = null) {
  await using folder = await temporaryFolder();
  await keepWatched(folder.path, rows);
  await using context = await contextOf(folder.path, atMs, { model, before });
  const report = await driftJob.run(context);
  return { ...report, data: report.data as DriftData };
}

test("rooms as they were raise nothing", async () => {
  const { alerts, data, figures } = await driftOf(rooms(1), modelOf(rooms(2)));
  expect(alerts).toEqual([]);
  expect(data).toMatchObject({ fields: { compared: 3, driftedShare: 0, drifted: false }, sensors: [], predictions: { drifted: false }, labels: { drifted: false } });
  expect(figures.drift).toHaveLength(3);
  expect(figures.drift).toContainEqual({ feature: "Temperature[C]", method: "wasserstein", distance: expect.any(Number) as number, psi: expect.any(Number) as number });
});

test("a field that has drifted is named with its distance and since when, and a later look keeps the moment", async () => {
  const warm = rooms(3, (row) => (row.timeMs >= START_MS + 7 * DAY_MS ? { ...row, values: [row.values[0]! + 6, row.values[1]!, 0] } : row));
  const model = modelOf(rooms(2));
  const first = await driftOf(warm, model);
  const [field] = (first.data.fields as Extract<DriftData["fields"], { fields: unknown }>).fields;
  expect(field).toMatchObject({ field: "Temperature[C]", drifted: true, method: "wasserstein" });
  expect(field!.distance).toBeGreaterThan(2);
  expect(field!.since).toBe(first.data.from);
  expect(first.alerts).toEqual([{ severity: "warning", about: "Temperature[C]", message: expect.stringMatching(/^Temperature\[C\] has drifted: its distance from the training is \d\.\d\d \(from 0\.10 on it counts\), its stability index \d+\.\d\d, since 2026-03-07 23:55 UTC\.$/) as string }]);
  const calm = { ...first.data, to: "2026-03-08T12:00:00.000Z", fields: { ...first.data.fields, fields: [{ ...field!, drifted: false, since: null }] } };
  const sinceOf = async (before: unknown) => (await driftOf(warm, model, before)).data.fields as Extract<DriftData["fields"], { fields: unknown }>;
  expect((await sinceOf({ ...first.data, fields: { ...first.data.fields, fields: [{ ...field!, since: "2026-03-07T01:00:00.000Z" }] } })).fields[0]!.since).toBe("2026-03-07T01:00:00.000Z");
  expect((await sinceOf(calm)).fields[0]!.since).toBe("2026-03-08T12:00:00.000Z");
  expect((await sinceOf({ ...calm, model: "another" })).fields[0]!.since).toBe(first.data.from);
});

test("half of the fields make it a drift of the readings", async () => {
  const { alerts } = await driftOf(rooms(3, (row) => (row.timeMs >= START_MS + 7 * DAY_MS ? { ...row, values: [row.values[0]! + 6, row.values[1]! / 2, 0] } : row)), modelOf(rooms(2)));
  expect(alerts.map(({ about }) => about)).toEqual(["readings", expect.any(String), expect.any(String)]);
  expect(alerts[0]).toMatchObject({ severity: "critical", message: "The readings as a whole have drifted: 66.7 % of the fields." });
});

test("what has lain elsewhere for days is in the report, and is not told of again", async () => {
  const { data, alerts } = await driftOf(rooms(3, (row) => ({ ...row, values: [row.values[0]! + 6, row.values[1]!, 0] })), modelOf(rooms(2)));
  expect(data.fields).toMatchObject({ fields: [{ field: "Temperature[C]", drifted: true, isTold: false }, { drifted: false }, { drifted: false }] });
  expect(alerts).toEqual([]);
});

test("one sensor that has shifted is named within one run, with the hour from which on it has; weather of all is not taken for it", async () => {
  const sinceMs = START_MS + 7 * DAY_MS + 5 * HOUR_MS;
  const shifted = rooms(4, (row) => {
    const weather = row.timeMs >= START_MS + 7 * DAY_MS ? 7 : 0;
    return { ...row, values: [row.values[0]! + weather + (row.sensor === "cellar" && row.timeMs >= sinceMs ? 9 : 0), row.values[1]!, 0] };
  });
  const { data, alerts } = await driftOf(shifted, null);
  expect(data.sensors).toEqual([{ sensor: "cellar", field: "Temperature[C]", median: expect.any(Number) as number, before: expect.any(Number) as number, shift: expect.any(Number) as number, since: expect.any(String) as string }]);
  expect(data.sensors[0]!.shift).toBeGreaterThan(2);
  expect(alerts).toEqual([{ severity: "warning", about: "cellar", message: expect.stringMatching(/^Temperature\[C\] of cellar has shifted by \d\.\d widths, from \d+\.?\d* to \d+\.?\d*, since 2026-03-08 05:00 UTC\.$/) as string }]);
});

test("one sensor that stands still while all others move is named", async () => {
  const stuck = rooms(4, (row) => ({ ...row, values: [row.sensor === "cellar" ? 20 : row.values[0]! + (row.timeMs >= START_MS + 7 * DAY_MS ? 30 : 0), row.values[1]!, 0] }));
  const { data } = await driftOf(stuck, null);
  expect(data.sensors).toMatchObject([{ sensor: "cellar", field: "Temperature[C]", median: 20, before: 20 }]);
  expect(data.sensors[0]!.shift).toBeLessThan(-2);
});

test("predictions that are others than in the days before are told, and labels that are others are seen", async () => {
  const hot = rooms(5, (row) => (row.timeMs >= START_MS + 7 * DAY_MS ? { ...row, probability: 0.5 + row.probability!, label: 1 } : row));
  const { data, alerts } = await driftOf(hot, modelOf(rooms(2)));
  expect(data).toMatchObject({ predictions: { drifted: true, now: { eventShare: 1 }, before: { eventShare: 0 } }, labels: { drifted: true, share: 1 } });
  expect(alerts.map(({ about }) => about)).toEqual(["predictions"]);
});

test("what is not known has no figure, and says why", async () => {
  const unlabelled = rooms(1, ({ sensor, timeMs, values }) => ({ sensor, timeMs, values }));
  const { data, alerts, figures } = await driftOf(unlabelled, modelOf(rooms(2)));
  expect(data.labels).toEqual({ value: null, reason: "No reading of the span has a label." });
  expect(data.predictions).toEqual({ value: null, reason: "Version champion has fewer than 100 predictions of the span in the history." });
  const without = await driftOf(unlabelled, null);
  expect(without.data).toMatchObject({ model: null, fields: { value: null, reason: expect.stringContaining("There is no model") as string }, predictions: { value: null }, labels: { value: null } });
  const short = await driftOf(rooms(1).filter(({ timeMs }) => timeMs >= START_MS + 7.1 * DAY_MS), modelOf(rooms(2)));
  expect(short.data.predictions).toMatchObject({ reason: expect.stringContaining("nothing to compare with yet") as string });
  expect([alerts, without.alerts, short.alerts, without.figures]).toEqual([[], [], [], {}]);
  expect(figures.drift).toHaveLength(3);
});
