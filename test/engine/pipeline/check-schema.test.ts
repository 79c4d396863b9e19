import { expect, test } from "vitest";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { field, type Schema } from "../../../kernel-as/schema.ts";

const sound: Schema = { fields: [field("a"), field("b[C]")], time: { keys: ["t"], unit: "s" }, sensorKeys: ["id"], label: "fault" };

const from = (changed: Record<string, unknown>) => () => pipeline("checked").from(topic("readings"), { ...sound, ...changed });

test("a schema whose parts are there is taken, also without keys of sensor and time, which the record has", () => {
  expect(from({})().fields).toEqual(["a", "b[C]", "fault"]);
  expect(from({ sensorKeys: [], time: { keys: [], unit: "ms" } })).not.toThrow();
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ["no fields", { fields: undefined }, /has no fields: fields: \[field/],
  ["an empty list of fields", { fields: [] }, /has no fields/],
  ["a name for a field", { fields: ["a"] }, /a field without a name: make each by field\(/],
  ["two fields of a name", { fields: [field("a"), field("a")] }, /two fields that are called "a"/],
  ["a field that lets nothing in", { fields: [field("a", { min: 5, max: 1 })] }, /"a" whose values go from 5 to 1/],
  ["a field with a bound that is no number", { fields: [field("a", { min: NaN })] }, /"a" whose values go from NaN/],
  ["a field with a word that nobody knows", { fields: [field("a", { missing: "always" as "never" })] }, /missing: "always": it must be "never" or "null" or "absent"/],
  ["no time", { time: undefined }, /which keys hold the event time: time: \{ keys:/],
  ["a word for the keys of a time", { time: { keys: "t", unit: "s" } }, /which keys hold the event time/],
  ["another unit of time", { time: { keys: ["t"], unit: "us" } }, /times in "us": the unit must be "s" or "ms"/],
  ["a word for a list of keys", { sensorKeys: "id" }, /which keys name the sensor: sensorKeys: \["sensor_id"\], or \[\]/],
  ["no label", { label: undefined }, /label: "label", also where nothing is labelled/],
])("a schema with %s is refused with what to write", (_what, changed, sentence) => {
  expect(from(changed)).toThrow(expect.objectContaining({ code: "MGV_USAGE", message: expect.stringMatching(sentence) as string }) as Error);
});
