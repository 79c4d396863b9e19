import { alloc, at, free, root, setRoot, touch, touchAll, Arena } from "../state/arena";
import { createTable, growTo, rowAt, rowsOf } from "../state/table";
import { baselineBytes, forgetBaseline, forgetBaselineOf, sumBaseline } from "./baseline";
import { addChunk, addChunkMoments, freeChunk, insert, layOut, Layout, newChunk, newerOf, newestTime, notAfter, olderOf, readingsIn, split, timeOf, unlinkOlder } from "./chunk";
import { derive, tableBytes } from "./derived";
import { addMiddle, addToMiddle, clearMiddle, copyMiddleMoments, middleBytes } from "./middle";
import { clearMoments, momentsBytes, writeSlope, writeSpread } from "./moments";
import { clear, freeSums, newSums, Sums, writeApart, writeLevel } from "./sums";

/*
 * Each reading beside its sensor's last readings, over several spans of event time: their mean, how far it is from it, their slope and spread, and how far it is from
 * the mean of the older half of the longest span.
 *
 *   oldest chunk                                                                     newest chunk
 *   ├──────────────┼──────────────┼──────────────┼──────────────┼──────────────┼─────────·····┤
 *                    │    ├ last ─┼───────────── middle ────────┼─────────────┼─ whole ─┤
 *          t - retention  t - span                                                      t
 *
 * The mean of a span is that of the readings of its last chunk that lie in it, the chunks between, and the newest chunk. The sums of those between are
 * kept with the sensor and made anew when another chunk becomes the last, so a reading costs the same for every length of span. Moments, which slope and spread are made
 * of, are put together likewise, and kept only where they are asked for.
 *
 *   root     u32 fields   u32 spans   u32 table of sensors   u32 kept: 1 moments, 2 the baseline   f64 retention   f64 [spans] spans
 *   table    for each sensor: u32 place of its block, 0 when it has none
 *   block    0 u32 oldest chunk   4 u32 newest chunk   8 u32 readings   12 u32 0   then for each span its middle (middle.ts), then the baseline (baseline.ts) where it is kept
 */

/** What is written of each span, in this order, of the baseline, and of a reading that is alone; as engine/features/trailing-kinds.ts numbers them. */
const LEVEL: u32 = 1;
const CHANGE: u32 = 2;
const SLOPE: u32 = 4;
const SPREAD: u32 = 8;
export const BASELINE: u32 = 16;
const ALONE: u32 = 32;

/** Beyond them a sensor's oldest chunk goes: memory stays bounded whatever the rate. */
const MOST_READINGS: u32 = 65_536;

const ROOT_BYTES: u32 = 24;
const SPANS_AT: u32 = 16;

/** In this process: how the state is laid out, and room to compute in. */
@unmanaged
export class Trailing {
  layout: Layout;
  fields: u32;
  spans: u32;
  spansMs: usize; // f64, rising
  retentionMs: f64;
  table: u32;
  spanBytes: u32;
  blockBytes: u32;
  row: usize; // f32 [width]
  asked: u32; // LEVEL | …
  spanFeatures: u32; // of one span
  sums: Sums;
  oldest: Sums; // of the baseline
  moments: usize; // of a span, 0: not asked for
  derived: u32; // features that are computed from the reading alone
  derivedTable: usize;
}

/**
 * State for readings of `fields` values and trailing spans `spansMs` (rising f64, copied) under a root of the arena: what is there, or new. 0 where another state is there.
 * `derived` features have a table (copied), and no state. `asked` says what is written of the spans: LEVEL | ….
 */
