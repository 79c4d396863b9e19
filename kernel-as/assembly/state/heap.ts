import { alloc, at, touch, touchAll, Arena } from "./arena";
import { createTable, growTo, rowAt, rowsOf } from "./table";

/*
 * A heap of numbers, the least key first, equals by the number.
 *
 *   heap   u32 place of the table   u32 entries   f64 least key, Infinity when empty
 *   row    f64 key   u32 number   u32 –
 *
 * Keys are not moved when their number's time changes: whoever pops compares the key with the one that it remembers for the number.
 */

const HEADER_BYTES: u32 = 16;
const ROW_BYTES: u32 = 16;

/** An empty heap; returns its place. */
export function createHeap(arena: Arena): u32 {
  const heap = alloc(arena, HEADER_BYTES);
  store<u32>(at(arena, heap), createTable(arena, ROW_BYTES));
  store<u32>(at(arena, heap), 0, 4);
  store<f64>(at(arena, heap), Infinity, 8);
  touch(arena, heap);
  return heap;
}

// @ts-ignore: decorator
@inline
export function leastKey(arena: Arena, heap: u32): f64 {
  return load<f64>(at(arena, heap), 8);
}

/** The number of the least key; the heap is not empty. */
export function leastNumber(arena: Arena, heap: u32): u32 {
  return load<u32>(at(arena, rowAt(arena, load<u32>(at(arena, heap)), 0)), 8);
}

export function pushKey(arena: Arena, heap: u32, key: f64, number: u32): void {
  const header = at(arena, heap);
  const table = load<u32>(header);
  let hole = load<u32>(header, 4);
  if (hole >= rowsOf(arena, table)) growTo(arena, table, hole);
  store<u32>(header, hole + 1, 4);
  while (hole > 0) {
    const above = (hole - 1) >> 1;
    const row = at(arena, rowAt(arena, table, above));
    if (!isBefore(key, number, row)) break;
    put(arena, table, hole, load<f64>(row), load<u32>(row, 8));
    hole = above;
  }
  put(arena, table, hole, key, number);
  keepLeast(arena, heap);
}

/** Takes the least away. */
export function popLeast(arena: Arena, heap: u32): void {
  const header = at(arena, heap);
  const last = load<u32>(header, 4) - 1;
  const row = at(arena, rowAt(arena, load<u32>(header), last));
  store<u32>(header, last, 4);
  if (last > 0) sink(arena, heap, load<f64>(row), load<u32>(row, 8));
  keepLeast(arena, heap);
}

/** Puts a key in the place of the least. */
export function replaceLeast(arena: Arena, heap: u32, key: f64, number: u32): void {
  sink(arena, heap, key, number);
  keepLeast(arena, heap);
}

function sink(arena: Arena, heap: u32, key: f64, number: u32): void {
  const header = at(arena, heap);
  const table = load<u32>(header);
  const count = load<u32>(header, 4);
  let hole: u32 = 0;
  for (;;) {
    let below: u32 = 2 * hole + 1;
    if (below >= count) break;
    let row = at(arena, rowAt(arena, table, below));
    if (below + 1 < count) {
      const right = at(arena, rowAt(arena, table, below + 1));
      if (isBefore(load<f64>(right), load<u32>(right, 8), row)) {
        row = right;
        below++;
      }
    }
    if (isBefore(key, number, row)) break;
    put(arena, table, hole, load<f64>(row), load<u32>(row, 8));
    hole = below;
  }
  put(arena, table, hole, key, number);
}

// @ts-ignore: decorator
@inline
function isBefore(key: f64, number: u32, row: usize): bool {
  const other = load<f64>(row);
  return key < other || (key == other && number < load<u32>(row, 8));
}

function put(arena: Arena, table: u32, entry: u32, key: f64, number: u32): void {
  const place = rowAt(arena, table, entry);
  const row = at(arena, place);
  store<f64>(row, key);
  store<u32>(row, number, 8);
  touch(arena, place);
}

function keepLeast(arena: Arena, heap: u32): void {
  const header = at(arena, heap);
  store<f64>(header, load<u32>(header, 4) == 0 ? Infinity : load<f64>(at(arena, rowAt(arena, load<u32>(header), 0))), 8);
  touchAll(arena, heap, HEADER_BYTES);
}
