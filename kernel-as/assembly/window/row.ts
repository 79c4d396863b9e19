import { at, touchBoth } from "../state/arena";
import { FORGET_KEY } from "../state/silence";
import { growTo, rowAt, rowsOf } from "../state/table";
import { startTicker } from "../state/ticker";
import { DUE, DUE_KEY, FINGER, KNOWN, NEWEST_PANE, OLDEST, ROW_BYTES, TABLE } from "./panes";
import { Windows } from "./plan";

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
export function startRow(row: usize): void {
  startTicker(row);
  store<f64>(row, Infinity, FORGET_KEY);
  store<f64>(row, Infinity, DUE);
  store<f64>(row, Infinity, DUE_KEY);
  store<u32>(row, 0, OLDEST);
  store<u32>(row, 0, NEWEST_PANE);
  store<u32>(row, 0, FINGER);
  store<u32>(row, 1, KNOWN);
}
