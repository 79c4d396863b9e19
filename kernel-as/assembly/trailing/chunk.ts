import { alloc, at, blockBytes, free, touchAll, Arena } from "../state/arena";
import { addMoments, addMomentsOf, clearMoments, momentsBytes } from "./moments";
import { addReadings, addValues, Sums } from "./sums";

/*
 * Readings of one sensor that follow each other by event time (equals: by arrival), in one block of the arena, with their sums.
 *
 *   0 u32 older chunk   8 u16 readings            12 u8 [width] how many lack each field
 *   4 u32 newer chunk  10 u16 1: some lack one       f64 [width] sums      moments, where they are kept      f64 [room] event times      f32 [room][width] values
 *
 * `width` is the number of fields, rounded up to a multiple of four; what is no field is 0. With 12 fields 16 readings fill 1 KiB.
 */

const LEAST_READINGS: u32 = 16;
const MISSING_AT: u32 = 12;

/** How chunks are laid out for a number of fields. */
@unmanaged
export class Layout {
  arena: Arena;
  width: u32;
  sumsAt: u32;
  momentsAt: u32; // 0: none are kept
  timesAt: u32;
  valuesAt: u32;
  room: u32; // readings
  bytes: u32;
}

/** Chunks of the least block that holds 16 readings, with as many as there is then room for. */
export function layOut(layout: Layout, arena: Arena, fields: u32, hasMoments: bool): void {
  const width = (fields + 3) & ~3;
  const each = 8 + width * 4;
  layout.arena = arena;
  layout.width = width;
  layout.sumsAt = (MISSING_AT + width + 7) & ~7;
  const sumsEnd = layout.sumsAt + width * 8;
  layout.momentsAt = hasMoments ? sumsEnd : 0;
  layout.timesAt = sumsEnd + (hasMoments ? momentsBytes(width) : 0);
  layout.room = (blockBytes(layout.timesAt + LEAST_READINGS * each) - layout.timesAt) / each;
  layout.valuesAt = layout.timesAt + layout.room * 8;
  layout.bytes = layout.timesAt + layout.room * each;
}

/** An empty chunk between two others, either of which may be 0. */
export function newChunk(layout: Layout, older: u32, newer: u32): u32 {
  const place = alloc(layout.arena, layout.bytes);
  const chunk = at(layout.arena, place);
  memory.fill(chunk, 0, layout.bytes); // what is in a page is the same in every process
  store<u32>(chunk, older);
  store<u32>(chunk, newer, 4);
  touchAll(layout.arena, place, layout.bytes);
  if (older) link(layout, older, 4, place);
  if (newer) link(layout, newer, 0, place);
  return place;
}

/** A chunk with what another one of the same layout holds, behind `older`, which may be 0. */
export function copyChunk(layout: Layout, older: u32, from: Layout, place: u32): u32 {
  const copied = newChunk(layout, older, 0);
  memory.copy(at(layout.arena, copied) + 8, at(from.arena, place) + 8, layout.bytes - 8);
  return copied;
}

/** Gives a chunk back whose neighbours are no longer linked to it. */
export function freeChunk(layout: Layout, place: u32): void {
  free(layout.arena, place, layout.bytes);
}

function link(layout: Layout, place: u32, offset: u32, to: u32): void {
  store<u32>(at(layout.arena, place + offset), to);
  touchAll(layout.arena, place + offset, 4);
}

export function unlinkOlder(layout: Layout, place: u32): void {
  link(layout, place, 0, 0);
}

// @ts-ignore: decorator
@inline
export function olderOf(layout: Layout, place: u32): u32 {
  return load<u32>(at(layout.arena, place));
}

// @ts-ignore: decorator
@inline
export function newerOf(layout: Layout, place: u32): u32 {
  return load<u32>(at(layout.arena, place), 4);
}

// @ts-ignore: decorator
@inline
export function readingsIn(layout: Layout, place: u32): u32 {
  return <u32>load<u16>(at(layout.arena, place), 8);
}

// @ts-ignore: decorator
@inline
export function timeOf(layout: Layout, place: u32, index: u32): f64 {
  return load<f64>(at(layout.arena, place) + <usize>layout.timesAt + (<usize>index << 3));
}

// @ts-ignore: decorator
@inline
export function newestTime(layout: Layout, place: u32): f64 {
  return timeOf(layout, place, readingsIn(layout, place) - 1);
}

/** How many of the first `count` readings were measured at `timeMs` or before. */
export function notAfter(layout: Layout, place: u32, count: u32, timeMs: f64): u32 {
  const times = at(layout.arena, place) + <usize>layout.timesAt;
  let found: u32 = 0;
  for (let i: u32 = 0; i < count; i++) found += u32(load<f64>(times + (<usize>i << 3)) <= timeMs);
  return found;
}

