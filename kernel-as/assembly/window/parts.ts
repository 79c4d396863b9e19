import { at } from "../state/arena";
import { COUNTS, FIELD_BYTES, FIRST, LAST, MAX, MIN, MOMENTS, READINGS, scratchOf, SLOPE, SUM, VALUES, Windows } from "./plan";
import { addValue, CAPACITY, freeValues, mergeValues } from "./values";

/**
 * Adds entry `record` of the columns that fields point to, to the parts at `pane`. They are those of the pane at `place`, whose page the caller touches; 0 where
 * there are no values for percentiles among them.
 */
export function addReading(windows: Windows, pane: usize, place: u32, record: u32, timeMs: f64): void {
  store<u32>(pane, load<u32>(pane, READINGS) + 1, READINGS);
  let field = windows.fieldsAt;
  for (const end = field + <usize>windows.fields * FIELD_BYTES; field < end; field += FIELD_BYTES) {
    const x = load<f64>(<usize>load<u32>(field) + (<usize>record << 3));
    if (x != x) continue;
    const parts = load<u32>(field, 4);
    const offset = load<u32>(field, 8);
    let part = pane + <usize>offset;
    const before = load<u32>(part);
    store<u32>(part, before + 1);
    if (x == 1) store<u32>(part, load<u32>(part, 4) + 1, 4);
    part += COUNTS;
    if (parts & SUM) {
      store<f64>(part, load<f64>(part) + x);
      part += 8;
    }
    if (parts == SUM) continue;
    if (parts & MOMENTS) {
      if (before == 0) store<f64>(part, x);
      const d = x - load<f64>(part);
      store<f64>(part, load<f64>(part, 8) + d, 8);
      store<f64>(part, load<f64>(part, 16) + d * d, 16);
      part += 24;
    }
    if (parts & MIN) {
      store<f64>(part, before == 0 ? x : min(load<f64>(part), x));
      part += 8;
    }
    if (parts & MAX) {
      store<f64>(part, before == 0 ? x : max(load<f64>(part), x));
      part += 8;
    }
    if (parts & FIRST) {
      if (before == 0 || timeMs < load<f64>(part)) putTimed(part, timeMs, x);
      part += 16;
    }
    if (parts & LAST) {
      if (before == 0 || timeMs >= load<f64>(part)) putTimed(part, timeMs, x);
      part += 16;
    }
    if (parts & SLOPE) {
      if (before == 0) putTimed(part, timeMs, x);
      const u = timeMs - load<f64>(part);
      const v = x - load<f64>(part, 8);
      addSlope(part, u, v, u * u, u * v);
      part += 48;
    }
    if (parts & VALUES) addValue(windows.arena, place + <u32>(part - pane), x, scratchOf(windows, CAPACITY));
  }
}

// @ts-ignore: decorator
@inline
function putTimed(part: usize, timeMs: f64, x: f64): void {
  store<f64>(part, timeMs);
  store<f64>(part, x, 8);
}

// @ts-ignore: decorator
@inline
function addSlope(part: usize, u: f64, v: f64, uu: f64, uv: f64): void {
  store<f64>(part, load<f64>(part, 16) + u, 16);
  store<f64>(part, load<f64>(part, 24) + v, 24);
  store<f64>(part, load<f64>(part, 32) + uu, 32);
  store<f64>(part, load<f64>(part, 40) + uv, 40);
}

/** Adds what the fields of the pane at `from` hold to those at `into`, values for percentiles left alone. Nothing at `from` is before anything at `into`, but for what comes of equal times. */
export function mergeFields(windows: Windows, into: usize, from: usize): void {
  store<u32>(into, load<u32>(into, READINGS) + load<u32>(from, READINGS), READINGS);
  let field = windows.fieldsAt;
  for (const end = field + <usize>windows.fields * FIELD_BYTES; field < end; field += FIELD_BYTES) {
    const parts = load<u32>(field, 4);
    const offset = <usize>load<u32>(field, 8);
    const count = load<u32>(from + offset);
    if (count == 0) continue;
    const before = load<u32>(into + offset);
    store<u32>(into + offset, before + count);
    store<u32>(into + offset, load<u32>(into + offset, 4) + load<u32>(from + offset, 4), 4);
    mergeParts(parts, into + offset + COUNTS, from + offset + COUNTS, before == 0, <f64>count);
  }
}

// @ts-ignore: decorator
@inline
function mergeParts(parts: u32, a: usize, b: usize, first: bool, count: f64): void {
  if (parts & SUM) {
    store<f64>(a, load<f64>(a) + load<f64>(b));
    a += 8;
    b += 8;
  }
  if (parts & MOMENTS) {
    if (first) memory.copy(a, b, 24);
    else {
      const d = load<f64>(b) - load<f64>(a);
      const sum = load<f64>(b, 8);
      store<f64>(a, load<f64>(a, 8) + (sum + count * d), 8);
      store<f64>(a, load<f64>(a, 16) + (load<f64>(b, 16) + d * (2 * sum + count * d)), 16);
    }
    a += 24;
    b += 24;
  }
  if (parts & MIN) {
    store<f64>(a, first ? load<f64>(b) : min(load<f64>(a), load<f64>(b)));
    a += 8;
    b += 8;
  }
  if (parts & MAX) {
    store<f64>(a, first ? load<f64>(b) : max(load<f64>(a), load<f64>(b)));
    a += 8;
    b += 8;
  }
  if (parts & FIRST) {
    if (first || load<f64>(b) < load<f64>(a)) memory.copy(a, b, 16);
    a += 16;
    b += 16;
  }
  if (parts & LAST) {
    if (first || load<f64>(b) >= load<f64>(a)) memory.copy(a, b, 16);
    a += 16;
    b += 16;
  }
  if (parts & SLOPE) {
    if (first) memory.copy(a, b, 48);
    else {
      const u = load<f64>(b) - load<f64>(a);
      const v = load<f64>(b, 8) - load<f64>(a, 8);
      const us = load<f64>(b, 16);
      const vs = load<f64>(b, 24);
      addSlope(a, us + count * u, vs + count * v, load<f64>(b, 32) + u * (2 * us + count * u), load<f64>(b, 40) + u * vs + v * us + count * u * v);
    }
  }
}

/** Moves the values for percentiles of the pane at `from` into the one at `into`. */
export function mergeAllValues(windows: Windows, into: u32, from: u32): void {
  for (let i: u32 = 0; i < windows.fields; i++) {
    const offset = valuesOffset(windows, i);
    if (offset) mergeValues(windows.arena, into + offset, from + offset, scratchOf(windows, 2 * CAPACITY));
  }
}

export function freeAllValues(windows: Windows, place: u32): void {
  for (let i: u32 = 0; i < windows.fields; i++) {
    const offset = valuesOffset(windows, i);
    if (offset) freeValues(windows.arena, place + offset);
  }
}

/** Where field `i` keeps its values in a pane; 0: it keeps none. They are its last part. */
function valuesOffset(windows: Windows, i: u32): u32 {
  const field = windows.fieldsAt + <usize>i * FIELD_BYTES;
  return load<u32>(field, 4) & VALUES ? load<u32>(field, 12) : 0;
}
