import { at, touchAll } from "../state/arena";
import { emit } from "./describe";
import { keep } from "./kept";
import { DUE, dropPane, FINGER, insertPane, NEWEST_PANE, newerOf, OLDEST, olderOf, seek, startOf } from "./panes";
import { addReading, mergeAllValues, mergeFields } from "./parts";
import { LAST_TIME, START, Windows } from "./plan";

/*
 * Sessions of a sensor never touch: between the last reading of one and the first of the next there is more than the gap. A reading that comes
 * between two, no more than the gap from either, makes them one.
 *
 *   ├─ older ─┤  ≤ gap  t  ≤ gap  ├─ newer ─┤
 */

// @ts-ignore: decorator
@inline
function endOf(windows: Windows, session: u32): f64 {
  return load<f64>(at(windows.arena, session), LAST_TIME) + <f64>windows.sizeMs;
}

/** Takes a reading in where the watermark is `beforeMs`; false: it is in no session, and one of its own would be gone. */
export function takeSession(windows: Windows, row: usize, sensor: u32, record: u32, timeMs: f64, beforeMs: f64): bool {
  const arena = windows.arena;
  const gapMs = <f64>windows.sizeMs;
  const older = seek(arena, row, timeMs);
  const newer = older ? newerOf(arena, older) : load<u32>(row, OLDEST);
  const touchesOlder = older != 0 && timeMs <= endOf(windows, older);
  const touchesNewer = newer != 0 && startOf(arena, newer) <= timeMs + gapMs;
  let session = touchesOlder ? older : newer;
  if (!touchesOlder && !touchesNewer) {
    if (timeMs + gapMs + windows.latenessMs <= beforeMs) return false;
    session = insertPane(windows, row, older, timeMs);
    store<f64>(at(arena, session), timeMs, LAST_TIME);
  } else if (touchesOlder && touchesNewer) {
    mergeFields(windows, at(arena, older), at(arena, newer));
    mergeAllValues(windows, older, newer);
    store<f64>(at(arena, older), load<f64>(at(arena, newer), LAST_TIME), LAST_TIME);
    dropPane(windows, row, newer);
  }
  const header = at(arena, session);
  if (timeMs < load<f64>(header, START)) store<f64>(header, timeMs, START);
  if (timeMs > load<f64>(header, LAST_TIME)) store<f64>(header, timeMs, LAST_TIME);
  store<u32>(row, session, FINGER);
  addReading(windows, header, session, record, timeMs);
  touchAll(arena, session, windows.paneBytes);
  if (windows.kept) keep(windows, sensor, record, timeMs);
  const endMs = endOf(windows, session);
  const told = windows.updates && endMs <= beforeMs;
  store<f64>(row, min(load<f64>(row, DUE), endMs + (told ? windows.latenessMs : windows.delayMs)), DUE);
  if (told) emit(windows, sensor, load<f64>(header, START), endMs, session, session);
  return true;
}

/** As `closeAligned`. */
export function closeSessions(windows: Windows, row: usize, sensor: u32, fromMs: f64, toMs: f64): void {
  const arena = windows.arena;
  let session = firstUntold(windows, row, fromMs);
  while (session && endOf(windows, session) + windows.delayMs <= toMs) {
    emit(windows, sensor, startOf(arena, session), endOf(windows, session), session, session);
    session = newerOf(arena, session);
  }
  const untold = session;
  let oldest = load<u32>(row, OLDEST);
  while (oldest && endOf(windows, oldest) + windows.latenessMs <= toMs) {
    dropPane(windows, row, oldest);
    oldest = load<u32>(row, OLDEST);
  }
  const toldMs = untold ? endOf(windows, untold) + windows.delayMs : Infinity;
  store<f64>(row, oldest ? min(toldMs, endOf(windows, oldest) + windows.latenessMs) : Infinity, DUE);
}

/** The oldest session that is still to be told when the watermark is `watermarkMs`. */
function firstUntold(windows: Windows, row: usize, watermarkMs: f64): u32 {
  if (!windows.updates) return load<u32>(row, OLDEST); // told is gone
  let first: u32 = 0;
  for (let session = load<u32>(row, NEWEST_PANE); session && endOf(windows, session) > watermarkMs; session = olderOf(windows.arena, session)) first = session;
  return first;
}
