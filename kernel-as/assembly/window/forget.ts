import { at, touchBoth } from "../state/arena";
import { takeSilent } from "../state/silence";
import { rowAt, rowsOf } from "../state/table";
import { WATERMARK } from "../state/ticker";
import { close } from "./due";
import { dropPanes, KNOWN, PARTITION, ROW_BYTES, SILENCE, TABLE } from "./panes";
import { Windows } from "./plan";
import { startRow } from "./row";

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
