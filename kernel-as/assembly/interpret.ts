import { BLOCK } from "./rank";

/*
 * The interpreter. A tree is max and and: leaves are numbered from left to right, and for many rows at once
 * leaf(node) = max(leaf(left), leaf(right) & (rank > i)), because every leaf number on the right is larger than any on the left.
 *
 * A program holds its trees one after the other:
 *
 *   tree   u32 pairs   u32 nodes   u32 output   u32 position of its leaf values
 *   pair   u32 column  u8 i  u8 number of its left leaf  u16 0                       a node whose children are both leaves
 *   node   u32 column  u8 i  u8 0  u16 0  u16 left  u16 right  u32 0                 any other, children first
 *
 * Column is in bytes from the start of the block's columns, i is less 128 as the ranks are. Left and right are places in the slots, where
 * each is LANES bytes wide: first 256 slots that hold their own number, then the result of each pair and node in order.
 */

/** Rows that go through a tree together. */
const LANES: usize = 64;

const OWN_NUMBERS: usize = 256 * LANES;

/** Fills the slots that hold their own number. `slots` has room for (256 + 256) * LANES bytes. */
export function prepareSlots(slots: usize): void {
  for (let number: usize = 0; number < 256; number++) memory.fill(slots + number * LANES, <u8>number, LANES);
}

/** Runs the tree at `program` for the rows whose columns begin at `bins`; returns where their leaf numbers are. */
// @ts-ignore: decorator
@inline
function leafNumbers(program: usize, bins: usize, slots: usize): usize {
  let to = slots + OWN_NUMBERS;
  let at = program + 16;
  for (const end = at + (<usize>load<u32>(program) << 3); at < end; at += 8) {
    const column = bins + <usize>load<u32>(at);
    const i = v128.load_splat<i8>(at, 4);
    const leaf = v128.load_splat<i8>(at, 5);
    v128.store(to, i8x16.sub(leaf, i8x16.gt_s(v128.load(column), i)));
    v128.store(to, i8x16.sub(leaf, i8x16.gt_s(v128.load(column, 16), i)), 16);
    v128.store(to, i8x16.sub(leaf, i8x16.gt_s(v128.load(column, 32), i)), 32);
    v128.store(to, i8x16.sub(leaf, i8x16.gt_s(v128.load(column, 48), i)), 48);
    to += LANES;
  }
  for (const end = at + (<usize>load<u32>(program, 4) << 4); at < end; at += 16) {
    const column = bins + <usize>load<u32>(at);
    const i = v128.load_splat<i8>(at, 4);
    const left = slots + <usize>load<u16>(at, 8);
    const right = slots + <usize>load<u16>(at, 10);
    v128.store(to, i8x16.max_u(v128.load(left), v128.and(v128.load(right), i8x16.gt_s(v128.load(column), i))));
    v128.store(to, i8x16.max_u(v128.load(left, 16), v128.and(v128.load(right, 16), i8x16.gt_s(v128.load(column, 16), i))), 16);
    v128.store(to, i8x16.max_u(v128.load(left, 32), v128.and(v128.load(right, 32), i8x16.gt_s(v128.load(column, 32), i))), 32);
    v128.store(to, i8x16.max_u(v128.load(left, 48), v128.and(v128.load(right, 48), i8x16.gt_s(v128.load(column, 48), i))), 48);
    to += LANES;
  }
  return to - LANES;
}

// @ts-ignore: decorator
@inline
function interpret<T extends number>(program: usize, trees: u32, leaves: usize, slots: usize, bins: usize, rows: u32, sums: usize): void {
  for (let tree: u32 = 0; tree < trees; tree++) {
    const size = <usize>16 + (<usize>load<u32>(program) << 3) + (<usize>load<u32>(program, 4) << 4);
    const values = leaves + <usize>load<u32>(program, 12);
    let to = sums + <usize>load<u32>(program, 8) * BLOCK * sizeof<T>();
    for (let row: usize = 0; row < <usize>rows; row += LANES) {
      const numbers = leafNumbers(program, bins + row, slots);
      for (let lane: usize = 0; lane < LANES; lane += 4) {
        store<T>(to, load<T>(to) + load<T>(values + <usize>load<u8>(numbers + lane) * sizeof<T>()));
        store<T>(to, load<T>(to, sizeof<T>()) + load<T>(values + <usize>load<u8>(numbers + lane, 1) * sizeof<T>()), sizeof<T>());
        store<T>(to, load<T>(to, 2 * sizeof<T>()) + load<T>(values + <usize>load<u8>(numbers + lane, 2) * sizeof<T>()), 2 * sizeof<T>());
        store<T>(to, load<T>(to, 3 * sizeof<T>()) + load<T>(values + <usize>load<u8>(numbers + lane, 3) * sizeof<T>()), 3 * sizeof<T>());
        to += 4 * sizeof<T>();
      }
    }
    program += size;
  }
}

/**
 * Adds the leaf of every tree to `sums` ([outputs][BLOCK] f32) for one block of `rows` rows at most BLOCK. Works on whole lanes: columns and
 * sums of up to 63 rows more are read and written.
 */
export function interpretF32(program: usize, trees: u32, leaves: usize, slots: usize, bins: usize, rows: u32, sums: usize): void {
  interpret<f32>(program, trees, leaves, slots, bins, rows, sums);
}

/** The same in f64. */
export function interpretF64(program: usize, trees: u32, leaves: usize, slots: usize, bins: usize, rows: u32, sums: usize): void {
  interpret<f64>(program, trees, leaves, slots, bins, rows, sums);
}
