import { notAfter, addChunk, Layout, newerOf, readingsIn, timeOf } from "./chunk";
import { addMiddle, addToMiddle, clearMiddle, middleBytes } from "./middle";
import { clear, Sums } from "./sums";

/*
 * The sums of the older half of the longest span.
 *
 *   ├── last ──┼───── middle ─────┼── end ──┼───── … ─────┼─ newest ─┤
 *        t - span                  t - span / 2                     t
 *
 *   0 u32 end chunk   4 u32 0   then the middle, as middle.ts keeps it, without moments
 */

const MIDDLE_AT: usize = 8;

export function baselineBytes(width: u32): u32 {
  return <u32>MIDDLE_AT + middleBytes(width, false);
}

/** The next reading has it made anew. */
export function forgetBaseline(kept: usize): void {
  store<u32>(kept + MIDDLE_AT, 0);
}

/** A chunk is given back: its place may become that of another. */
export function forgetBaselineOf(kept: usize, chunk: u32): void {
  if (load<u32>(kept + MIDDLE_AT) == chunk) forgetBaseline(kept);
}

/** In a copy of what is kept `from` somewhere: a chunk has become another. */
export function redirectBaseline(kept: usize, from: usize, chunk: u32, copied: u32): void {
  if (load<u32>(from) == chunk) store<u32>(kept, copied);
  if (load<u32>(from + MIDDLE_AT) == chunk) store<u32>(kept + MIDDLE_AT, copied);
}

/** Makes the sums of the readings in (from, to], for the newest reading of a sensor: `last` is the chunk in which its longest span begins. */
export function sumBaseline(layout: Layout, kept: usize, last: u32, fromMs: f64, toMs: f64, sums: Sums): void {
  const middle = kept + MIDDLE_AT;
  if (load<u32>(middle) != last) {
    clearMiddle(layout, middle, last, false, 0);
    store<u32>(kept, last);
  }
  let end = load<u32>(kept);
  for (let next = newerOf(layout, end); next && timeOf(layout, next, 0) <= toMs; next = newerOf(layout, end)) {
    if (end != last) addToMiddle(layout, middle, end, false, sums);
    end = next;
  }
  store<u32>(kept, end);
  clear(sums, layout.width);
  const to = notAfter(layout, last, readingsIn(layout, last), toMs);
  addChunk(layout, last, notAfter(layout, last, to, fromMs), to, sums);
  if (end == last) return;
  addMiddle(layout, middle, sums);
  addChunk(layout, end, 0, notAfter(layout, end, readingsIn(layout, end), toMs), sums);
}
