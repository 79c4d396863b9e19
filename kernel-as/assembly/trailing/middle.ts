import { addChunk, addChunkMoments, Layout, readingsIn } from "./chunk";
import { clearMoments, momentsBytes } from "./moments";
import { addValues, Sums } from "./sums";

/*
 * What is kept of the whole chunks in the middle of a span.
 *
 *   0 u32 last chunk of the span, or 0   4 u32 readings   8 f64 [width] sums   then u32 [width] how many lack each field, then moments (moments.ts) where they are kept
 */

export function middleBytes(width: u32, hasMoments: bool): u32 {
  return 8 + width * 12 + (hasMoments ? momentsBytes(width) : 0);
}

// @ts-ignore: decorator
@inline
function momentsIn(width: u32, kept: usize): usize {
  return kept + 8 + <usize>width * 12;
}

/** Nothing in the middle of a span whose last chunk is `last`; moments with event times near `anchorMs`. */
export function clearMiddle(layout: Layout, kept: usize, last: u32, hasMoments: bool, anchorMs: f64): void {
  store<u32>(kept, last);
  memory.fill(kept + 4, 0, <usize>middleBytes(layout.width, false) - 4);
  if (hasMoments) clearMoments(momentsIn(layout.width, kept), layout.width, anchorMs);
}

/** Adds a whole chunk; `sums` is used on the way. */
export function addToMiddle(layout: Layout, kept: usize, chunk: u32, hasMoments: bool, sums: Sums): void {
  const width = <usize>layout.width;
  const missing = kept + 8 + (width << 3);
  memory.copy(sums.values, kept + 8, width << 3);
  memory.copy(sums.missing, missing, width << 2);
  sums.readings = load<u32>(kept, 4);
  sums.someMissing = 1;
  addChunk(layout, chunk, 0, readingsIn(layout, chunk), sums);
  store<u32>(kept, sums.readings, 4);
  memory.copy(kept + 8, sums.values, width << 3);
  memory.copy(missing, sums.missing, width << 2);
  if (hasMoments) addChunkMoments(layout, chunk, 0, readingsIn(layout, chunk), momentsIn(layout.width, kept));
}

/** Adds the sums that are kept to others. */
// @ts-ignore: decorator
@inline
export function addMiddle(layout: Layout, kept: usize, sums: Sums): void {
  addValues(sums.values, kept + 8, layout.width);
  sums.readings += load<u32>(kept, 4);
  const missing = kept + 8 + (<usize>layout.width << 3);
  let some = i32x4.splat(0);
  for (let byte: usize = 0; byte < <usize>layout.width << 2; byte += 16) {
    const absent = v128.load(missing + byte);
    some = v128.or(some, absent);
    v128.store(sums.missing + byte, i32x4.add(v128.load(sums.missing + byte), absent));
  }
  sums.someMissing |= u32(v128.any_true(some));
}

export function copyMiddleMoments(layout: Layout, kept: usize, moments: usize): void {
  memory.copy(moments, momentsIn(layout.width, kept), momentsBytes(layout.width));
}
