import { expect, test } from "vitest";
import { labelMessage, readLabel } from "../../../engine/labels/read-label.ts";
import { labelsOfRecords } from "../../../engine/labels/topic-labels.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";

const said = { sensor: "kitchen", from: 1000, to: "1970-01-01T00:20:00Z", label: 1, who: "Ada" };

test("times are numbers in the schema's unit or ISO 8601, sensors may be numbers, and labels texts", () => {
  expect(readLabel(smallSchema, said)).toEqual({ sensor: "kitchen", fromMs: 1_000_000, toMs: 1_200_000, label: 1, who: "Ada" });
  expect(readLabel(smallSchema, { ...said, sensor: 7, label: "0" })).toMatchObject({ sensor: "7", label: 0 });
});

test.each([
  [[], ["MGV_JSON", ""]],
  [null, ["MGV_JSON", ""]],
  [{ ...said, sensor: "" }, ["MGV_FIELD_MISSING", "sensor"]],
  [{ ...said, sensor: {} }, ["MGV_FIELD_TYPE", "sensor"]],
  [{ ...said, who: "x".repeat(513) }, ["MGV_FIELD_RANGE", "who"]],
  [{ ...said, from: "yesterday" }, ["MGV_TIME", "from"]],
  [{ ...said, to: undefined }, ["MGV_TIME", "to"]],
  [{ ...said, to: 1000 }, ["MGV_FIELD_RANGE", "to"]],
  [{ ...said, label: 2 }, ["MGV_LABEL", "label"]],
  [{ ...said, label: null }, ["MGV_LABEL", "label"]],
])("%j is no label, and one reads why", (given, [code, field]) => {
  expect(readLabel(smallSchema, given)).toEqual([{ code, field, detail: expect.any(String) as string }]);
});

test.each([
  ["s", { from: 1_772_260_200, to: 1_772_260_260_000 }, ["to looks like milliseconds: it must be epoch seconds or ISO 8601 with a zone, not 1772260260000"]],
  ["s", { from: 1_772_260_200_000, to: 1_772_260_260_000 }, ["from looks like milliseconds", "to looks like milliseconds"]],
  ["ms", { from: 1_772_260_200, to: 1_772_260_260_000 }, ["from looks like seconds: it must be epoch milliseconds or ISO 8601 with a zone, not 1772260200"]],
  ["ms", { from: 1_772_260_200, to: "2026-02-28T06:31:00Z" }, ["from looks like seconds"]],
  ["ms", { from: 1_772_260_200, to: 1_772_260_260 }, ["from looks like seconds", "to looks like seconds"]],
] as const)("a time that is not in the unit of %s is none: %j", (unit, times, details) => {
  const problems = readLabel({ time: { keys: ["t"], unit } }, { ...said, ...times });
  expect(problems).toEqual(details.map((detail) => ({ code: "MGV_TIME", field: detail.split(" ")[0], detail: expect.stringContaining(detail) as string })));
});

test("a span may begin with the epoch, in either unit, and be told in ISO 8601 however early", () => {
  expect(readLabel({ time: { keys: ["t"], unit: "ms" } }, { ...said, from: 0, to: 1_772_260_260_000 })).toMatchObject({ fromMs: 0, toMs: 1_772_260_260_000 });
  expect(readLabel({ time: { keys: ["t"], unit: "ms" } }, { ...said, from: "1970-01-01T00:10:00Z" })).toMatchObject({ fromMs: 600_000, toMs: 1_200_000 });
});

test("all that is wrong is told at once", () => {
  expect(readLabel(smallSchema, {})).toHaveLength(5);
});

test("what goes to the topic comes back, numbered by offset and given when it was appended; what is no label is told", () => {
  const label = readLabel(smallSchema, said);
  if (!("sensor" in label)) throw new Error("no label");
  const { key, value } = labelMessage(label);
  expect(key).toBe("kitchen");
  const read = labelsOfRecords(smallSchema, recordsOf([value, "{", value], { appendTimeMs: 5000.7 }));
  expect(read.labels).toEqual([{ ...label, givenMs: 5000, number: 0 }, { ...label, givenMs: 5000, number: 2 }]);
  expect(read.refused).toEqual(["record 1 of readings/0 is no label: a label must be an object with sensor, from, to, label and who"]);
});
