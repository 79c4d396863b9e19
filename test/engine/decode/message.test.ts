import { expect, test } from "vitest";
import { messageWriter } from "../../../engine/decode/message.ts";
import { ReferenceDecoder } from "../../../engine/decode/reference.ts";
import type { RecordFormat } from "../../../engine/source/source.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";

const header = ["", "sensor_id", "t", "a", "b", "n", "label", "other"];
const csv: RecordFormat = { kind: "csv", header };
const json: RecordFormat = { kind: "json" };

test("a row of a CSV becomes a message of the schema's keys, under its sensor", () => {
  const { key, value } = messageWriter(smallSchema, csv)('17,kitchen,1.5,20,"3",,1,x');
  expect(key).toBe("kitchen");
  expect(JSON.parse(value)).toEqual({ "a[C]": 20, b: 3, n: null, t: 1.5, sensor_id: "kitchen", label: 1 });
  const lean = messageWriter(smallSchema, { kind: "csv", header: ["t", "a", "b"] })("2026-02-28T06:30:00Z,,NULL");
  expect([lean.key, JSON.parse(lean.value)]).toEqual([null, { "a[C]": null, b: "NULL", t: "2026-02-28T06:30:00Z" }]);
});

test.each(["1,k,1,20,3,,1,x", "1,007,1,,3,5,0,x", "1,,1,NULL,-0.5,,,", "1,k,1,Infinity,3,,,", "1,k,1,20,-Infinity,,,", "1,k,1,abc,3,,,", "1,k,1,1e300,3,,,", "1,k,,1,3,,,", "1,k,1,0x10,3,,7,", "1,k,1,20,,,,"])(
  "the row %s and its message mean the same",
  (row) => {
    const { value } = messageWriter(smallSchema, csv)(row);
    const meaning = (text: string, format: RecordFormat) => {
      try {
        return new ReferenceDecoder(smallSchema, format).read(recordsOf([text]), 0);
      } catch (thrown) {
        return (thrown as { code: string }).code;
      }
    };
    expect(meaning(value, json)).toEqual(meaning(row, csv));
  },
);

test("a row with the wrong number of cells is no message", () => {
  expect(() => messageWriter(smallSchema, csv)("1,2")).toThrow(expect.objectContaining({ code: "MGV_CSV_ROW" }));
});

test("JSON stays as it is, also where it cannot be read", () => {
  const write = messageWriter(smallSchema, json);
  expect(['{"sensor_id":"k"}', '{ "sensor_id": 7 }', '{"sensor_id":""}', '{"sensor_id":null}', "{", "7"].map((text) => [write(text).key, write(text).value])).toEqual([
    ["k", '{"sensor_id":"k"}'],
    ["7", '{ "sensor_id": 7 }'],
    [null, '{"sensor_id":""}'],
    [null, '{"sensor_id":null}'],
    [null, "{"],
    [null, "7"],
  ]);
});
