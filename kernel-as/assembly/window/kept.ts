import { at } from "../state/arena";
import { preceding } from "../state/ticker";
import { dropPane, OLDEST, seek, startOf } from "./panes";
import { LAST_TIME, Windows } from "./plan";
import { dropReadings, insertReading, notAfter } from "./readings";
import { roomForReadings, Results } from "./results";
import { rowPlace } from "./row";
import { copySpan, reachBack, readingsInSpan } from "./span";

/*
 * Readings of windows that are not told yet, by sensor, for users' functions: kept as those of sliding windows are, beside the panes of tumbling, hopping and session windows.
 */

/** Keeps reading `record` of the batch, which has been taken into a window. */
export function keep(windows: Windows, sensor: u32, record: u32, timeMs: f64): void {
  const kept = changetype<Windows>(windows.kept);
  insertReading(kept, at(kept.arena, rowPlace(kept, sensor)), record, timeMs);
}

/** Adds the readings of [startMs, endMs) to the results. */
export function tellKept(windows: Windows, sensor: u32, startMs: f64, endMs: f64): void {
  const kept = changetype<Windows>(windows.kept);
  const row = at(kept.arena, rowPlace(kept, sensor));
  const toMs = preceding(endMs);
  const last = seek(kept.arena, row, toMs);
  kept.first = last;
  kept.last = last;
  kept.to = notAfter(kept, at(kept.arena, last), toMs);
  reachBack(kept, preceding(startMs));
  copySpan(kept, roomForReadings(changetype<Results>(windows.results), readingsInSpan(kept) * (kept.fields + 1)));
}

/** Lets go of what is older than the sensor's windows, to the reading: a session may yet grow back over the time of one that is gone. */
export function dropKept(windows: Windows, windowsRow: usize, sensor: u32): void {
  const kept = changetype<Windows>(windows.kept);
  const arena = kept.arena;
  const row = at(arena, rowPlace(kept, sensor));
  const oldest = load<u32>(windowsRow, OLDEST);
  const fromMs = oldest ? startOf(arena, oldest) : Infinity;
  let place = load<u32>(row, OLDEST);
  for (; place && load<f64>(at(arena, place), LAST_TIME) < fromMs; place = load<u32>(row, OLDEST)) dropPane(kept, row, place);
  if (place && startOf(arena, place) < fromMs) dropReadings(kept, place, notAfter(kept, at(arena, place), preceding(fromMs)));
}