export function open(arenaPointer: usize, rootNumber: u32, fields: u32, spans: u32, spansMs: usize, retentionMs: f64, derived: u32, derivedTable: usize, asked: u32): usize {
  const arena = changetype<Arena>(arenaPointer);
  const rootBytes = ROOT_BYTES + (spans << 3);
  const hasMoments = spans != 0 && (asked & (SLOPE | SPREAD)) != 0;
  const hasBaseline = spans != 0 && (asked & BASELINE) != 0;
  const kept = u32(hasMoments) | (u32(hasBaseline) << 1);
  let place = root(arena, rootNumber);
  if (!place) {
    const table = createTable(arena, 4);
    place = alloc(arena, rootBytes);
    const header = at(arena, place);
    store<u32>(header, fields);
    store<u32>(header, spans, 4);
    store<u32>(header, table, 8);
    store<u32>(header, kept, 12);
    store<f64>(header, retentionMs, 16);
    memory.copy(header + ROOT_BYTES, spansMs, <usize>spans << 3);
    touchAll(arena, place, rootBytes);
    setRoot(arena, rootNumber, place);
  }
  const header = at(arena, place);
  const isSame = load<u32>(header) == fields && load<u32>(header, 4) == spans && load<u32>(header, 12) == kept && load<f64>(header, 16) == retentionMs;
  if (!isSame || memory.compare(header + ROOT_BYTES, spansMs, <usize>spans << 3) != 0) return 0;

  const trailing = changetype<Trailing>(heap.alloc(offsetof<Trailing>()));
  const layout = changetype<Layout>(heap.alloc(offsetof<Layout>()));
  layOut(layout, arena, fields, hasMoments);
  trailing.layout = layout;
  trailing.fields = fields;
  trailing.spans = spans;
  trailing.spansMs = header + ROOT_BYTES;
  trailing.retentionMs = retentionMs;
  trailing.table = load<u32>(header, 8);
  trailing.spanBytes = middleBytes(layout.width, hasMoments);
  trailing.blockBytes = SPANS_AT + spans * trailing.spanBytes + (hasBaseline ? baselineBytes(layout.width) : 0);
  trailing.row = heap.alloc(<usize>layout.width << 2);
  memory.fill(trailing.row, 0, <usize>layout.width << 2);
  trailing.asked = asked;
  trailing.spanFeatures = fields * <u32>popcnt(asked & ~(BASELINE | ALONE));
  trailing.sums = newSums(layout.width);
  trailing.oldest = newSums(layout.width);
  trailing.moments = hasMoments ? heap.alloc(momentsBytes(layout.width)) : 0;
  trailing.derived = derived;
  trailing.derivedTable = heap.alloc(tableBytes(derived));
  memory.copy(trailing.derivedTable, derivedTable, tableBytes(derived));
  return changetype<usize>(trailing);
}

/** Gives back what is not in the arena. */
export function close(pointer: usize): void {
  const trailing = changetype<Trailing>(pointer);
  freeSums(trailing.sums);
  freeSums(trailing.oldest);
  if (trailing.moments) heap.free(trailing.moments);
  heap.free(trailing.derivedTable);
  heap.free(trailing.row);
  heap.free(changetype<usize>(trailing.layout));
  heap.free(pointer);
}

/** Frees all that a sensor has, if it has anything. */
export function forget(pointer: usize, sensor: u32): void {
  const trailing = changetype<Trailing>(pointer);
  const arena = trailing.layout.arena;
  if (sensor >= rowsOf(arena, trailing.table)) return;
  const row = rowAt(arena, trailing.table, sensor);
  const block = load<u32>(at(arena, row));
  if (!block) return;
  for (let chunk = load<u32>(at(arena, block)); chunk; ) {
    const newer = newerOf(trailing.layout, chunk);
    freeChunk(trailing.layout, chunk);
    chunk = newer;
  }
  free(arena, block, trailing.blockBytes);
  store<u32>(at(arena, row), 0);
  touch(arena, row);
}

/**
 * Takes `rows` readings in arrival order (sensor numbers u32, event times f64, pointers of one f64 column a field) and writes for each
 * its row of f32: the values, what is derived from them, then for every span what is asked of the readings already seen with event time in (t - span, t], this one included, field by
 * field; then the values less their baseline; then the values themselves of a reading that is the only one of the longest span. NaN where a span has fewer than two values, the older half of the longest span none, and differences from a value that is missing.
 * `readings` gets how many the longest span has, u32. Behind the output there must be room for three f32.
 */
