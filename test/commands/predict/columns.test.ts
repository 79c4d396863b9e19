import { expect, test } from "vitest";
import { columnsOf, lacking } from "../../../commands/predict/columns.ts";

const find = (names: readonly string[] | null, header: readonly string[], count = names?.length ?? 0) => {
  const { at, by } = columnsOf({ count, names }, { source: "data.csv", names: header, ordered: true });
  return [Array.from(at), by];
};

test.each([
  ["any order, others ignored", ["b", "a"], ["id", "a", "b"], [2, 1]],
  ["brackets in the model alone", ["Temperature[C]"], ["Temperature"], [0]],
  ["brackets in the data alone", ["Temperature"], ["x", "Temperature[C]"], [1]],
  ["the closest spelling where there are several", ["t[C]", "t"], ["t", "t[C]"], [1, 0]],
  ["LightGBM's _ for spaces", ["Raw_H2", "TVOC_now[ppb]"], ["Raw H2", "TVOC now"], [0, 1]],
  ["names that are names of JavaScript", ["__proto__", "constructor"], ["constructor", "__proto__"], [1, 0]],
])("%s", (_, names, header, expected) => {
  expect(find(names, header)).toEqual([expected, "name"]);
});

test("a unit of its own is another name", () => {
  expect(() => find(["t[C]"], ["t[F]"])).toThrow(/no column "t\[C\]"/);
  expect(lacking(["t[C]", "a"], ["t[F]", "a"])).toEqual(["t[C]"]);
});

test.each([
  ["a slip of the pen", ["Temperature"], ["Temprature"], /no column "Temperature", which the model reads\. Did you mean Temprature\? .*Its columns are "Temprature"/],
  ["a name twice", ["a"], ["a", "a"], /more than one column that may be "a"/],
  ["bars", ["a", "b"], ["a|b"], /separated by "\|"; separate them by commas/],
])("%s is told", (_, names, header, sentence) => {
  expect(() => find(names, header)).toThrow(expect.objectContaining({ code: "MGV_CSV_COLUMN" }));
  expect(() => find(names, header)).toThrow(sentence);
});

test("without names a model reads f0, f1, … wherever they are, or LightGBM's Column_0, …", () => {
  expect(find(null, ["id", "f1", "f0"], 2)).toEqual([[2, 1], "name"]);
  expect(find(null, ["Column_0", "Column_1", "y"], 2)).toEqual([[0, 1], "name"]);
});

test("without names, else, it reads as many columns as there are, in their order, and no other number", () => {
  expect(find(null, ["x", "y"], 2)).toEqual([[0, 1], "position"]);
  expect(() => find(null, ["x", "y", "z"], 2)).toThrow(/no names for its 2 features, and data\.csv has 3 columns\. Name them f0 to f1, or leave only the 2/);
  expect(() => find(null, ["x"], 2 ** 31 - 1)).toThrow(/f0 to f2147483646/);
});

test("keys of JSON have no order", () => {
  expect(() => columnsOf({ count: 2, names: null }, { source: "line 1", names: ["x", "y"], ordered: false })).toThrow(expect.objectContaining({ code: "MGV_FIELD_MISSING" }));
});
