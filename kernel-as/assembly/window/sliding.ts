import { at, touchAll } from "../state/arena";
import { rowAt, rowsOf } from "../state/table";
import { LAST_TIME_MS } from "../state/ticker";
import { interpolated, ofParts, SLOPE } from "./describe";
import { dropPane, NEWEST_PANE, OLDEST, ROOT_BYTES, TABLE } from "./panes";
import { LAST_TIME, OUTPUT_BYTES, READINGS, scratchOf, Windows } from "./plan";
import { insertReading } from "./readings";
import { rowPlace } from "./row";
import { copyColumn, copySpan, reachBack, readingsInSpan, sumSpan } from "./span";

/*
 * A window for each reading, as it is taken in. A sensor keeps what a later reading may find in its window: all after its newest event time less size and disorder, the
 * horizon. Older ones go with their pane, when the next reading comes.
 */

/**
 * Takes in `rows` readings: sensors u32, event times f64, for each field a u32 pointer to its f64 column. Writes f64 `results` [outputs][rows]; those of a reading
 * without a time that may be are NaN.
 */
export function push(pointer: usize, rows: u32, sensors: usize, timesMs: usize, columns: usize, results: usize): void {
  const windows = changetype<Windows>(pointer);
  windows.columns = columns;
  for (let record: u32 = 0; record < rows; record++) {
    const timeMs = load<f64>(timesMs + (<usize>record << 3));
    windows.first = 0;
    if (timeMs >= 0 && timeMs <= LAST_TIME_MS) take(windows, load<u32>(sensors + (<usize>record << 2)), record, timeMs);
    describe(windows, results + (<usize>record << 3), rows);
  }
  touchAll(windows.arena, windows.place, ROOT_BYTES);
}

/** Takes a reading in; the window in hand is its own. */
function take(windows: Windows, sensor: u32, record: u32, timeMs: f64): void {
  const arena = windows.arena;
  const row = at(arena, rowPlace(windows, sensor));
  const horizonMs = horizonOf(windows, row);
  while (load<u32>(row, OLDEST) && load<f64>(at(arena, load<u32>(row, OLDEST)), LAST_TIME) <= horizonMs) dropPane(windows, row, load<u32>(row, OLDEST));
  insertReading(windows, row, record, timeMs);
  if (timeMs > horizonMs) reachBack(windows, max(timeMs - <f64>windows.sizeMs, horizonMs));
}

/** Readings at this time or before are in no later window; -Infinity when there are none. */
function horizonOf(windows: Windows, row: usize): f64 {
  const newest = load<u32>(row, NEWEST_PANE);
  return newest ? load<f64>(at(windows.arena, newest), LAST_TIME) - (<f64>windows.sizeMs + windows.rules.disorderMs) : -Infinity;
}

/** Writes the results of the window in hand, each `rows` f64 behind the one before. */
function describe(windows: Windows, results: usize, rows: u32): void {
  const whole = sumSpan(windows);
  let gathered: u32 = u32.MAX_VALUE;
  for (let i: usize = 0; i < <usize>windows.outputs; i++) {
    const output = windows.outputsAt + i * OUTPUT_BYTES;
    const kind = load<u32>(output);
    const field = whole + <usize>load<u32>(output, 4);
    let result: f64 = NaN;
    if (kind > SLOPE) {
      const number = load<u32>(output, 12);
      const values = scratchOf(windows, load<u32>(whole, READINGS));
      if (number != gathered) dropMissing(values, copyColumn(windows, number + 1, values));
      gathered = number;
      result = interpolated(values, load<u32>(field), load<f64>(output, 16));
    } else if (windows.first) result = ofParts(kind, whole, field, whole + <usize>load<u32>(output, 8));
    store<f64>(results + i * (<usize>rows << 3), result);
  }
}

/** Moves the values that are there to the front. */
function dropMissing(values: usize, end: usize): void {
  let to = values;
  for (; values < end; values += 8) {
    const x = load<f64>(values);
    store<f64>(to, x);
    to += usize(x == x) << 3;
  }
}

/** The window in hand becomes all that the sensor keeps. */
export function lookAt(pointer: usize, sensor: u32): void {
  const windows = changetype<Windows>(pointer);
  const arena = windows.arena;
  const table = load<u32>(at(arena, windows.place), TABLE);
  const row = sensor < rowsOf(arena, table) ? at(arena, rowAt(arena, table, sensor)) : 0;
  const newest = row ? load<u32>(row, NEWEST_PANE) : 0;
  windows.first = newest;
  if (newest) {
    windows.last = newest;
    windows.to = load<u32>(at(arena, newest), READINGS);
    reachBack(windows, horizonOf(windows, row));
  }
}

/** Readings in the window in hand: that of the last reading pushed, or what was looked at since. */
export function readings(pointer: usize): u32 {
  return readingsInSpan(changetype<Windows>(pointer));
}

/** Their event times f64, then for each field its values, good until the next call. */
export function columns(pointer: usize): usize {
  const windows = changetype<Windows>(pointer);
  const from = scratchOf(windows, readings(pointer) * (windows.fields + 1));
  copySpan(windows, from);
  return from;
}
