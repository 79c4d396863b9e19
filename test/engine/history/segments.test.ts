import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { openDatabase } from "../../../engine/history/database.ts";
import { OpenSegment } from "../../../engine/history/open-segment.ts";
import { publish, writeSegments } from "../../../engine/history/segment.ts";
import { segmentsOf } from "../../../engine/history/segments.ts";
import { history, model, topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { kinds } from "../../../engine/history/kinds.ts";
import type { Alert } from "../../../engine/task/alerts.ts";
import type { TaskOutput, WrittenRow } from "../../../engine/task/output.ts";
import { historyRows, randomOutputs } from "../../fixtures/history-outputs.ts";
import { filesOf, query } from "../../fixtures/query.ts";
import { smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const small = pipeline("small").from(topic("readings"), smallSchema).score(model("small")).to(topic("small_predictions"), history());
const fields = smallSchema.fields.map(({ name }) => name);

async function write(directory: string, outputs: readonly TaskOutput[]): Promise<void> {
  const database = await openDatabase();
  try {
    const open = new OpenSegment(outputs[0]!.batch);
    for (const output of outputs) {
      open.add(output);
      overwrite(output);
    }
    await publish(await writeSegments(database, { directory }, segmentsOf(small, "r1", open)));
  } finally {
    database.close();
  }
}

/** As the next batch does with kernel memory. */
function overwrite({ batch }: TaskOutput): void {
  for (const array of [batch.offsets, batch.appendTimesMs, batch.timesMs, batch.sensors, batch.labels, ...batch.columns]) array.fill(99);
}

/** Rows as they lie in the files, times as epoch ms. */
const stored = (directory: string, kind: string, own: string) =>
  query(`SELECT sensor, epoch_ms(event_time)::DOUBLE AS event_time, topic, "partition", "offset"::DOUBLE AS "offset", date::VARCHAR AS date, ${own} FROM ${filesOf(directory, kind)} ORDER BY date, file_row_number`);

const READING = `epoch_ms(append_time)::DOUBLE AS append_time, ${fields.map((name) => `"${name}"`).join(", ")}, label`;
const PREDICTION = "prediction, probability, margin, late, alert_level, model_version";
const byDate = (rows: readonly object[]) => (rows as { date: string }[]).toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));

test.each([1, 2, 3, 4].flatMap((seed) => (["all", "some", "none"] as const).map((scored) => [scored, seed] as const)))("the files hold what the outputs say, row by row and in their order, when %s of the readings are scored (seed %i)", async (scored, seed) => {
  await using folder = await temporaryFolder();
  const outputs = () => randomOutputs(seed, { outputs: 1 + (seed % 4) * 2, rows: seed === 4 ? 6000 : 30, scored });
  await write(folder.path, outputs());
  const expected = outputs().map((output) => historyRows(output, fields));
  expect(await stored(folder.path, "readings", READING)).toEqual(byDate(expected.flatMap(({ readings }) => readings)));
  if (scored === "none") expect(await readdir(folder.path)).toEqual(["kind=readings"]);
  else expect(await stored(folder.path, "predictions", PREDICTION)).toEqual(byDate(expected.flatMap(({ predictions }) => predictions)));
});

test("columns have the types that readers know", async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, randomOutputs(1, { outputs: 2, rows: 10, scored: "all" }));
  const types = async (kind: string) => Object.fromEntries((await query(`DESCRIBE SELECT * EXCLUDE (kind, date, file_row_number) FROM ${filesOf(folder.path, kind)}`)).map(({ column_name, column_type }) => [column_name, column_type]));
  const keys = { sensor: "VARCHAR", event_time: "TIMESTAMP", topic: "VARCHAR", partition: "INTEGER", offset: "BIGINT" };
  expect(await types("readings")).toEqual({ ...keys, append_time: "TIMESTAMP", "a[C]": "DOUBLE", b: "DOUBLE", n: "DOUBLE", label: "TINYINT" });
  expect(await types("predictions")).toEqual({ ...keys, prediction: "TINYINT", probability: "DOUBLE", margin: "DOUBLE", late: "BOOLEAN", alert_level: "VARCHAR", model_version: "VARCHAR" });
});

const MIDNIGHT_MS = Date.UTC(2026, 10, 23);
const ALERT: Alert = { id: "3_17_rules_hot", topic: "small_alerts", kind: "threshold", timeMs: MIDNIGHT_MS, sensor: "s'1 🌡", cause: "a[C]", value: 81.5, threshold: 80, severity: "HIGH", message: 'it\'s "hot"', modelVersion: null };
const ROW: WrittenRow = { topic: "small_analytics", sensor: "s2", timeMs: MIDNIGHT_MS, startMs: MIDNIGHT_MS - 60_000, offset: 17, values: { "mean a": 1.5, n: NaN } };

