import { at } from "../state/arena";
import { newerOf, olderOf } from "./panes";
import { mergeFields } from "./parts";
import { LAST_TIME, READINGS, START, Windows } from "./plan";
import { addReadings, columnOf, notAfter } from "./readings";

/*
 * The window in hand: readings that follow each other.
 *
 *   oldest pane                                               newest pane
 *   ├─────────────────┼────────────────┼─────────────────┼────────········┤
 *        ├─── some ───┼────────── whole panes ───────────┼─ some ─┤
 *     t - size                                                    t
 *
 * Whole panes are added by what their fields hold, so that a window of n readings costs n / room of them, and at most two panes reading by reading.
 */

/** Begins the window at the first reading after `fromMs`; it ends after that. */
export function reachBack(windows: Windows, fromMs: f64): void {
  const arena = windows.arena;
  let place = windows.first;
  windows.from = 0;
  while (load<f64>(at(arena, place), START) > fromMs) {
    const older = olderOf(arena, place);
    if (!older || load<f64>(at(arena, older), LAST_TIME) <= fromMs) break;
    place = older;
  }
  windows.first = place;
  if (load<f64>(at(arena, place), START) <= fromMs) windows.from = notAfter(windows, at(arena, place), fromMs);
}

// @ts-ignore: decorator
@inline
function firstIn(windows: Windows, place: u32): u32 {
  return place == windows.first ? windows.from : 0;
}

// @ts-ignore: decorator
@inline
function endIn(windows: Windows, place: u32): u32 {
  return place == windows.last ? windows.to : load<u32>(at(windows.arena, place), READINGS);
}

/** The pane behind `place` in the window, 0 behind the last. */
// @ts-ignore: decorator
@inline
function following(windows: Windows, place: u32): u32 {
  return place == windows.last ? 0 : newerOf(windows.arena, place);
}

/** What the readings come to, as a pane's fields outside of the pages. */
export function sumSpan(windows: Windows): usize {
  const whole = windows.whole;
  memory.fill(whole, 0, windows.readingsAt);
  for (let place = windows.first; place; place = following(windows, place)) {
    const pane = at(windows.arena, place);
    const from = firstIn(windows, place);
    const to = endIn(windows, place);
    if (to - from == load<u32>(pane, READINGS)) mergeFields(windows, whole, pane);
    else addReadings(windows, whole, pane, from, to);
  }
  return whole;
}

export function readingsInSpan(windows: Windows): u32 {
  let count: u32 = 0;
  for (let place = windows.first; place; place = following(windows, place)) count += endIn(windows, place) - firstIn(windows, place);
  return count;
}

/** Copies the readings' event times, then for each field its values, to `to`. */
export function copySpan(windows: Windows, to: usize): void {
  for (let column: u32 = 0; column <= windows.fields; column++) to = copyColumn(windows, column, to);
}

/** Copies a column of the readings to `to`; returns the end. */
export function copyColumn(windows: Windows, column: u32, to: usize): usize {
  for (let place = windows.first; place; place = following(windows, place)) {
    const from = firstIn(windows, place);
    const bytes = <usize>(endIn(windows, place) - from) << 3;
    memory.copy(to, columnOf(windows, at(windows.arena, place), column) + (<usize>from << 3), bytes);
    to += bytes;
  }
  return to;
}
