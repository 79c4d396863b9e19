import { alloc, at, free, touch, touchAll, Arena } from "./arena";

/*
 * Rows of one size by number, in blocks, for tables that outgrow a block.
 *
 *   table    u32 row bytes   u32 rows a block (a power of two)   u32 blocks   u32 place of the directory   u32 room in the directory
 *   directory   u32 place of each block
 */

const HEADER_BYTES: u32 = 20;
const BLOCK_BYTES: u32 = 1 << 14;
const FIRST_ROOM: u32 = 16;

/** An empty table of rows of `rowBytes` (a multiple of 4 up to 16 KiB); returns its place. */
export function createTable(arena: Arena, rowBytes: u32): u32 {
  const table = alloc(arena, HEADER_BYTES);
  const header = at(arena, table);
  store<u32>(header, rowBytes);
  store<u32>(header, 31 - clz(BLOCK_BYTES / rowBytes), 4);
  store<u32>(header, 0, 8);
  store<u32>(header, alloc(arena, FIRST_ROOM << 2), 12);
  store<u32>(header, FIRST_ROOM, 16);
  touchAll(arena, table, HEADER_BYTES);
  return table;
}

/** Rows that {@link rowAt} may be asked for. */
export function rowsOf(arena: Arena, table: u32): u32 {
  const header = at(arena, table);
  return load<u32>(header, 8) << load<u32>(header, 4);
}

/** Makes room for row `number`; new rows are zero. */
export function growTo(arena: Arena, table: u32, number: u32): void {
  const header = at(arena, table);
  const shift = load<u32>(header, 4);
  const rowBytes = load<u32>(header);
  while (number >> shift >= load<u32>(header, 8)) {
    const blocks = load<u32>(header, 8);
    const room = load<u32>(header, 16);
    if (blocks == room) {
      const directory = load<u32>(header, 12);
      const wider = alloc(arena, room << 3);
      memory.copy(at(arena, wider), at(arena, directory), <usize>room << 2);
      touchAll(arena, wider, room << 2);
      free(arena, directory, room << 2);
      store<u32>(header, wider, 12);
      store<u32>(header, room << 1, 16);
    }
    const bytes = rowBytes << shift;
    const block = alloc(arena, bytes);
    memory.fill(at(arena, block), 0, bytes);
    touchAll(arena, block, bytes);
    const entry = load<u32>(header, 12) + (blocks << 2);
    store<u32>(at(arena, entry), block);
    touch(arena, entry);
    store<u32>(header, blocks + 1, 8);
    touchAll(arena, table, HEADER_BYTES);
  }
}

/** The place of row `number`, which is below {@link rowsOf}. */
// @ts-ignore: decorator
@inline
export function rowAt(arena: Arena, table: u32, number: u32): u32 {
  const header = at(arena, table);
  const shift = load<u32>(header, 4);
  const block = load<u32>(at(arena, load<u32>(header, 12) + (number >> shift << 2)));
  return block + (number & ((1 << shift) - 1)) * load<u32>(header);
}
