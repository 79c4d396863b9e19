import { at, Arena, touchBoth } from "../state/arena";
import { leastKey, leastNumber, popLeast, pushKey, replaceLeast } from "../state/heap";
import { rowAt } from "../state/table";
import { lookAgainMs, WATERMARK, watermarkAt } from "../state/ticker";
import { closeAligned } from "./aligned";
import { DUE, DUE_HEAP, DUE_KEY, ROW_BYTES, TABLE } from "./panes";
import { Windows } from "./plan";
import { dropKept } from "./kept";
import { closeSessions } from "./session";

/*
 * What is to happen without a reading of the sensor itself is found in a heap. Clock `sensor`: by the append time at which to look at a silent sensor. Clock
 * `partition`: by the watermark at which something is due. A key is never after its time, so nothing is missed; where it is before, the sensor is looked at in vain
 * and gets a new key. That happens to a sensor that is heard once in each `idleAfterMs`.
 */

/** The watermark of a sensor goes from `fromMs` to `toMs`; Infinity: all its windows are told and its panes freed. */
// @ts-ignore: decorator
@inline
export function close(windows: Windows, row: usize, sensor: u32, fromMs: f64, toMs: f64): void {
  if (windows.session) closeSessions(windows, row, sensor, fromMs, toMs);
  else closeAligned(windows, row, sensor, fromMs, toMs);
  if (windows.kept) dropKept(windows, row, sensor);
}

/** Clock `sensor`: what the silent clocks have reached at `nowMs` is closed. */
export function closeSilent(windows: Windows, nowMs: f64): void {
  const arena = windows.arena;
  const state = at(arena, windows.place);
  const dueHeap = load<u32>(state, DUE_HEAP);
  while (leastKey(arena, dueHeap) <= nowMs) {
    const key = leastKey(arena, dueHeap);
    const sensor = leastNumber(arena, dueHeap);
    const place = rowAt(arena, load<u32>(state, TABLE), sensor);
    const row = at(arena, place);
    if (load<f64>(row, DUE_KEY) != key) {
      popLeast(arena, dueHeap);
      continue;
    }
    const watermark = watermarkAt(windows.rules, row, nowMs);
    if (watermark >= load<f64>(row, DUE)) {
      close(windows, row, sensor, load<f64>(row, WATERMARK), watermark);
      store<f64>(row, watermark, WATERMARK);
    }
    const due = load<f64>(row, DUE);
    rekey(arena, dueHeap, row, sensor, due == Infinity ? Infinity : lookAgainMs(windows.rules, row, due, nowMs));
    touchBoth(arena, place, ROW_BYTES);
  }
}

/** Clock `partition`: its watermark goes from `fromMs` to `toMs`. */
export function closeAll(windows: Windows, fromMs: f64, toMs: f64): void {
  const arena = windows.arena;
  const state = at(arena, windows.place);
  const dueHeap = load<u32>(state, DUE_HEAP);
  while (leastKey(arena, dueHeap) <= toMs) {
    const sensor = leastNumber(arena, dueHeap);
    const place = rowAt(arena, load<u32>(state, TABLE), sensor);
    const row = at(arena, place);
    if (load<f64>(row, DUE_KEY) != leastKey(arena, dueHeap)) {
      popLeast(arena, dueHeap);
      continue;
    }
    if (load<f64>(row, DUE) <= toMs) close(windows, row, sensor, fromMs, toMs);
    rekey(arena, dueHeap, row, sensor, load<f64>(row, DUE));
    touchBoth(arena, place, ROW_BYTES);
  }
}

/** Gives the sensor at the top of the heap another key; Infinity: none. */
function rekey(arena: Arena, dueHeap: u32, row: usize, sensor: u32, key: f64): void {
  store<f64>(row, key, DUE_KEY);
  if (key == Infinity) popLeast(arena, dueHeap);
  else replaceLeast(arena, dueHeap, key, sensor);
}

/** Sees to it that a sensor is looked at when the heap comes to `key`. */
// @ts-ignore: decorator
@inline
export function schedule(arena: Arena, dueHeap: u32, row: usize, sensor: u32, key: f64): void {
  if (!(key < load<f64>(row, DUE_KEY))) return;
  store<f64>(row, key, DUE_KEY);
  pushKey(arena, dueHeap, key, sensor);
}
