import { at, blockBytes, touchAll } from "../state/arena";
import { FINGER, insertPane, LARGEST_IN_SLAB, newerOf, OLDEST, seek } from "./panes";
import { addReading } from "./parts";
import { FIELD_BYTES, LAST_TIME, READINGS, START, Windows } from "./plan";

/*
 * The readings of a sensor in order of event time, equals by arrival, in panes that are as long as their readings are; `START` is the first one's time. Behind its fields,
 * which hold what its readings come to, a pane has columns: f64 event times [room], then for each field f64 values [room].
 */

const LEAST_READINGS: u32 = 32;
const FIELDS_AT: u32 = <u32>LAST_TIME + 8;

/** Puts readings behind `fieldsEnd`, as many as their block then has room for; returns the bytes of a pane. */
export function layReadings(windows: Windows, fieldsEnd: u32): u32 {
  const each = (windows.fields + 1) << 3;
  const least = fieldsEnd + LEAST_READINGS * each;
  windows.readingsAt = fieldsEnd;
  windows.room = least > LARGEST_IN_SLAB ? (blockBytes(least) - fieldsEnd) / each : LEAST_READINGS;
  return fieldsEnd + windows.room * each;
}

/** Column 0 of a pane: event times; column `i + 1`: the values of field `i`. */
// @ts-ignore: decorator
@inline
export function columnOf(windows: Windows, pane: usize, column: u32): usize {
  return pane + <usize>(windows.readingsAt + ((column * windows.room) << 3));
}

// @ts-ignore: decorator
@inline
function timeOf(windows: Windows, pane: usize, index: u32): f64 {
  return load<f64>(columnOf(windows, pane, 0) + (<usize>index << 3));
}

/** How many of a pane's readings were measured at `timeMs` or before. */
export function notAfter(windows: Windows, pane: usize, timeMs: f64): u32 {
  const readings = load<u32>(pane, READINGS);
  let count: u32 = 0;
  while (count < readings && timeOf(windows, pane, count) <= timeMs) count++;
  return count;
}

/** Adds readings `from` to before `to` of a pane to the fields at `into`. */
export function addReadings(windows: Windows, into: usize, pane: usize, from: u32, to: u32): void {
  for (let i: u32 = 0; i < windows.fields; i++) store<u32>(windows.fieldsAt + <usize>(i * FIELD_BYTES), <u32>columnOf(windows, pane, i + 1));
  for (let index = from; index < to; index++) addReading(windows, into, 0, index, timeOf(windows, pane, index));
}

/** Puts reading `record` of the batch in its place. The window in hand is this reading alone. */
export function insertReading(windows: Windows, row: usize, record: u32, timeMs: f64): void {
  const arena = windows.arena;
  let place = seek(arena, row, timeMs);
  if (!place) place = load<u32>(row, OLDEST);
  if (!place) place = insertPane(windows, row, 0, timeMs);
  let index = notAfter(windows, at(arena, place), timeMs);
  if (load<u32>(at(arena, place), READINGS) == windows.room) {
    const isNewest = index == windows.room && !newerOf(arena, place);
    const newer = isNewest ? insertPane(windows, row, place, timeMs) : split(windows, row, place);
    const kept = load<u32>(at(arena, place), READINGS);
    if (isNewest || index > kept) {
      place = newer;
      index -= kept;
    }
  }
  const pane = at(arena, place);
  const later = load<u32>(pane, READINGS) - index;
  insertValue(columnOf(windows, pane, 0), index, later, timeMs);
  for (let i: u32 = 0; i < windows.fields; i++) {
    const x = load<f64>(<usize>load<u32>(windows.columns + (<usize>i << 2)) + (<usize>record << 3));
    insertValue(columnOf(windows, pane, i + 1), index, later, x == x ? x : NaN);
  }
  if (index == 0) store<f64>(pane, timeMs, START);
  if (later == 0) store<f64>(pane, timeMs, LAST_TIME);
  addReadings(windows, pane, pane, index, index + 1);
  touchAll(arena, place, windows.paneBytes);
  store<u32>(row, place, FINGER);
  windows.first = place;
  windows.from = index;
  windows.last = place;
  windows.to = index + 1;
}

/** Puts a value at `index`, before `later` others. */
function insertValue(column: usize, index: u32, later: u32, x: f64): void {
  const place = column + (<usize>index << 3);
  if (later) memory.copy(place + 8, place, <usize>later << 3);
  store<f64>(place, x);
}

/** Lets go of the first `count` readings of a pane, not all of them. Its fields stay as they were. */
export function dropReadings(windows: Windows, place: u32, count: u32): void {
  const pane = at(windows.arena, place);
  const left = load<u32>(pane, READINGS) - count;
  for (let column: u32 = 0; column <= windows.fields; column++) {
    const first = columnOf(windows, pane, column);
    memory.copy(first, first + (<usize>count << 3), <usize>left << 3);
  }
  store<u32>(pane, left, READINGS);
  store<f64>(pane, timeOf(windows, pane, 0), START);
  touchAll(windows.arena, place, windows.paneBytes);
}

/** Moves the newer half of a whole pane into one behind it, and returns that. */
function split(windows: Windows, row: usize, place: u32): u32 {
  const pane = at(windows.arena, place);
  const half = windows.room >> 1;
  const newer = insertPane(windows, row, place, timeOf(windows, pane, half));
  const to = at(windows.arena, newer);
  for (let column: u32 = 0; column <= windows.fields; column++) {
    memory.copy(columnOf(windows, to, column), columnOf(windows, pane, column) + (<usize>half << 3), <usize>(windows.room - half) << 3);
  }
  store<f64>(to, load<f64>(pane, LAST_TIME), LAST_TIME);
  store<f64>(pane, timeOf(windows, pane, half - 1), LAST_TIME);
  store<u32>(pane, 0, READINGS);
  memory.fill(pane + FIELDS_AT, 0, windows.readingsAt - FIELDS_AT);
  addReadings(windows, pane, pane, 0, half);
  addReadings(windows, to, to, 0, windows.room - half);
  touchAll(windows.arena, place, windows.paneBytes);
  touchAll(windows.arena, newer, windows.paneBytes);
  return newer;
}
