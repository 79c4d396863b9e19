import { expect, test } from "vitest";
import { plan } from "../../../bench/quality/rooms/plan.ts";
import { readingsOf } from "../../../bench/quality/rooms/readings.ts";
import { roomsQuality } from "../../../bench/quality/rooms/rooms.ts";
import { roomsTable } from "../../../bench/quality/rooms/table.ts";
import { thresholdTables } from "../../../bench/quality/rooms/threshold-tables.ts";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { smokeSchema } from "../../../pipelines/smoke-schema.ts";

const kernel = await loadKernel();

test("rooms to learn from, to choose by and to judge by are others, in all seasons; those to judge by are enough", () => {
  const { learned, chosen, test: judged } = plan(false);
  const all = [...learned, ...chosen, ...judged];
  expect(new Set(all.map(({ options }) => options.seed)).size).toBe(all.length);
  for (const places of [learned, chosen, judged]) expect(new Set(places.map(({ options }) => options.startMs)).size).toBe(4);
  for (const { options } of [...chosen, ...judged]) expect(options.busy).toBe(1);
  const sensorDays = judged.reduce((sum, { options }) => sum + (options.sensors! * options.durationMs!) / 86_400_000, 0);
  expect(sensorDays).toBeGreaterThan(550);
  expect(sensorDays * judged[0]!.options.firesPerSensorDay!).toBeGreaterThan(250);
});

test("tables of thresholds raise what a reading shows, and never see its label", () => {
  const spec = pipeline("smoke").from(topic("readings"), smokeSchema);
  const [readings] = readingsOf(kernel, { name: "one", options: { sensors: 1, rateHz: 1, durationMs: 1000, seed: 1 } }, spec);
  const [graveness] = thresholdTables.map((table) => {
    const calm = table.predict({ ...readings!, labels: new Float64Array([1]), columns: [20, 50, 100, 400, 13_000, 20_000, 1000, 1, 1, 5, 1, 0.1, 0].map((value) => new Float64Array([value])) });
    const hot = table.predict({ ...readings!, columns: [90, 50, 3000, 2000, 13_000, 20_000, 1000, 90, 90, 5, 1, 0.1, 0].map((value) => new Float64Array([value])) });
    expect([calm[0], hot[0]! >= 0.5]).toEqual([0, true]);
    return hot[0];
  });
  expect(graveness).toBe(1);
});

test("all contestants are judged by the same rooms, at thresholds that others chose", async () => {
  const steps: string[] = [];
  const result = await roomsQuality({ kernel, quick: true, python: null, signal: new AbortController().signal, onStep: (what) => steps.push(what) });
  expect(result.contestants.map(({ learner, features }) => `${learner}: ${features}`)).toEqual([
    'table "stream": thresholds',
    'table "detector": thresholds',
    'table "window": thresholds',
    'table "prometheus": thresholds',
    "Mangrove: values of the reading",
    "Mangrove: those of the smoke pipeline",
    "Mangrove: the travelling set",
  ]);
  expect(new Set(result.contestants.map(({ test: { fires } }) => fires)).size).toBe(1);
  for (const { chosenBy, test: judged } of result.contestants.slice(4)) {
    expect(judged.threshold).toBe(chosenBy!.threshold);
    expect(judged.intervals.groups).toBe(12);
  }
  expect(roomsTable(result).split("\n").filter((line) => line.startsWith("| "))).toHaveLength(9);
  expect(steps.length).toBeGreaterThan(3);
});
