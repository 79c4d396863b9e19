import { expect, test } from "vitest";
import type { Batch } from "../../../engine/batch.ts";
import { Decoder } from "../../../engine/decode/decoder.ts";
import { Arena } from "../../../kernel-as/host/arena.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";

const kernel = await loadKernel();
const json = { kind: "json" } as const;
const sensorsOf = ({ sensors, names }: Batch) => Array.from(sensors, (number) => names.of(number));

function decode(texts: readonly string[], options?: Parameters<typeof recordsOf>[1]) {
  return new Decoder(kernel, smallSchema, json).decode(recordsOf(texts, options));
}

test("keys with and without brackets fill the same column; what may be missing is NaN", () => {
  const { batch, deadLetters } = decode(['{"t":1,"a[C]":20.5,"b":1,"n":7}', '{"b":2,"a":null,"t":2}', '{"t":3,"a":"NULL","b":-0.5}']);
  expect(deadLetters).toEqual([]);
  expect(batch.columns.map((column) => [...column])).toEqual([[20.5, NaN, NaN], [1, 2, -0.5], [7, NaN, NaN]]);
  expect([...batch.timesMs]).toEqual([1000, 2000, 3000]);
});

test.each([
  ["not JSON", '{"t":1,', "MGV_JSON"],
  ["an array", "[1]", "MGV_JSON"],
  ["nothing", "", "MGV_JSON"],
  ["a key that must be there", '{"t":1,"a":1}', "MGV_FIELD_MISSING"],
  ["a null where a number must be", '{"t":1,"a":1,"b":null}', "MGV_FIELD_MISSING"],
  ["a number in quotes", '{"t":1,"a":"20.5","b":1}', "MGV_FIELD_TYPE"],
  ["a truth value", '{"t":1,"a":true,"b":1}', "MGV_FIELD_TYPE"],
  ["a number too large to be one", '{"t":1,"a":1e999,"b":1}', "MGV_FIELD_TYPE"],
  ["a value that the device cannot report", '{"t":1,"a":100.01,"b":1}', "MGV_FIELD_RANGE"],
  ["no time at all", '{"a":1,"b":1}', "MGV_TIME"],
  ["a time in words", '{"t":"noon","a":1,"b":1}', "MGV_TIME"],
  ["a time without a zone", '{"t":"2026-01-01T00:00:00","a":1,"b":1}', "MGV_TIME"],
  ["milliseconds where seconds are meant", '{"t":1772260200000,"a":1,"b":1}', "MGV_TIME"],
  ["a label of 2", '{"t":1,"a":1,"b":1,"label":2}', "MGV_LABEL"],
])("%s is a dead letter with its bytes, and its neighbours are unharmed", (_, text, code) => {
  const good = '{"t":5,"a":1,"b":1}';
  const { batch, deadLetters } = decode([good, text, good], { keys: ["x", "y", "z"] });
  expect([...batch.offsets]).toEqual([0, 2]);
  expect(sensorsOf(batch)).toEqual(["x", "z"]);
  expect(deadLetters).toMatchObject([{ offset: 1, key: "y", code }]);
  expect(new TextDecoder().decode(deadLetters[0]!.value)).toBe(text);
});

test("where times are in seconds a number is one up to the year 5138, and milliseconds from there on; a time of ISO 8601 may be later, and one in ms earlier", () => {
  const times = ["99999999999.99998", "100000000000", "1e11", '"9999-12-31T23:59:59Z"'];
  const { batch, deadLetters } = decode(times.map((t) => `{"t":${t},"a":1,"b":1}`));
  expect([...batch.timesMs]).toEqual([99_999_999_999_999.98, 253_402_300_799_000]);
  expect(deadLetters.map(({ reason }) => reason)).toEqual(Array(2).fill("t looks like milliseconds: it must be epoch seconds or ISO 8601 with a zone, not 100000000000"));
  const inMs = { ...smallSchema, time: { keys: ["t"], unit: "ms" } as const };
  const found = new Decoder(kernel, inMs, json).decode(recordsOf(['{"t":5,"a":1,"b":1}', '{"t":1772260200000,"a":1,"b":1}']));
  expect([...found.batch.timesMs]).toEqual([5, 1_772_260_200_000]);
});

test("the reason is the same on every runtime", () => {
  expect(decode(['{"t":1,']).deadLetters[0]!.reason).toBe("not JSON");
});

test("bytes that are not UTF-8 are a dead letter; text beyond ASCII is not", () => {
  const records = recordsOf(['{"t":1,"a":1,"b":1,"sensor_id":"Küche"}', '{"t":1,"a":1,"b":1,"sensor_id":"X"}']);
  records.values[records.bounds[1]! + records.values.subarray(records.bounds[1]).indexOf(88)] = 0xff;
  const { batch, deadLetters } = new Decoder(kernel, smallSchema, json).decode(records);
  expect(sensorsOf(batch)).toEqual(["Küche"]);
  expect(deadLetters).toMatchObject([{ offset: 1, code: "MGV_JSON", reason: "not UTF-8" }]);
});

test("the sensor is the record's key, else what the message names, else the partition", () => {
  const text = (sensor: string) => `{"t":1,"a":1,"b":1${sensor}}`;
  const { batch } = decode([text(',"sensor_id":"s"'), text(',"sensor_id":"s"'), text(',"sensor_id":12'), text("")], { keys: ["k", null, null, null], partition: 3 });
  expect(sensorsOf(batch)).toEqual(["k", "s", "12", "partition-3"]);
});

