import { alloc, at, free, touch, touchAll, Arena } from "../state/arena";
import { sort } from "./sort";

/*
 * Values of a pane for percentiles: all of them up to 4,096, in any order, in chunks.
 *
 *   values   u32 place of the newest chunk   u32 values in chunks   u32 place of the sketch, 0: none   u32 –
 *   chunk    u32 place of the next older     u32 –                  f64 [31]
 *   sketch   u32 parity by level             u32 –                  then for levels 1…20: u32 newest chunk   u32 values in chunks
 *
 * When a level is full, it is sorted and every other value, in turn those of odd and even rank, goes one level up, where each stands for two (Munro and
 * Paterson, 1980; Manku, Rajagopalan and Lindsay, 1998). That moves the rank of any value by at most 2^level, once in 4,096 * 2^level
 * values; so after n values a rank is wrong by at most n * levels / 4,096: 0.3 % of n at ten million values, 0.5 % at all that a u32 counts. Sketches of panes are
 * joined by laying their values side by side, with which errors add up and shares stay.
 */

/** A level that is full. */
export const CAPACITY: u32 = 4096;
export const LEVELS: u32 = 20;

const CHUNK_BYTES: u32 = 256;
const CHUNK_VALUES: u32 = 31;
const SKETCH_BYTES: u32 = 8 + LEVELS * 8;
const SKETCH: u32 = 8;

/** Adds a value to the level whose chunks are named at `list`, a place in the page of `owner`. Not more than CAPACITY. */
// @ts-ignore: decorator
@inline
function append(arena: Arena, list: u32, x: f64): void {
  const head = at(arena, list);
  const fill = load<u32>(head, 4);
  const slot = fill % CHUNK_VALUES;
  let chunk = load<u32>(head);
  if (slot == 0) {
    const older = chunk;
    chunk = alloc(arena, CHUNK_BYTES);
    store<u32>(at(arena, chunk), older);
    store<u32>(head, chunk);
    touch(arena, chunk);
  }
  store<f64>(at(arena, chunk) + (<usize>slot << 3), x, 8);
  touch(arena, chunk + (slot << 3) + 8);
  store<u32>(head, fill + 1, 4);
}

/** Adds a value. The caller touches the 16 bytes at `values`; `scratch` is room for 4,096 f64. */
// @ts-ignore: decorator
@inline
export function addValue(arena: Arena, values: u32, x: f64, scratch: usize): void {
  if (load<u32>(at(arena, values), 4) == CAPACITY) compact(arena, values, 0, scratch);
  append(arena, values, x);
}

/** The place of a level's list, those above 0 in the sketch, which is made if it is not there. */
function listOf(arena: Arena, values: u32, level: u32): u32 {
  if (level == 0) return values;
  let sketch = load<u32>(at(arena, values), SKETCH);
  if (!sketch) {
    sketch = alloc(arena, SKETCH_BYTES);
    memory.fill(at(arena, sketch), 0, SKETCH_BYTES);
    touchAll(arena, sketch, SKETCH_BYTES);
    store<u32>(at(arena, values), sketch, SKETCH);
    touch(arena, values);
  }
  return sketch + (level << 3);
}

/** Half of a full level goes one up. */
function compact(arena: Arena, values: u32, level: u32, scratch: usize): void {
  const above = listOf(arena, values, level + 1);
  const sketch = load<u32>(at(arena, values), SKETCH);
  if (load<u32>(at(arena, above), 4) + (CAPACITY >> 1) > CAPACITY) {
    if (level + 1 == LEVELS) unreachable(); // more values than a u32 counts
    compact(arena, values, level + 1, scratch);
  }
  const list = listOf(arena, values, level);
  copyList(arena, list, scratch);
  sort(scratch, CAPACITY);
  freeList(arena, list);
  const parity = load<u32>(at(arena, sketch));
  store<u32>(at(arena, sketch), parity ^ (1 << level));
  touchAll(arena, sketch, SKETCH_BYTES);
  for (let i = (parity >> level) & 1; i < CAPACITY; i += 2) append(arena, above, load<f64>(scratch + (<usize>i << 3)));
}

