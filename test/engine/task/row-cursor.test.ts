import { expect, test } from "vitest";
import { RowCursor } from "../../../engine/task/row-cursor.ts";
import type { Rows } from "../../../engine/task/rows.ts";

test("one object shows row after row, with all that a function may spread or list", () => {
  const cursor = new RowCursor(["a", "b"]);
  const rows = { count: 2, columns: [Float64Array.of(1, 2), Float64Array.of(3, 4)], sensors: Uint32Array.of(0, 1), timesMs: Float64Array.of(10, 20), late: Uint8Array.of(0, 1), names: { of: (number: number) => `s${number}` } } as unknown as Rows;
  cursor.open(rows);
  cursor.moveTo(0, "kept");
  expect([{ ...cursor.row }, { ...cursor.context }]).toEqual([{ a: 1, b: 3 }, { sensor: "s0", timeMs: 10, late: false, state: "kept" }]);
  cursor.moveTo(1);
  expect([{ ...cursor.row }, { ...cursor.context }]).toEqual([{ a: 2, b: 4 }, { sensor: "s1", timeMs: 20, late: true, state: undefined }]);
});