test("labels are read from numbers and from the strings that the original sends", () => {
  const { batch } = decode(["0", '"0"', "1", '"1"', "null"].map((label) => `{"t":1,"a":1,"b":1,"label":${label}}`));
  expect([...batch.labels]).toEqual([0, 0, 1, 1, NaN]);
});

test("a message without a time takes its record's", () => {
  expect([...decode(['{"a":1,"b":1}'], { appendTimeMs: 77 }).batch.timesMs]).toEqual([77]);
});

test("a reading of more than five minutes after the broker took it in is a dead letter", () => {
  const { batch, deadLetters } = decode(['{"t":300,"a":1,"b":1}', '{"t":301,"a":1,"b":1}'], { appendTimeMs: 500 });
  expect(batch.count).toBe(1);
  expect(deadLetters).toMatchObject([{ offset: 1, code: "MGV_TIME_AHEAD" }]);
});

test("CSV cells are numbers, nothing or text, as JSON values are", () => {
  const header = ["row", "t", "b", "a", "label"];
  const { batch, deadLetters } = new Decoder(kernel, smallSchema, { kind: "csv", header }).decode(
    recordsOf(["0,10,1.5,,1", "1,11,2,NULL,0", "2,12,x,1,0", "3,13,1", '4,"14",3,"7",0']),
  );
  expect(batch.columns.map((column) => [...column])).toEqual([[NaN, NaN, 7], [1.5, 2, 3], [NaN, NaN, NaN]]);
  expect(deadLetters.map(({ offset, code }) => [offset, code])).toEqual([[2, "MGV_FIELD_TYPE"], [3, "MGV_CSV_ROW"]]);
});

test("quotes are around whole cells, wherever in the row", () => {
  const decoder = new Decoder(kernel, smallSchema, { kind: "csv", header: ["n", "t", "a", "b", "sensor_id"] });
  const { batch, deadLetters } = decoder.decode(recordsOf([',1,2,3,"a, ""b"""', '"1","2","3","4",""', '1,2,3,4,x"y"', '1,2,3,4,"x"y', '1,2,3,4,"x', '"",1,,1,"NULL"']));
  expect(sensorsOf(batch)).toEqual(['a, "b"', "partition-0", "NULL"]);
  expect([...batch.columns[2]!]).toEqual([NaN, 1, NaN]);
  expect(deadLetters.map(({ offset, code }) => [offset, code])).toEqual([2, 3, 4].map((offset) => [offset, "MGV_CSV_ROW"]));
  decoder[Symbol.dispose]();
});

test("of two columns for one thing the schema's first spelling wins, in CSV as in JSON", () => {
  const schema = { ...smallSchema, time: { keys: ["UTC", "t"], unit: "s" } as const };
  const csv = new Decoder(kernel, schema, { kind: "csv", header: ["t", "a", "a[C]", "b", "UTC"] }).decode(recordsOf(["1,2,3,4,5"]));
  const lines = new Decoder(kernel, schema, json).decode(recordsOf(['{"t":1,"a":2,"a[C]":3,"b":4,"UTC":5}']));
  for (const { batch } of [csv, lines]) expect([batch.timesMs[0], batch.columns[0]![0]]).toEqual([5000, 3]);
});

test("a CSV that lacks a column is refused before its first row, by the column's name", () => {
  expect(() => new Decoder(kernel, smallSchema, { kind: "csv", header: ["t", "a"] })).toThrow(expect.objectContaining({ code: "MGV_CSV_COLUMN" }));
  expect(() => new Decoder(kernel, smallSchema, { kind: "csv", header: ["t", "a"] })).toThrow(/"b"/);
});

test("decoders of one task's state give a sensor one number, whatever the format", () => {
  using arena = new Arena(kernel);
  using lines = new Decoder(kernel, smallSchema, json, { arena });
  using rows = new Decoder(kernel, smallSchema, { kind: "csv", header: ["t", "a", "b", "sensor_id"] }, { arena });
  const first = lines.decode(recordsOf(['{"t":1,"a":1,"b":1,"sensor_id":"x"}', '{"t":1,"a":1,"b":1,"sensor_id":"y"}'])).batch;
  const second = rows.decode(recordsOf(["1,1,1,y", "1,1,1,x", "0x1,1,1,z", "1,1,1,x"])).batch;
  expect([...first.sensors]).toEqual([0, 1]);
  expect([...second.sensors]).toEqual([1, 0, 2, 0]);
  expect(second.names.of(2)).toBe("z");
});

test("a forgotten sensor is another one when it is heard again, and names of its number are not mixed up", () => {
  using decoder = new Decoder(kernel, smallSchema, json);
  const message = (sensor: string) => recordsOf([`{"t":1,"a":1,"b":1,"sensor_id":"${sensor}"}`]);
  const number = decoder.decode(message("x")).batch.sensors[0]!;
  expect(decoder.sensors.nameOf(number)).toBe("x");
  decoder.sensors.forget(number);
  const { batch } = decoder.decode(message("y"));
  expect([batch.sensors[0], batch.names.of(batch.sensors[0]!)]).toEqual([number, "y"]);
  expect(decoder.decode(message("x")).batch.sensors[0]).not.toBe(number);
});
