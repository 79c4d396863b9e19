import { expect, test } from "vitest";
import { emptySeen } from "../../../engine/live/task-watch.ts";
import { outputReader } from "../../../engine/runtime/kafka/output-records.ts";
import { writeLetter } from "../../../engine/dead-letters/letter-text.ts";
import type { FetchedRecords } from "../../../kernel-as/host/fetched-records.ts";
import smoke from "../../../pipelines/smoke.ts";

/** As a reader gives them. */
function recordsOf(all: readonly (readonly [key: string, value: string])[]): FetchedRecords {
  const encoder = new TextEncoder();
  const boundsOf = (texts: readonly Uint8Array[]) => {
    let at = 0;
    return Uint32Array.from([0, ...texts.map(({ length }) => (at += length))]);
  };
  const [keys, values] = [all.map(([key]) => encoder.encode(key)), all.map(([, value]) => encoder.encode(value))];
  return { count: all.length, keys: Buffer.concat(keys), keyBounds: boundsOf(keys), values: Buffer.concat(values), bounds: boundsOf(values) } as unknown as FetchedRecords;
}

const prediction = (second: number, fire: 0 | 1, more: Record<string, unknown> = {}) =>
  JSON.stringify({ prediction: fire, probability: 0.5 + 0.4 * fire, timestamp: new Date(second * 1000).toISOString(), late: false, alert_level: fire ? "HIGH" : "NONE", model_info: { version: "v" }, stream_metadata: { kafka_timestamp: new Date(second * 1000).toISOString() }, ...more });

const read = (topic: string, all: readonly (readonly [string, string])[], nowMs = 100_000) => {
  const seen = emptySeen();
  outputReader(smoke, topic).take(recordsOf(all), seen, nowMs);
  return seen;
};

test("of predictions all are counted and the last of each sensor is read", () => {
  const { predictions, lagMs } = read(smoke.predictions!, [["a", prediction(10, 1)], ["b", prediction(11, 0)], ["a", prediction(12, 1)], ["a", prediction(13, 0)]], 20_000);
  expect(Object.fromEntries(predictions)).toEqual({
    a: { count: 3, events: 2, timeMs: 13_000, probability: 0.5, prediction: 0, level: 0, late: false, modelVersion: "v" },
    b: { count: 1, events: 0, timeMs: 11_000, probability: 0.5, prediction: 0, level: 0, late: false, modelVersion: "v" },
  });
  expect(lagMs).toBe(7_000);
});

test.each(["{", "null", "3", '"text"', "{}", '{"prediction":1}', prediction(1, 1, { model_info: null }), prediction(1, 1, { alert_level: "LOUD" }), prediction(1, 1, { timestamp: "yesterday" })])("what is no prediction is passed over: %s", (value) => {
  expect(read(smoke.predictions!, [["a", value]]).predictions.size).toBe(0);
});

test("alerts are told as they are, windows by topic and sensor, dead letters by code; what is none of them is passed over", () => {
  const alert = '{"alert_id":"0_1","severity":"HIGH"}';
  const raised = smoke.outputTopics.find((topic) => outputReader(smoke, topic).kind === "alerts")!;
  expect(read(raised, [["a", alert], ["b", "nonsense"]]).alerts).toEqual([{ sensor: "a", data: alert }]);
  const rows = smoke.outputTopics.find((topic) => outputReader(smoke, topic).kind === null)!;
  expect([...read(rows, [["a", '{"sensor_id":"a","window_start":"x","n":1}'], ["a", '{"sensor_id":"a","window_start":"y","n":2}'], ["b", "[]"], ["c", "{"]]).windows.values()].map(({ sensor, text }) => [sensor, text()])).toEqual([["a", `{"topic":"${rows}","sensor_id":"a","window_start":"y","n":2}`]]);
  const letter = (offset: number) => writeLetter({ topic: "t", partition: 0, offset, appendTimeMs: 5, key: null, headers: [], code: "MGV_JSON", reason: "r", value: new Uint8Array(2) }).value;
  expect([...read(smoke.deadLetters, [["", letter(1)], ["", "x"], ["", letter(2)]]).letters.values()]).toEqual([{ count: 2, code: "MGV_JSON", reason: "r", topic: "t", partition: 0, offset: 2, appendTimeMs: 5 }]);
});
