import { log } from "../math";

/*
 * Features that are computed from one or two values of the same reading.
 *
 *   table    for each feature: 0 u32 operation   4 u32 field a   8 u32 field b   12 u32 0   16 f64 constant c
 */

const PRODUCT: u32 = 0; // a * b
const RATIO: u32 = 1; // a / b
const SUM: u32 = 2; // a + c * b
const LOG: u32 = 3; // log(a + c)
// 4: |a - c|

const ENTRY_BYTES: usize = 24;

export function tableBytes(features: u32): usize {
  return <usize>features * ENTRY_BYTES;
}

/** Writes each feature of the values in `row` as f32, NaN of one kind where the result is no finite f32. */
export function derive(table: usize, features: u32, row: usize, out: usize): void {
  const end = table + tableBytes(features);
  for (; table < end; table += ENTRY_BYTES, out += 4) {
    const x = <f32>compute(load<u32>(table), valueAt(row, load<u32>(table, 4)), valueAt(row, load<u32>(table, 8)), load<f64>(table, 16));
    store<f32>(out, x - x == 0 ? x : <f32>NaN);
  }
}

// @ts-ignore: decorator
@inline
function valueAt(row: usize, field: u32): f64 {
  return <f64>load<f32>(row + (<usize>field << 2));
}

// @ts-ignore: decorator
@inline
function compute(operation: u32, a: f64, b: f64, c: f64): f64 {
  if (operation == PRODUCT) return a * b;
  if (operation == RATIO) return a / b;
  if (operation == SUM) return a + c * b;
  if (operation == LOG) return log(a + c);
  return Math.abs(a - c);
}
