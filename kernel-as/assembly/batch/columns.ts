/*
 * Records as columns in blocks that grow. kernel-as/host/fetched-records.ts reads them, so it knows the order of the members; all are u32.
 */

@unmanaged
export class Columns {
  /** Records, and how many there is room for. */
  count: u32;
  room: u32;
  /** f64 each. */
  offsets: usize;
  times: usize;
  keys: Texts;
  values: Texts;
  headers: Texts;
}

/** Bytes of the records, one behind the other: record i has bounds[i]…bounds[i + 1], u32. */
@unmanaged
export class Texts {
  block: usize;
  bounds: usize;
  room: u32;
}

const FIRST_ROWS: u32 = 64;
const FIRST_BYTES: u32 = 1024;
const LARGEST_BLOCK: u64 = 0x3fffff00;

/** What {@link copy}, and who reads the columns, may reach beyond the bytes. */
export const PADDING: u32 = 64;

export function prepare(columns: Columns): void {
  columns.count = columns.room = 0;
  columns.offsets = columns.times = 0;
  columns.keys = createTexts();
  columns.values = createTexts();
  columns.headers = createTexts();
  ensureRows(columns, FIRST_ROWS);
  clear(columns);
}

export function destroy(columns: Columns): void {
  heap.free(columns.offsets);
  heap.free(columns.times);
  destroyTexts(columns.keys);
  destroyTexts(columns.values);
  destroyTexts(columns.headers);
}

export function clear(columns: Columns): void {
  columns.count = 0;
  store<u32>(columns.keys.bounds, 0);
  store<u32>(columns.values.bounds, 0);
  store<u32>(columns.headers.bounds, 0);
}

export function ensureRows(columns: Columns, more: u32): void {
  const count = columns.count;
  if (<u64>count + more <= <u64>columns.room) return;
  const room = grown(columns.room, <u64>count + more, 8);
  columns.offsets = moved(columns.offsets, count << 3, room << 3);
  columns.times = moved(columns.times, count << 3, room << 3);
  columns.keys.bounds = moved(columns.keys.bounds, (count + 1) << 2, (room + 1) << 2);
  columns.values.bounds = moved(columns.values.bounds, (count + 1) << 2, (room + 1) << 2);
  columns.headers.bounds = moved(columns.headers.bounds, (count + 1) << 2, (room + 1) << 2);
  columns.room = room;
}

function createTexts(): Texts {
  const texts = changetype<Texts>(heap.alloc(offsetof<Texts>()));
  texts.block = heap.alloc(FIRST_BYTES);
  texts.bounds = 0;
  texts.room = FIRST_BYTES;
  return texts;
}

function destroyTexts(texts: Texts): void {
  heap.free(texts.block);
  heap.free(texts.bounds);
  heap.free(changetype<usize>(texts));
}

/** The text of the record `row`, for which there is a row; those of the records before it are there. May read 15 bytes more. */
// @ts-ignore: decorator
@inline
export function setText(texts: Texts, row: usize, from: usize, bytes: u32): void {
  const bounds = texts.bounds + (row << 2);
  const used = load<u32>(bounds);
  if (<u64>used + bytes + PADDING > <u64>texts.room) growTexts(texts, used, bytes);
  copy(texts.block + used, from, bytes);
  store<u32>(bounds, used + bytes, 4);
}

function growTexts(texts: Texts, used: u32, more: u32): void {
  const room = grown(texts.room, <u64>used + more + PADDING, 1);
  texts.block = moved(texts.block, used, room);
  texts.room = room;
}

/** Copies `bytes`, and up to 15 more. */
// @ts-ignore: decorator
@inline
export function copy(to: usize, from: usize, bytes: u32): void {
  for (let done: u32 = 0; done < bytes; done += 16) v128.store(to + done, v128.load(from + done));
}

/** At least `needed`, and twice as many as there were if they fit into a block. Traps where `needed` do not. */
export function grown(room: u32, needed: u64, size: u64): u32 {
  const most = LARGEST_BLOCK / size;
  if (needed > most) unreachable();
  return <u32>max<u64>(needed, min<u64>(<u64>room * 2, most));
}

/** A block of `bytes` with the first `used` bytes of another, which is gone. */
export function moved(block: usize, used: u32, bytes: u32): usize {
  const other = heap.alloc(bytes);
  if (block) {
    memory.copy(other, block, used);
    heap.free(block);
  }
  return other;
}
