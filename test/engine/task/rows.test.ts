import { expect, test } from "vitest";
import { concatRows, pickRows, type Rows } from "../../../engine/task/rows.ts";

const names = { of: (number: number) => `s${number}` };

/** Rows with numbers from `first` on in every column. */
function rowsFrom(first: number, count: number): Rows {
  const numbers = Float64Array.from({ length: count }, (_, i) => first + i);
  return { count, records: Uint32Array.from(numbers), sensors: Uint32Array.from(numbers), names, timesMs: numbers, startsMs: numbers, late: Uint8Array.from(numbers), columns: [numbers, numbers.map((x) => -x)], scores: null, areClosed: false };
}

test("rows that are picked bring what their model said of them", () => {
  const models = [{ modelVersion: "one", trainedOn: "", threshold: 0.5 }, { modelVersion: "other", trainedOn: "", threshold: 0.7 }] as const;
  const scoresOf = (rows: readonly number[]) => ({ models, arms: Uint8Array.from(rows, (i) => i % 2), margins: Float32Array.from(rows), probabilities: Float64Array.from(rows, (i) => i / 8), predictions: Uint8Array.from(rows, (i) => i % 3), levels: Uint8Array.from(rows, (i) => i) });
  const { scores } = pickRows({ ...rowsFrom(0, 5), scores: scoresOf([0, 1, 2, 3, 4]) }, Uint32Array.of(1, 2, 4));
  expect(scores).toEqual(scoresOf([1, 2, 4]));
  expect(pickRows({ ...rowsFrom(0, 5), scores: { ...scoresOf([0, 1, 2, 3, 4]), arms: null } }, Uint32Array.of(3)).scores).toEqual({ ...scoresOf([3]), arms: null });
});

test("rows stand behind others in the order of both, however many there are", () => {
  const many = 200_000;
  expect(concatRows(rowsFrom(0, many), rowsFrom(many, many))).toEqual(rowsFrom(0, 2 * many));
});

test("behind no rows, and before none, stand the others as they are", () => {
  const some = rowsFrom(3, 2);
  expect(concatRows(some, rowsFrom(0, 0))).toBe(some);
  expect(concatRows(rowsFrom(0, 0), some)).toBe(some);
});