export function push(pointer: usize, rows: u32, sensors: usize, timesMs: usize, columns: usize, output: usize, readings: usize): void {
  const trailing = changetype<Trailing>(pointer);
  const fields = <usize>trailing.fields;
  const apart = (fields + <usize>trailing.derived) << 2;
  const baseline = trailing.asked & BASELINE ? fields : 0;
  const alone = trailing.asked & ALONE ? fields : 0;
  const aloneAt = apart + ((<usize>(trailing.spanFeatures * trailing.spans) + baseline) << 2);
  const outputBytes = trailing.spans ? aloneAt + (alone << 2) : apart;
  for (let i: usize = 0; i < <usize>rows; i++) {
    const out = output + i * outputBytes;
    for (let field: usize = 0; field < fields; field++) {
      const x = <f32>load<f64>(<usize>load<u32>(columns + (field << 2)) + (i << 3));
      const value = x == x ? x : <f32>NaN;
      store<f32>(trailing.row + (field << 2), value);
      store<f32>(out + (field << 2), value);
    }
    if (trailing.derived) derive(trailing.derivedTable, trailing.derived, trailing.row, out + (fields << 2));
    let behind: u32 = 1;
    if (trailing.spans) behind = take(trailing, load<u32>(sensors + (i << 2)), load<f64>(timesMs + (i << 3)), out + apart);
    store<u32>(readings + (i << 2), behind);
    if (!trailing.spans) continue;
    for (let field: usize = 0; field < alone; field++) {
      store<f32>(out + aloneAt + (field << 2), behind > 1 ? <f32>NaN : load<f32>(trailing.row + (field << 2)));
    }
  }
}

/** Takes in the reading in `row`; returns the readings of its longest span. */
function take(trailing: Trailing, sensor: u32, timeMs: f64, out: usize): u32 {
  const layout = trailing.layout;
  const arena = layout.arena;
  const block = blockOf(trailing, sensor);
  touchAll(arena, block, trailing.blockBytes);
  const header = at(arena, block);
  const newest = load<u32>(header, 4);
  const newestMs = newest ? newestTime(layout, newest) : -Infinity;
  if (timeMs <= newestMs - trailing.retentionMs) {
    clear(trailing.sums, layout.width);
    if (trailing.moments) clearMoments(trailing.moments, layout.width, timeMs);
    for (let span: u32 = 0; span < trailing.spans; span++) writeSpan(trailing, span, out);
    clear(trailing.oldest, layout.width);
    writeBaseline(trailing, out);
    return 1;
  }
  if (load<u32>(header, 8) == MOST_READINGS) dropOldest(trailing, header);
  store<u32>(header, load<u32>(header, 8) + 1, 8);
  if (timeMs < newestMs) {
    const horizonMs = newestMs - trailing.retentionMs;
    return describeLate(trailing, insertLate(trailing, header, timeMs), timeMs, horizonMs, out);
  }
  append(trailing, header, timeMs);
  const behind = describeNewest(trailing, header, timeMs, out);
  if (trailing.asked & BASELINE) describeBaseline(trailing, header, timeMs, out);
  const horizonMs = timeMs - trailing.retentionMs;
  while (load<u32>(header) != load<u32>(header, 4) && newestTime(layout, load<u32>(header)) <= horizonMs) dropOldest(trailing, header);
  return behind;
}

/** The place of the sensor's block, made if it has none. */
// @ts-ignore: decorator
@inline
export function blockOf(trailing: Trailing, sensor: u32): u32 {
  const arena = trailing.layout.arena;
  if (sensor >= rowsOf(arena, trailing.table)) growTo(arena, trailing.table, sensor);
  const row = rowAt(arena, trailing.table, sensor);
  const block = load<u32>(at(arena, row));
  return block ? block : newBlock(trailing, row);
}

function newBlock(trailing: Trailing, row: u32): u32 {
  const arena = trailing.layout.arena;
  const block = alloc(arena, trailing.blockBytes);
  memory.fill(at(arena, block), 0, trailing.blockBytes);
  touchAll(arena, block, trailing.blockBytes);
  store<u32>(at(arena, row), block);
  touch(arena, row);
  return block;
}

// @ts-ignore: decorator
@inline
export function spanAt(trailing: Trailing, header: usize, span: u32): usize {
  return header + SPANS_AT + <usize>(span * trailing.spanBytes);
}

/** Behind all others. */
function append(trailing: Trailing, header: usize, timeMs: f64): void {
  const layout = trailing.layout;
  let newest = load<u32>(header, 4);
  if (!newest || readingsIn(layout, newest) == layout.room) {
    const whole = newest;
    newest = newChunk(layout, whole, 0);
    store<u32>(header, newest, 4);
    if (!whole) store<u32>(header, newest);
    else joinMiddle(trailing, header, whole);
  }
  insert(layout, newest, readingsIn(layout, newest), timeMs, trailing.row);
}

