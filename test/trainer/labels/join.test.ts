import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import type { Label } from "../../../engine/history/labels.ts";
import { withLabels } from "../../../trainer/labels/join.ts";
import { labelAt } from "../../../trainer/labels/reference.ts";
import { random } from "../../fixtures/random.ts";

const SENSORS = ["a", "b", "it's"];

interface Reading {
  readonly sensor: string;
  readonly timeMs: number;
  /** NaN for none. */
  readonly own: number;
}

async function joined(readings: readonly Reading[], labels: readonly Label[]): Promise<number[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  try {
    await connection.run("CREATE TABLE readings (row INTEGER, sensor VARCHAR, event_time TIMESTAMP, label TINYINT)");
    await connection.run("CREATE TABLE labels (sensor VARCHAR, from_time TIMESTAMP, to_time TIMESTAMP, label TINYINT, given_time TIMESTAMP, number BIGINT)");
    const rows = readings.map(({ sensor, timeMs, own }, row) => `(${row}, ${text(sensor)}, epoch_ms(${timeMs}), ${Number.isNaN(own) ? "NULL" : own})`);
    await connection.run(`INSERT INTO readings VALUES ${rows.join()}`);
    const given = labels.map((each) => `(${text(each.sensor)}, epoch_ms(${each.fromMs}), epoch_ms(${each.toMs}), ${each.label}, epoch_ms(${each.givenMs}), ${each.number})`);
    if (given.length > 0) await connection.run(`INSERT INTO labels VALUES ${given.join()}`);
    const found = await connection.runAndReadAll(`SELECT * FROM (${withLabels("SELECT * FROM readings", "SELECT * FROM labels", ["row", "sensor"])}) ORDER BY row`);
    return found.getRowObjectsJson().map(({ label }) => (label === null ? NaN : Number(label)));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test.each([1, 2, 3, 4, 5])("SQL gives every reading the label that plain loops give it, seed %i", async (seed) => {
  const next = random(seed);
  const whole = (below: number) => Math.floor(next() * below);
  const labels = Array.from({ length: whole(60) }, (): Label => {
    const fromMs = whole(1000);
    // few moments and numbers, so that some are equal
    return { sensor: SENSORS[whole(3)]!, fromMs, toMs: fromMs + 1 + whole(whole(4) === 0 ? 800 : 60), label: whole(2) === 1 ? 1 : 0, who: "", givenMs: whole(5), number: whole(6) };
  });
  const readings = Array.from({ length: 600 }, (): Reading => ({ sensor: SENSORS[whole(3)]!, timeMs: whole(1100), own: [0, 1, NaN][whole(3)]! }));
  const expected = readings.map(({ sensor, timeMs, own }) => labelAt(labels, sensor, timeMs, own));
  expect(await joined(readings, labels)).toEqual(expected);
});

test("a span ends before its last moment, the last word wins inside of a longer one, and what nobody speaks of keeps its own label", async () => {
  //  said first   [1 ───────────── )            0…100
  //  said later          [0 ── )               40…60
  const said = { sensor: "a", who: "" } as const;
  const labels: Label[] = [
    { ...said, fromMs: 0, toMs: 100, label: 1, givenMs: 1, number: 0 },
    { ...said, fromMs: 40, toMs: 60, label: 0, givenMs: 2, number: 0 },
  ];
  const readings = [0, 39, 40, 59, 60, 99, 100].map((timeMs): Reading => ({ sensor: "a", timeMs, own: NaN }));
  expect(await joined([...readings, { sensor: "b", timeMs: 50, own: 0 }], labels)).toEqual([1, 1, 0, 0, 1, 1, NaN, 0]);
});

test("without any label all readings keep their own", async () => {
  expect(await joined([{ sensor: "a", timeMs: 1, own: 1 }, { sensor: "a", timeMs: 2, own: NaN }], [])).toEqual([1, NaN]);
});
