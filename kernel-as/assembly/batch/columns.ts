/*
 * Records as columns in blocks that grow. Keys, values and headers stand each one behind the other: those of record i are bounds[i]…bounds[i + 1].
 * All members of Columns are u32, in this order; kernel-as/host/fetched-records.ts reads them.
 */

@unmanaged
export class Columns {
  /** Records, and how many there is room for. */
  count: u32;
  room: u32;
  /** f64 offsets and append times; u32 bounds. */
  offsets: usize;
  times: usize;
  keyBounds: usize;
  bounds: usize;
  headerBounds: usize;
  keys: usize;
  values: usize;
  headers: usize;
  keysRoom: u32;
  valuesRoom: u32;
  headersRoom: u32;
}

const FIRST_ROWS: u32 = 64;
const FIRST_BYTES: u32 = 1024;
const LARGEST_BLOCK: u64 = 0x3fffff00;

/** What {@link copy}, and who reads the columns, may reach beyond the bytes. */
export const PADDING: u32 = 64;

export function prepare(columns: Columns): void {
  memory.fill(changetype<usize>(columns), 0, offsetof<Columns>());
  growRows(columns, FIRST_ROWS);
  clear(columns);
  columns.keys = moved(0, 0, FIRST_BYTES);
  columns.values = moved(0, 0, FIRST_BYTES);
  columns.headers = moved(0, 0, FIRST_BYTES);
  columns.keysRoom = columns.valuesRoom = columns.headersRoom = FIRST_BYTES;
}

export function destroy(columns: Columns): void {
  heap.free(columns.offsets);
  heap.free(columns.times);
  heap.free(columns.keyBounds);
  heap.free(columns.bounds);
  heap.free(columns.headerBounds);
  heap.free(columns.keys);
  heap.free(columns.values);
  heap.free(columns.headers);
}

export function clear(columns: Columns): void {
  columns.count = 0;
  store<u32>(columns.keyBounds, 0);
  store<u32>(columns.bounds, 0);
  store<u32>(columns.headerBounds, 0);
}

// @ts-ignore: decorator
@inline
export function ensureRows(columns: Columns, more: u32): void {
  if (<u64>columns.count + more > <u64>columns.room) growRows(columns, more);
}

// @ts-ignore: decorator
@inline
export function ensureKeys(columns: Columns, used: u32, more: u32): void {
  if (<u64>used + more + PADDING <= <u64>columns.keysRoom) return;
  const room = grown(columns.keysRoom, <u64>used + more + PADDING, 1);
  columns.keys = moved(columns.keys, used, room);
  columns.keysRoom = room;
}

// @ts-ignore: decorator
@inline
export function ensureValues(columns: Columns, used: u32, more: u32): void {
  if (<u64>used + more + PADDING <= <u64>columns.valuesRoom) return;
  const room = grown(columns.valuesRoom, <u64>used + more + PADDING, 1);
  columns.values = moved(columns.values, used, room);
  columns.valuesRoom = room;
}

// @ts-ignore: decorator
@inline
export function ensureHeaders(columns: Columns, used: u32, more: u32): void {
  if (<u64>used + more + PADDING <= <u64>columns.headersRoom) return;
  const room = grown(columns.headersRoom, <u64>used + more + PADDING, 1);
  columns.headers = moved(columns.headers, used, room);
  columns.headersRoom = room;
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

function growRows(columns: Columns, more: u32): void {
  const count = columns.count;
  const room = grown(columns.room, <u64>count + more, 8);
  columns.offsets = moved(columns.offsets, count << 3, room << 3);
  columns.times = moved(columns.times, count << 3, room << 3);
  columns.keyBounds = moved(columns.keyBounds, (count + 1) << 2, (room + 1) << 2);
  columns.bounds = moved(columns.bounds, (count + 1) << 2, (room + 1) << 2);
  columns.headerBounds = moved(columns.headerBounds, (count + 1) << 2, (room + 1) << 2);
  columns.room = room;
}