/** Adds readings from…to to a sum; those of a whole chunk by its own sums. */
export function addChunk(layout: Layout, place: u32, from: u32, to: u32, sums: Sums): void {
  const chunk = at(layout.arena, place);
  const width = <usize>layout.width;
  const readings = <u32>load<u16>(chunk, 8);
  const someMissing = <u32>load<u16>(chunk, 10);
  if (from > 0 || to < readings) {
    const values = chunk + <usize>layout.valuesAt + <usize>from * (width << 2);
    addReadings(sums, layout.width, values, to - from, someMissing);
    return;
  }
  addValues(sums.values, chunk + <usize>layout.sumsAt, layout.width);
  sums.readings += readings;
  if (!someMissing) return;
  sums.someMissing = 1;
  for (let field: usize = 0; field < width; field++) {
    const missing = sums.missing + (field << 2);
    store<u32>(missing, load<u32>(missing) + <u32>load<u8>(chunk + MISSING_AT + field));
  }
}

/** Adds the moments of readings from…to; those of a whole chunk by its own. */
export function addChunkMoments(layout: Layout, place: u32, from: u32, to: u32, moments: usize): void {
  const chunk = at(layout.arena, place);
  if (from == 0 && to == <u32>load<u16>(chunk, 8)) return addMoments(moments, chunk + <usize>layout.momentsAt, layout.width);
  const values = chunk + <usize>layout.valuesAt + <usize>from * (<usize>layout.width << 2);
  addMomentsOf(moments, layout.width, chunk + <usize>layout.timesAt + (<usize>from << 3), values, to - from, <u32>load<u16>(chunk, 10));
}

/** Puts a reading (f32 [width]) at place `index` of a chunk that has room; later ones move up. */
export function insert(layout: Layout, place: u32, index: u32, timeMs: f64, row: usize): void {
  const chunk = at(layout.arena, place);
  const rowBytes = <usize>layout.width << 2;
  const readings = <u32>load<u16>(chunk, 8);
  const time = chunk + <usize>layout.timesAt + (<usize>index << 3);
  const values = chunk + <usize>layout.valuesAt + <usize>index * rowBytes;
  const later = <usize>(readings - index);
  if (later) {
    memory.copy(time + 8, time, later << 3);
    memory.copy(values + rowBytes, values, later * rowBytes);
  }
  store<f64>(time, timeMs);
  store<u16>(chunk, <u16>(readings + 1), 8);
  for (let byte: usize = 0; byte < rowBytes; byte += 16) v128.store(values + byte, v128.load(row + byte));
  count(layout, chunk, row);
  if (layout.momentsAt) countMoments(layout, chunk, !readings, time, values);
  touchAll(layout.arena, place, layout.bytes);
}

/** Adds a reading to the chunk's own sums. */
function count(layout: Layout, chunk: usize, row: usize): void {
  const sums = chunk + <usize>layout.sumsAt;
  for (let field: usize = 0; field < <usize>layout.width; field += 4) {
    const x = v128.load(row + (field << 2));
    const there = f32x4.eq(x, x);
    if (!i32x4.all_true(there)) countMissing(chunk, field, row);
    const value = v128.and(x, there);
    const place = sums + (field << 3);
    v128.store(place, f64x2.add(v128.load(place), f64x2.promote_low_f32x4(value)));
    v128.store(place, f64x2.add(v128.load(place, 16), f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3))), 16);
  }
}

function countMoments(layout: Layout, chunk: usize, isFirst: bool, time: usize, row: usize): void {
  const moments = chunk + <usize>layout.momentsAt;
  if (isFirst) clearMoments(moments, layout.width, load<f64>(time));
  addMomentsOf(moments, layout.width, time, row, 1, 1);
}

function countMissing(chunk: usize, first: usize, row: usize): void {
  store<u16>(chunk, 1, 10);
  for (let field = first; field < first + 4; field++) {
    const x = load<f32>(row + (field << 2));
    const missing = chunk + MISSING_AT + field;
    if (x != x) store<u8>(missing, load<u8>(missing) + 1);
  }
}

/** Moves the newer half of a chunk into a new one behind it, and returns that. */
export function split(layout: Layout, place: u32): u32 {
  const readings = readingsIn(layout, place);
  const kept = readings >> 1;
  const half = newChunk(layout, place, newerOf(layout, place));
  const from = at(layout.arena, place);
  for (let i = kept; i < readings; i++) append(layout, half, from, i);
  memory.fill(from + 8, 0, <usize>layout.timesAt - 8);
  for (let i: u32 = 0; i < kept; i++) append(layout, place, from, i);
  return half;
}

function append(layout: Layout, place: u32, from: usize, index: u32): void {
  const timeMs = load<f64>(from + <usize>layout.timesAt + (<usize>index << 3));
  insert(layout, place, readingsIn(layout, place), timeMs, from + <usize>layout.valuesAt + <usize>index * (<usize>layout.width << 2));
}