test("alerts and rows are files of kinds of their own, with the topic that they went to; what they do not have is NULL", async () => {
  await using folder = await temporaryFolder();
  const [output] = randomOutputs(1, { outputs: 1, rows: 10, scored: "all" });
  const alerts: Alert[] = [ALERT, { ...ALERT, id: "3_18", timeMs: MIDNIGHT_MS - 1, cause: null, value: NaN, severity: "CRITICAL", modelVersion: "v'1" }];
  const rows: WrittenRow[] = [ROW, { ...ROW, topic: "others", startMs: null, offset: NaN, values: { max: 7 } }];
  await write(folder.path, [{ ...output!, alerts, rows }]);
  const own = "output, alert_id, alert_type, cause, value, threshold, severity, message, model_version";
  expect(await stored(folder.path, "alerts", own)).toEqual([
    { sensor: "s'1 🌡", event_time: MIDNIGHT_MS - 1, topic: "it's a topic", partition: 3, offset: 18, date: "2026-11-22", output: "small_alerts", alert_id: "3_18", alert_type: "threshold", cause: null, value: null, threshold: 80, severity: "CRITICAL", message: 'it\'s "hot"', model_version: "v'1" },
    { sensor: "s'1 🌡", event_time: MIDNIGHT_MS, topic: "it's a topic", partition: 3, offset: 17, date: "2026-11-23", output: "small_alerts", alert_id: "3_17_rules_hot", alert_type: "threshold", cause: "a[C]", value: 81.5, threshold: 80, severity: "HIGH", message: 'it\'s "hot"', model_version: null },
  ]);
  const keys = { sensor: "s2", event_time: MIDNIGHT_MS, topic: "it's a topic", partition: 3, date: "2026-11-23" };
  expect(await stored(folder.path, "analytics", 'output, epoch_ms(window_start)::DOUBLE AS window_start, "mean a", n, max')).toEqual([
    { ...keys, offset: 17, output: "small_analytics", window_start: MIDNIGHT_MS - 60_000, "mean a": 1.5, n: null, max: null },
    { ...keys, offset: null, output: "others", window_start: null, "mean a": null, n: null, max: 7 },
  ]);
});

test("rows of windows that end after the last day that a Date can tell are in that day's file, with the times that they have", async () => {
  await using folder = await temporaryFolder();
  const [output] = randomOutputs(1, { outputs: 1, rows: 10, scored: "none" });
  const ends = [MIDNIGHT_MS, 8.64e15, 8.64e15 + 86_400_000, 8.64e15 + 2 * 86_400_000];
  await write(folder.path, [{ ...output!, rows: ends.map((timeMs) => ({ ...ROW, timeMs })) }]);
  const rows = (await stored(folder.path, "analytics", "output")) as { event_time: number; date: string }[];
  expect(rows.map(({ event_time, date }) => [event_time, date])).toEqual(ends.map((end) => [end, end === MIDNIGHT_MS ? "2026-11-23" : "275760-09-13"]));
});

test("every kind has the columns that the reader's empty view has", async () => {
  await using folder = await temporaryFolder();
  const [output] = randomOutputs(1, { outputs: 1, rows: 10, scored: "all" });
  await write(folder.path, [{ ...output!, alerts: [ALERT], rows: [ROW] }]);
  for (const kind of ["readings", "predictions", "alerts", "analytics"] as const) {
    const described = await query(`DESCRIBE SELECT * EXCLUDE (kind, date, file_row_number) FROM ${filesOf(folder.path, kind)}`);
    expect(Object.fromEntries(described.map(({ column_name, column_type }) => [column_name, column_type]))).toMatchObject(kinds[kind]);
  }
});

test("an output without predictions leaves those of others in its segment as they are", async () => {
  await using folder = await temporaryFolder();
  const outputs = () => randomOutputs(5, { outputs: 4, rows: 20, scored: "some" }).map((output, i) => (i % 2 === 1 ? output : { ...output, scores: null, scored: null }));
  await write(folder.path, outputs());
  const expected = outputs().map((output) => historyRows(output, fields));
  expect(await stored(folder.path, "readings", READING)).toEqual(byDate(expected.flatMap(({ readings }) => readings)));
  expect(await stored(folder.path, "predictions", PREDICTION)).toEqual(byDate(expected.flatMap(({ predictions }) => predictions)));
});

test("of readings none of which was scored there is no file of predictions", async () => {
  await using folder = await temporaryFolder();
  const [output] = randomOutputs(1, { outputs: 1, rows: 10, scored: "all" });
  const empty = { ...output!.scores!, margins: new Float32Array(0), probabilities: new Float32Array(0), predictions: new Uint8Array(0), levels: new Uint8Array(0) };
  await write(folder.path, [{ ...output!, scored: [], scores: empty }]);
  expect(await readdir(folder.path)).toEqual(["kind=readings"]);
});