/** A chunk that was the newest lies between now, unless it is a span's last one. */
function joinMiddle(trailing: Trailing, header: usize, chunk: u32): void {
  for (let span: u32 = 0; span < trailing.spans; span++) {
    const kept = spanAt(trailing, header, span);
    const last = load<u32>(kept);
    if (last && last != chunk) addToMiddle(trailing.layout, kept, chunk, trailing.layout.momentsAt != 0, trailing.oldest);
  }
}

// @ts-ignore: decorator
@inline
export function baselineAt(trailing: Trailing, header: usize): usize {
  return spanAt(trailing, header, trailing.spans);
}

function writeSpan(trailing: Trailing, span: u32, out: usize): void {
  const sums = trailing.sums;
  const width = trailing.layout.width;
  const asked = trailing.asked;
  const bytes = <usize>trailing.fields << 2;
  out += <usize>(span * trailing.spanFeatures) << 2;
  if (asked & LEVEL) {
    writeLevel(sums, width, out);
    out += bytes;
  }
  if (asked & CHANGE) {
    writeApart(sums, width, trailing.row, 2, out);
    out += bytes;
  }
  if (asked & SLOPE) {
    writeSlope(trailing.moments, width, out);
    out += bytes;
  }
  if (asked & SPREAD) writeSpread(trailing.moments, width, out);
}

/** Of the sums in `oldest`, behind all spans. */
function writeBaseline(trailing: Trailing, out: usize): void {
  if (trailing.asked & BASELINE) writeApart(trailing.oldest, trailing.layout.width, trailing.row, 1, out + (<usize>(trailing.spans * trailing.spanFeatures) << 2));
}

/** Of the reading that was appended. */
function describeNewest(trailing: Trailing, header: usize, timeMs: f64, out: usize): u32 {
  const layout = trailing.layout;
  const sums = trailing.sums;
  const newest = load<u32>(header, 4);
  for (let span: u32 = 0; span < trailing.spans; span++) {
    const kept = spanAt(trailing, header, span);
    const horizonMs = timeMs - load<f64>(trailing.spansMs + (<usize>span << 3));
    const last = lastChunk(trailing, header, kept, horizonMs);
    const readings = readingsIn(layout, last);
    clear(sums, layout.width);
    const from = notAfter(layout, last, readings, horizonMs);
    addChunk(layout, last, from, readings, sums);
    if (last != newest) {
      addMiddle(layout, kept, sums);
      addChunk(layout, newest, 0, readingsIn(layout, newest), sums);
    }
    if (trailing.moments) takeMoments(trailing, last, from, kept, newest);
    writeSpan(trailing, span, out);
  }
  return sums.readings;
}

/** Behind {@link describeNewest}, by which the longest span has its last chunk. */
function describeBaseline(trailing: Trailing, header: usize, timeMs: f64, out: usize): void {
  const longest = trailing.spans - 1;
  const last = load<u32>(spanAt(trailing, header, longest));
  const horizonMs = timeMs - load<f64>(trailing.spansMs + (<usize>longest << 3));
  sumBaseline(trailing.layout, baselineAt(trailing, header), last, horizonMs, halfBefore(trailing, timeMs), trailing.oldest);
  writeBaseline(trailing, out);
}

/** Makes the moments of the same readings: those of the middle, and then what stands before and behind it. */
function takeMoments(trailing: Trailing, last: u32, from: u32, kept: usize, newest: u32): void {
  const layout = trailing.layout;
  copyMiddleMoments(layout, kept, trailing.moments);
  addChunkMoments(layout, last, from, readingsIn(layout, last), trailing.moments);
  if (last != newest) addChunkMoments(layout, newest, 0, readingsIn(layout, newest), trailing.moments);
}

/** Up to when the baseline goes. */
// @ts-ignore: decorator
@inline
function halfBefore(trailing: Trailing, timeMs: f64): f64 {
  return timeMs - load<f64>(trailing.spansMs + (<usize>(trailing.spans - 1) << 3)) * 0.5;
}

/** The chunk in which a span of the newest reading begins, and the sums of those between made to fit. */
// @ts-ignore: decorator
@inline
function lastChunk(trailing: Trailing, header: usize, kept: usize, horizonMs: f64): u32 {
  const last = load<u32>(kept);
  return last && newestTime(trailing.layout, last) > horizonMs ? last : moveLast(trailing, header, kept, horizonMs);
}

