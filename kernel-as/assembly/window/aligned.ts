import { at, touchAll } from "../state/arena";
import { emit } from "./describe";
import { DUE, dropPane, FINGER, insertPane, NEWEST_PANE, newerOf, OLDEST, olderOf, seek, startOf } from "./panes";
import { keep } from "./kept";
import { addReading } from "./parts";
import { Windows } from "./plan";

/*
 * Tumbling and hopping windows: window j is [j hop, j hop + size). Panes of gcd(size, hop) are never parted by a window.
 *
 *   panes     ├───┼───┼───┼───┼───┤
 *   windows   ├───────────┤               size = 3 panes, hop = 1
 *                 ├───────────┤
 *                     ├───────────┤
 */

// @ts-ignore: decorator
@inline
function floorDiv(a: i64, b: i64): i64 {
  const q = a / b;
  return q - i64(q * b > a);
}

// @ts-ignore: decorator
@inline
function endOf(windows: Windows, j: i64): f64 {
  return <f64>(j * windows.hopMs + windows.sizeMs);
}

/** The first window that holds the pane. */
// @ts-ignore: decorator
@inline
function firstWith(windows: Windows, paneMs: i64): i64 {
  return -floorDiv(windows.sizeMs - windows.paneMs - paneMs, windows.hopMs);
}

// @ts-ignore: decorator
@inline
function lastWith(windows: Windows, paneMs: i64): i64 {
  return floorDiv(paneMs, windows.hopMs);
}

/** The first window from `least` on whose end, `delayMs` later, is after `watermarkMs`, which is not Infinity. */
function firstAfter(windows: Windows, least: i64, watermarkMs: f64): i64 {
  const delayMs = windows.delayMs;
  if (endOf(windows, least) + delayMs > watermarkMs) return least;
  let j = floorDiv(<i64>floor(watermarkMs - delayMs) - windows.sizeMs, windows.hopMs);
  while (j > least && endOf(windows, j - 1) + delayMs > watermarkMs) j--;
  while (endOf(windows, j) + delayMs <= watermarkMs) j++;
  return max(j, least);
}

/** Takes a reading in where the watermark is `beforeMs`; false: all its windows are gone. */
export function takeAligned(windows: Windows, row: usize, sensor: u32, record: u32, timeMs: f64, beforeMs: f64): bool {
  const arena = windows.arena;
  let pane = load<u32>(row, FINGER);
  let startMs = pane ? startOf(arena, pane) : 0;
  if (!pane || timeMs < startMs || timeMs >= startMs + <f64>windows.paneMs) {
    const paneMs = floorDiv(<i64>timeMs, windows.paneMs) * windows.paneMs;
    if (endOf(windows, lastWith(windows, paneMs)) + windows.latenessMs <= beforeMs) return false;
    startMs = <f64>paneMs;
    pane = seek(arena, row, startMs);
    if (!pane || startOf(arena, pane) < startMs) {
      pane = insertPane(windows, row, pane, startMs);
      store<f64>(row, min(load<f64>(row, DUE), dueOf(windows, paneMs, beforeMs)), DUE);
    }
    store<u32>(row, pane, FINGER);
  }
  addReading(windows, at(arena, pane), pane, record, timeMs);
  touchAll(arena, pane, windows.paneBytes);
  if (windows.kept) keep(windows, sensor, record, timeMs);
  if (windows.updates && startMs + <f64>windows.paneMs <= beforeMs) emitChanged(windows, sensor, pane, beforeMs);
  return true;
}

/** `updates`: results of the windows of a pane that were told and are not gone. */
function emitChanged(windows: Windows, sensor: u32, pane: u32, watermarkMs: f64): void {
  const paneMs = <i64>startOf(windows.arena, pane);
  const last = lastWith(windows, paneMs);
  for (let j = firstWith(windows, paneMs); j <= last; j++) {
    const endMs = endOf(windows, j);
    if (endMs > watermarkMs) return;
    if (endMs + windows.latenessMs <= watermarkMs) continue;
    let first = pane;
    for (let older = pane; older && startOf(windows.arena, older) >= <f64>(j * windows.hopMs); older = olderOf(windows.arena, older)) first = older;
    emitFrom(windows, sensor, j, first);
  }
}

/** The result of window `j`, whose oldest pane is `first`. */
function emitFrom(windows: Windows, sensor: u32, j: i64, first: u32): void {
  const endMs = endOf(windows, j);
  let last = first;
  for (let newer = newerOf(windows.arena, first); newer && startOf(windows.arena, newer) < endMs; newer = newerOf(windows.arena, newer)) last = newer;
  emit(windows, sensor, <f64>(j * windows.hopMs), endMs, first, last);
}

/** The watermark at which something happens to a pane: its next window is told, or its last is gone. Infinity after that. */
function dueOf(windows: Windows, paneMs: i64, watermarkMs: f64): f64 {
  const last = lastWith(windows, paneMs);
  const next = firstAfter(windows, firstWith(windows, paneMs), watermarkMs);
  return next <= last ? endOf(windows, next) + windows.delayMs : endOf(windows, last) + windows.latenessMs;
}

/** The watermark goes from `fromMs` to `toMs` (Infinity: the end): tells windows, drops panes, and finds what is due next. */
export function closeAligned(windows: Windows, row: usize, sensor: u32, fromMs: f64, toMs: f64): void {
  const arena = windows.arena;
  let pane = firstUntold(windows, row, fromMs);
  let j: i64 = i64.MIN_VALUE;
  while (pane) {
    const paneMs = <i64>startOf(arena, pane);
    j = firstAfter(windows, max(j, firstWith(windows, paneMs)), fromMs);
    if (j > lastWith(windows, paneMs)) {
      pane = newerOf(arena, pane);
      continue;
    }
    if (endOf(windows, j) + windows.delayMs > toMs) break;
    emitFrom(windows, sensor, j, pane);
    j++;
  }
  for (pane = load<u32>(row, OLDEST); pane && endOf(windows, lastWith(windows, <i64>startOf(arena, pane))) + windows.latenessMs <= toMs; pane = load<u32>(row, OLDEST)) {
    dropPane(windows, row, pane);
  }
  let due: f64 = Infinity;
  if (pane) {
    due = endOf(windows, lastWith(windows, <i64>startOf(arena, pane))) + windows.latenessMs;
    pane = firstUntold(windows, row, toMs);
    if (pane) due = min(due, dueOf(windows, <i64>startOf(arena, pane), toMs));
  }
  store<f64>(row, due, DUE);
}

/** The oldest pane of which some window is still to be told when the watermark is `watermarkMs`. */
function firstUntold(windows: Windows, row: usize, watermarkMs: f64): u32 {
  if (!windows.updates) return load<u32>(row, OLDEST); // told is gone
  let first: u32 = 0;
  for (let pane = load<u32>(row, NEWEST_PANE); pane && endOf(windows, lastWith(windows, <i64>startOf(windows.arena, pane))) > watermarkMs; pane = olderOf(windows.arena, pane)) first = pane;
  return first;
}