/** Copies a level's values to `to`; returns how many. */
function copyList(arena: Arena, list: u32, to: usize): u32 {
  const fill = load<u32>(at(arena, list), 4);
  let chunk = load<u32>(at(arena, list));
  let left = fill;
  let inChunk = fill == 0 ? 0 : ((fill - 1) % CHUNK_VALUES) + 1;
  while (left > 0) {
    memory.copy(to, at(arena, chunk) + 8, <usize>inChunk << 3);
    to += <usize>inChunk << 3;
    left -= inChunk;
    inChunk = CHUNK_VALUES;
    chunk = load<u32>(at(arena, chunk));
  }
  return fill;
}

function freeList(arena: Arena, list: u32): void {
  let chunk = load<u32>(at(arena, list));
  while (chunk) {
    const older = load<u32>(at(arena, chunk));
    free(arena, chunk, CHUNK_BYTES);
    chunk = older;
  }
  store<u32>(at(arena, list), 0);
  store<u32>(at(arena, list), 0, 4);
}

export function freeValues(arena: Arena, values: u32): void {
  freeList(arena, values);
  const sketch = load<u32>(at(arena, values), SKETCH);
  if (!sketch) return;
  for (let level: u32 = 1; level <= LEVELS; level++) freeList(arena, sketch + (level << 3));
  free(arena, sketch, SKETCH_BYTES);
  store<u32>(at(arena, values), 0, SKETCH);
}

/** Puts the values of `from` into `into` and frees them. `scratch` is room for 8,192 f64. */
export function mergeValues(arena: Arena, into: u32, from: u32, scratch: usize): void {
  const sketch = load<u32>(at(arena, from), SKETCH);
  const moved = scratch + (<usize>CAPACITY << 3);
  for (let level: u32 = 0; level <= (sketch ? LEVELS : 0); level++) {
    const count = copyList(arena, level == 0 ? from : sketch + (level << 3), moved);
    for (let i: u32 = 0; i < count; i++) {
      const list = listOf(arena, into, level);
      if (load<u32>(at(arena, list), 4) == CAPACITY) compact(arena, into, level, scratch);
      append(arena, list, load<f64>(moved + (<usize>i << 3)));
    }
    if (level > 0 && count > 0) touchAll(arena, load<u32>(at(arena, into), SKETCH), SKETCH_BYTES);
  }
  freeValues(arena, from);
  touchAll(arena, into, 16);
  touchAll(arena, from, 16);
}

/** Values in chunks at all levels. */
export function storedValues(arena: Arena, values: u32): u32 {
  let count = load<u32>(at(arena, values), 4);
  const sketch = load<u32>(at(arena, values), SKETCH);
  if (sketch) for (let level: u32 = 1; level <= LEVELS; level++) count += load<u32>(at(arena, sketch + (level << 3)), 4);
  return count;
}

// @ts-ignore: decorator
@inline
export function hasSketch(arena: Arena, values: u32): bool {
  return load<u32>(at(arena, values), SKETCH) != 0;
}

/** Copies the values to `to`, when there is no sketch; returns the end. */
export function copyValues(arena: Arena, values: u32, to: usize): usize {
  return to + (<usize>copyList(arena, values, to) << 3);
}

/** Copies the values to `to` and what each stands for, as f64, to `weights`; returns how many. */
export function copyWeighted(arena: Arena, values: u32, to: usize, weights: usize): u32 {
  const sketch = load<u32>(at(arena, values), SKETCH);
  let total: u32 = 0;
  for (let level: u32 = 0; level <= (sketch ? LEVELS : 0); level++) {
    const count = copyList(arena, level == 0 ? values : sketch + (level << 3), to + (<usize>total << 3));
    for (let i: u32 = 0; i < count; i++) store<f64>(weights + (<usize>(total + i) << 3), <f64>(<u64>1 << level));
    total += count;
  }
  return total;
}
