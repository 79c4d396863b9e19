import { expect, test } from "vitest";
import { labelledRows, type TrainData } from "../../trainer/rows.ts";

const plain: TrainData = { rows: [[20.1, null], [21, 3]], labels: [0, true] };

test("numbers, truth and what is missing are read as they are", () => {
  const { rows, width } = labelledRows({ ...plain, rows: [[20.1, null], [undefined as never, 3]], weights: [1, 2] });
  expect([width, rows.labels, rows.weights]).toEqual([2, Float32Array.of(0, 1), Float32Array.of(1, 2)]);
  expect(rows.features).toEqual(Float32Array.of(20.1, NaN, NaN, 3));
});

test.each<[string, object, string]>([
  ["a label of null", { labels: [1, null] }, "The label of row 1 is null; it must be a number, true or false."],
  ["an empty label", { labels: [1, ""] }, 'The label of row 1 is ""; it must be'],
  ["a label that is text", { labels: ["1", 0] }, 'The label of row 0 is "1"'],
  ["a label that is a bigint", { labels: BigInt64Array.of(1n, 0n) }, "The label of row 0 is 1"],
  ["a weight of null", { weights: [1, null] }, "The weight of row 1 is null; it must be a number."],
  ["a weight that is text", { weights: ["2", 1] }, 'The weight of row 0 is "2"'],
  ["a cell that is text", { rows: [[20.1, 1], ["1,234", 3]] }, 'Value 0 of row 1 is "1,234"; it must be a number, or null where it is missing.'],
  ["an empty cell", { rows: [[20.1, ""], [21, 3]] }, 'Value 1 of row 0 is ""'],
  ["a cell that is true", { rows: [[20.1, true], [21, 3]] }, "Value 1 of row 0 is true"],
  ["a row that is a number", { rows: [20.1, 3], width: 1 }, "Row 0 is no list of 1 values."],
  ["no rows", { rows: undefined }, "There are no rows: give { rows, labels }."],
  ["no labels", { labels: undefined }, "There are no labels: give { rows, labels }."],
  ["weights by another name", { weight: [1, 2] }, 'does not take "weight". Did you mean weights?'],
  ["groups by another name", { group: [1, 2] }, 'does not take "group". Did you mean groups?'],
])("%s is refused", (_, change, message) => {
  expect(() => labelledRows({ ...plain, ...change })).toThrow(expect.objectContaining({ code: "MGV_TRAIN_DATA", message: expect.stringContaining(message) as string }));
});
