import { at, touch, Arena } from "./arena";
import { leastKey, leastNumber, popLeast, pushKey, replaceLeast } from "./heap";
import { rowAt } from "./table";
import { following, forgetCheckMs, HEARD, Rules } from "./ticker";

/*
 * Which sensors have been silent for `forgetAfterMs`: a heap of the times at which to look at each. A sensor that is heard moves nothing; it is moved
 * when its time has come, once in each `forgetAfterMs`. A sensor's row remembers the one entry that counts:
 *
 *   0 clock (ticker.ts)   24 f64 key of the entry, Infinity: none
 */

export const FORGET_KEY: usize = 24;

/** Sees to it that a sensor which has been heard is looked at in time. */
// @ts-ignore: decorator
@inline
export function watch(arena: Arena, rules: Rules, heap: u32, row: usize, sensor: u32): void {
  if (load<f64>(row, FORGET_KEY) != Infinity) return; // NaN: an entry will do until it is looked at
  const key = forgetCheckMs(rules, row);
  if (!(key < Infinity)) return;
  store<f64>(row, key, FORGET_KEY);
  pushKey(arena, heap, key, sensor);
}

/** A sensor that has been silent for long enough at `nowMs`, taken from the heap, those first that were heard first; -1: there is none. */
export function takeSilent(arena: Arena, rules: Rules, heap: u32, table: u32, nowMs: f64): i64 {
  while (leastKey(arena, heap) <= nowMs) {
    const key = leastKey(arena, heap);
    const sensor = leastNumber(arena, heap);
    const place = rowAt(arena, table, sensor);
    const row = at(arena, place);
    if (load<f64>(row, FORGET_KEY) != key) {
      popLeast(arena, heap);
      continue;
    }
    let again = forgetCheckMs(rules, row);
    if (!(again > key)) {
      if (nowMs - load<f64>(row, HEARD) >= rules.forgetAfterMs) {
        popLeast(arena, heap);
        return sensor;
      }
      again = following(nowMs);
    }
    store<f64>(row, again, FORGET_KEY);
    touch(arena, place + <u32>FORGET_KEY);
    replaceLeast(arena, heap, again, sensor);
  }
  return -1;
}
