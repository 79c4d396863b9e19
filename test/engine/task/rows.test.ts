import { expect, test } from "vitest";
import { concatRows, type Rows } from "../../../engine/task/rows.ts";

const names = { of: (number: number) => `s${number}` };

/** Rows with numbers from `first` on in every column. */
function rowsFrom(first: number, count: number): Rows {
  const numbers = Float64Array.from({ length: count }, (_, i) => first + i);
  return { count, records: Uint32Array.from(numbers), sensors: Uint32Array.from(numbers), names, timesMs: numbers, startsMs: numbers, late: Uint8Array.from(numbers), columns: [numbers, numbers.map((x) => -x)], scores: null };
}

test("rows stand behind others in the order of both, however many there are", () => {
  const many = 200_000;
  expect(concatRows(rowsFrom(0, many), rowsFrom(many, many))).toEqual(rowsFrom(0, 2 * many));
});

test("behind no rows, and before none, stand the others as they are", () => {
  const some = rowsFrom(3, 2);
  expect(concatRows(some, rowsFrom(0, 0))).toBe(some);
  expect(concatRows(rowsFrom(0, 0), some)).toBe(some);
});
