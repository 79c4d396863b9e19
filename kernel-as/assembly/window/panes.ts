import { alloc, at, free, touch, touchAll, Arena } from "../state/arena";
import { freeAllValues } from "./parts";
import { NEWER, OLDER, START, Windows } from "./plan";

/*
 * A sensor's panes, or sessions, from the oldest to the newest, linked both ways.
 *
 *   root   0 f64 append time, the largest seen, NaN before there was any   8 the partition's clock [24]   32 u32 place of the sensors' table
 *          36 u32 heap of silence   40 u32 heap of what is due   44 u32 first free pane   48 u32 hash of the definition   52 u32 root of kept readings
 *   row    0 clock [24]   24 f64 key in the heap of silence   32 f64 due: the watermark at which something happens, at the earliest; Infinity: never
 *          40 f64 key in the heap of what is due, Infinity: none   48 u32 oldest pane   52 u32 newest   56 u32 the one written last   60 u32 1: known
 */

export const NOW: u32 = 0;
export const PARTITION: u32 = 8;
export const TABLE: u32 = 32;
export const SILENCE: u32 = 36;
export const DUE_HEAP: u32 = 40;
export const FREE_PANES: u32 = 44;
export const HASH: u32 = 48;
export const KEPT: u32 = 52;
export const ROOT_BYTES: u32 = 56;

export const DUE: usize = 32;
export const DUE_KEY: usize = 40;
export const OLDEST: usize = 48;
export const NEWEST_PANE: usize = 52;
export const FINGER: usize = 56;
export const KNOWN: usize = 60;
export const ROW_BYTES: u32 = 64;

/** Panes up to 2 KiB are cut from slabs, which wastes less than blocks of their own would. */
const SLAB_BYTES: u32 = 1 << 14;
export const LARGEST_IN_SLAB: u32 = SLAB_BYTES >> 3;

// @ts-ignore: decorator
@inline
export function startOf(arena: Arena, pane: u32): f64 {
  return load<f64>(at(arena, pane), START);
}

// @ts-ignore: decorator
@inline
export function newerOf(arena: Arena, pane: u32): u32 {
  return load<u32>(at(arena, pane), NEWER);
}

// @ts-ignore: decorator
@inline
export function olderOf(arena: Arena, pane: u32): u32 {
  return load<u32>(at(arena, pane), OLDER);
}

/** The newest pane that starts at `startMs` or before, 0 if there is none: looked for from the oldest, the newest or the one written last, whichever starts nearest. */
export function seek(arena: Arena, row: usize, startMs: f64): u32 {
  let pane = load<u32>(row, NEWEST_PANE);
  if (!pane) return 0;
  const fromNewest = startOf(arena, pane) - startMs;
  if (fromNewest <= 0) return pane;
  const finger = load<u32>(row, FINGER);
  const fromFinger = abs<f64>(startOf(arena, finger) - startMs);
  const fromOldest = startMs - startOf(arena, load<u32>(row, OLDEST));
  if (fromOldest < 0) return 0;
  if (fromFinger < fromNewest) pane = finger;
  if (fromOldest < min(fromFinger, fromNewest)) pane = load<u32>(row, OLDEST);
  while (startOf(arena, pane) > startMs) pane = olderOf(arena, pane);
  for (let newer = newerOf(arena, pane); newer && startOf(arena, newer) <= startMs; newer = newerOf(arena, newer)) pane = newer;
  return pane;
}

/** An empty pane behind `older` (0: before all). */
export function insertPane(windows: Windows, row: usize, older: u32, startMs: f64): u32 {
  const arena = windows.arena;
  const place = takePane(windows);
  const pane = at(arena, place);
  const newer = older ? newerOf(arena, older) : load<u32>(row, OLDEST);
  memory.fill(pane, 0, windows.paneBytes);
  store<f64>(pane, startMs, START);
  store<u32>(pane, older, OLDER);
  store<u32>(pane, newer, NEWER);
  link(arena, row, older, newer, place, place);
  return place;
}

/** Takes a pane out of the sensor's and frees it. */
export function dropPane(windows: Windows, row: usize, place: u32): void {
  const arena = windows.arena;
  const older = olderOf(arena, place);
  const newer = newerOf(arena, place);
  link(arena, row, older, newer, newer, older);
  if (load<u32>(row, FINGER) == place) store<u32>(row, newer ? newer : older, FINGER);
  freeAllValues(windows, place);
  touchAll(arena, place, windows.paneBytes);
  givePane(windows, place);
}

/** Frees all that the sensor has. */
export function dropPanes(windows: Windows, row: usize): void {
  while (load<u32>(row, OLDEST)) dropPane(windows, row, load<u32>(row, OLDEST));
}

/** Makes `next` follow `older`, and `previous` precede `newer`, where there is such. */
function link(arena: Arena, row: usize, older: u32, newer: u32, next: u32, previous: u32): void {
  if (older) {
    store<u32>(at(arena, older), next, NEWER);
    touch(arena, older + <u32>NEWER);
  } else store<u32>(row, next, OLDEST);
  if (newer) {
    store<u32>(at(arena, newer), previous, OLDER);
    touch(arena, newer + <u32>OLDER);
  } else store<u32>(row, previous, NEWEST_PANE);
}

/** The caller touches the root. */
function takePane(windows: Windows): u32 {
  const arena = windows.arena;
  const bytes = windows.paneBytes;
  if (bytes > LARGEST_IN_SLAB) return alloc(arena, bytes);
  const root = at(arena, windows.place);
  if (!load<u32>(root, FREE_PANES)) {
    const slab = alloc(arena, SLAB_BYTES);
    for (let offset = (SLAB_BYTES / bytes) * bytes; offset > 0; offset -= bytes) givePane(windows, slab + offset - bytes);
  }
  const place = load<u32>(root, FREE_PANES);
  store<u32>(root, load<u32>(at(arena, place)), FREE_PANES);
  return place;
}

function givePane(windows: Windows, place: u32): void {
  const arena = windows.arena;
  if (windows.paneBytes > LARGEST_IN_SLAB) return free(arena, place, windows.paneBytes);
  store<u32>(at(arena, place), load<u32>(at(arena, windows.place), FREE_PANES));
  touch(arena, place);
  store<u32>(at(arena, windows.place), place, FREE_PANES);
}
