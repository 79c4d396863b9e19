import { Arena } from "../state/arena";
import { Rules } from "../state/ticker";

/*
 * What windows are made of. A pane holds, for each column that is looked at (a field), only the parts that its aggregates need, in this order:
 *
 *   always    u32 values that are there   u32 values that equal 1
 *   SUM       f64
 *   MOMENTS   f64 shift, the pane's first value   f64 sum of x - shift   f64 sum of (x - shift)^2
 *   MIN, MAX  f64 each
 *   FIRST     f64 event time   f64 value          LAST likewise
 *   SLOPE     f64 t0, x0, the pane's first   with u = t - t0, v = x - x0: f64 sums of u, v, u u, u v
 *   VALUES    all of them (values.ts)
 *
 * Since a shift is one of the values, sums of squares lose at most about `n` roundings (Chan, Golub and LeVeque, 1983), however far the values are from 0.
 *
 *   pane      0 f64 start   8 u32 place of the next older   12 u32 of the next newer   16 u32 readings   20 u32 –   not of aligned windows: 24 f64 last
 *             event time; then the fields; of sliding windows the readings (readings.ts)
 *   field     0 u32 pointer to the batch's column   4 u32 parts   8 u32 offset in a pane   12 u32 offset of its values in a pane
 *   output    0 u32 kind   4 u32 offset of its field   8 u32 offset of its part   12 u32 number of its field   16 f64 fraction of a percentile
 */

export const SUM: u32 = 1;
export const MOMENTS: u32 = 2;
export const MIN: u32 = 4;
export const MAX: u32 = 8;
export const FIRST: u32 = 16;
export const LAST: u32 = 32;
export const SLOPE: u32 = 64;
export const VALUES: u32 = 128;

export const START: usize = 0;
export const OLDER: usize = 8;
export const NEWER: usize = 12;
export const READINGS: usize = 16;
export const LAST_TIME: usize = 24;

export const FIELD_BYTES: u32 = 16;
export const OUTPUT_BYTES: u32 = 24;

/** A field's counts. */
export const COUNTS: u32 = 8;

/** Bytes of a part in a pane; its bit alone in `part`. */
export function partBytes(part: u32): u32 {
  if (part == MOMENTS) return 24;
  if (part == FIRST || part == LAST || part == VALUES) return 16;
  return part == SLOPE ? 48 : 8;
}

/** Where `part` is in a field with `parts`, or would be. */
export function partOffset(parts: u32, part: u32): u32 {
  let offset = COUNTS;
  for (let each: u32 = 1; each < part; each <<= 1) if (parts & each) offset += partBytes(each);
  return offset;
}

/** A task's windows, outside of the pages. Written from the definition each time they are opened. */
@unmanaged
export class Windows {
  arena: Arena;
  place: u32; // of the root
  rules: Rules;
  session: u32;
  sliding: u32;
  perPartition: u32;
  updates: u32;
  sizeMs: i64; // sessions: the gap
  hopMs: i64;
  paneMs: i64;
  latenessMs: f64;
  /** From a window's end to its one result: `final` waits for the lateness. */
  delayMs: f64;
  fields: u32;
  fieldsAt: usize;
  outputs: u32;
  outputsAt: usize;
  paneBytes: u32;
  /** A pane's room outside of the pages, where a window is added up. */
  whole: usize;
  record: u32;
  results: usize; // pointer to Results
  /** The readings of windows that are not told, for functions: pointer to Windows that slide (kept.ts); 0: none are kept. */
  kept: usize;
  /** u32 pointers to the batch's columns, one for each field. */
  columns: usize;
  scratch: usize; // f64
  scratchRoom: u32;
  /** Sliding: readings that a pane has room for, and where in a pane they begin. */
  room: u32;
  readingsAt: u32;
  /** Sliding: the window in hand goes from reading `from` of pane `first` to before reading `to` of pane `last`; no panes: it is empty. */
  first: u32;
  from: u32;
  last: u32;
  to: u32;
}

/** Room for `count` f64 outside of the pages, what was there undefined. */
export function scratchOf(windows: Windows, count: u32): usize {
  if (count > windows.scratchRoom) {
    if (windows.scratch) heap.free(windows.scratch);
    windows.scratchRoom = max<u32>(count, 1024);
    windows.scratch = heap.alloc(<usize>windows.scratchRoom << 3);
  }
  return windows.scratch;
}
