import { at, touchBoth } from "../state/arena";
import { FORGET_KEY, takeSilent } from "../state/silence";
import { growTo, rowAt, rowsOf } from "../state/table";
import { startTicker, WATERMARK } from "../state/ticker";
import { close } from "./due";
import { DUE, DUE_KEY, dropPanes, FINGER, KNOWN, NEWEST_PANE, OLDEST, PARTITION, ROW_BYTES, SILENCE, TABLE } from "./panes";
import { Windows } from "./plan";

/** Sensors that have been silent for `forgetAfterMs` at `nowMs` are forgotten. */
export function forgetSilent(windows: Windows, nowMs: f64): void {
  const state = at(windows.arena, windows.place);
  for (;;) {
    const sensor = takeSilent(windows.arena, windows.rules, load<u32>(state, SILENCE), load<u32>(state, TABLE), nowMs);
    if (sensor < 0) return;
    forgetSensor(windows, <u32>sensor);
  }
}

/** Tells what the sensor has open, frees it, and knows the sensor no more. */
export function forgetSensor(windows: Windows, sensor: u32): void {
  const arena = windows.arena;
  const state = at(arena, windows.place);
  const table = load<u32>(state, TABLE);
  if (sensor >= rowsOf(arena, table)) return;
  const place = rowAt(arena, table, sensor);
  const row = at(arena, place);
  if (!load<u32>(row, KNOWN)) return;
  if (windows.sliding) dropPanes(windows, row);
  else close(windows, row, sensor, load<f64>(windows.perPartition ? state + PARTITION : row, WATERMARK), Infinity);
  startRow(row);
  store<u32>(row, 0, KNOWN);
  touchBoth(arena, place, ROW_BYTES);
}

/** The place of a sensor's row, which is begun and touched. */
// @ts-ignore: decorator
@inline
export function rowPlace(windows: Windows, sensor: u32): u32 {
  const arena = windows.arena;
  const table = load<u32>(at(arena, windows.place), TABLE);
  if (sensor >= rowsOf(arena, table)) growTo(arena, table, sensor);
  const place = rowAt(arena, table, sensor);
  if (!load<u32>(at(arena, place), KNOWN)) startRow(at(arena, place));
  touchBoth(arena, place, ROW_BYTES);
  return place;
}

/** A sensor that has not been heard. */
function startRow(row: usize): void {
  startTicker(row);
  store<f64>(row, Infinity, FORGET_KEY);
  store<f64>(row, Infinity, DUE);
  store<f64>(row, Infinity, DUE_KEY);
  store<u32>(row, 0, OLDEST);
  store<u32>(row, 0, NEWEST_PANE);
  store<u32>(row, 0, FINGER);
  store<u32>(row, 1, KNOWN);
}