function moveLast(trailing: Trailing, header: usize, kept: usize, horizonMs: f64): u32 {
  const layout = trailing.layout;
  const newest = load<u32>(header, 4);
  let last = load<u32>(kept);
  if (last) {
    while (last != newest && newestTime(layout, last) <= horizonMs) last = newerOf(layout, last);
  } else {
    last = newest;
    while (timeOf(layout, last, 0) > horizonMs && olderOf(layout, last)) last = olderOf(layout, last);
    if (last != newest && newestTime(layout, last) <= horizonMs) last = newerOf(layout, last);
  }
  const hasMoments = layout.momentsAt != 0;
  clearMiddle(layout, kept, last, hasMoments, newestTime(layout, last));
  if (last == newest) return last;
  for (let chunk = newerOf(layout, last); chunk != newest; chunk = newerOf(layout, chunk)) addToMiddle(layout, kept, chunk, hasMoments, trailing.oldest);
  return last;
}

/** Sums of spans are made anew when the next reading asks for them. */
function forgetMiddles(trailing: Trailing, header: usize): void {
  for (let span: u32 = 0; span < trailing.spans; span++) store<u32>(spanAt(trailing, header, span), 0);
  if (trailing.asked & BASELINE) forgetBaseline(baselineAt(trailing, header));
}

function dropOldest(trailing: Trailing, header: usize): void {
  const layout = trailing.layout;
  const oldest = load<u32>(header);
  const newer = newerOf(layout, oldest);
  for (let span: u32 = 0; span < trailing.spans; span++) {
    const kept = spanAt(trailing, header, span);
    if (load<u32>(kept) == oldest) store<u32>(kept, 0);
  }
  if (trailing.asked & BASELINE) forgetBaselineOf(baselineAt(trailing, header), oldest);
  store<u32>(header, load<u32>(header, 8) - readingsIn(layout, oldest), 8);
  store<u32>(header, newer);
  unlinkOlder(layout, newer);
  freeChunk(layout, oldest);
}

/** Before those that are newer; returns the chunk. */
function insertLate(trailing: Trailing, header: usize, timeMs: f64): u32 {
  const layout = trailing.layout;
  const newest = load<u32>(header, 4);
  let chunk = newest;
  while (timeOf(layout, chunk, 0) > timeMs && olderOf(layout, chunk)) chunk = olderOf(layout, chunk);
  if (chunk != newest || readingsIn(layout, chunk) == layout.room) forgetMiddles(trailing, header);
  if (readingsIn(layout, chunk) == layout.room) {
    const half = split(layout, chunk);
    if (chunk == newest) store<u32>(header, half, 4);
    if (timeOf(layout, half, 0) <= timeMs) chunk = half;
  }
  insert(layout, chunk, notAfter(layout, chunk, readingsIn(layout, chunk), timeMs), timeMs, trailing.row);
  return chunk;
}

/** Of a reading in `chunk` that others follow: its spans are summed from the newest chunk to the oldest. */
function describeLate(trailing: Trailing, chunk: u32, timeMs: f64, retainedMs: f64, out: usize): u32 {
  const sums = trailing.sums;
  let horizonMs: f64 = 0;
  for (let span: u32 = 0; span < trailing.spans; span++) {
    horizonMs = max(timeMs - load<f64>(trailing.spansMs + (<usize>span << 3)), retainedMs);
    if (trailing.moments) clearMoments(trailing.moments, trailing.layout.width, timeMs);
    sumBetween(trailing, chunk, horizonMs, timeMs, sums, trailing.moments);
    writeSpan(trailing, span, out);
  }
  if (trailing.asked & BASELINE) {
    sumBetween(trailing, chunk, horizonMs, halfBefore(trailing, timeMs), trailing.oldest, 0);
    writeBaseline(trailing, out);
  }
  return sums.readings;
}

/** Makes the sums of the readings in (from, to] of this chunk and older ones, and adds their moments unless that is 0. */
function sumBetween(trailing: Trailing, chunk: u32, fromMs: f64, toMs: f64, sums: Sums, moments: usize): void {
  const layout = trailing.layout;
  clear(sums, layout.width);
  for (let each = chunk; each; each = olderOf(layout, each)) {
    const readings = readingsIn(layout, each);
    const to = newestTime(layout, each) <= toMs ? readings : notAfter(layout, each, readings, toMs);
    const from = notAfter(layout, each, to, fromMs);
    addChunk(layout, each, from, to, sums);
    if (moments) addChunkMoments(layout, each, from, to, moments);
    if (from > 0) return;
  }
}
