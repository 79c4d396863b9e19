import { histogramBytes, Training } from "./training";

/*
 * A group's part of a histogram is eight features × 256 cells, which fit into the first-level cache. A node's rows are taken in blocks: what belongs to them is first gathered, by loops so short that
 * many rows are on their way from memory at once, then added up in order. See training.ts for what a cell is.
 */

/** Rows of a block. */
const BLOCK_ROWS: u32 = 4096;

const gatheredPairs: usize = memory.data(4096 * 8, 16);
const gatheredBins: usize = memory.data(4096 * 8, 16);

/** Sums the pairs of rows `begin` to `end` of the order into a histogram. Groups that are not this thread's, or without a feature of the tree, stay as they are. */
export function addRows(training: Training, begin: u32, end: u32, histogram: usize): void {
  const bytes = histogramBytes(training) / training.groups;
  const all = end - begin == training.rows; // then rows are in their own order
  const blockRows = all ? training.rows : BLOCK_ROWS;
  for (let from = begin; from < end; from += blockRows) {
    const order = training.order + (<usize>from << 2);
    const count = min(end - from, blockRows);
    const pairs = all ? training.pairs : gather(training.pairs, order, count, gatheredPairs);
    for (let group: u32 = 0; group < training.groups; group++) {
      if (!isOwn(training, group)) continue;
      const column = training.bins + ((<usize>group * training.rows) << 3);
      const bins = all ? column : gather(column, order, count, gatheredBins);
      const cells = histogram + bytes * group;
      const narrow = training.features - (group << 3) <= 4;
      if (training.quantised) {
        if (from == begin) memory.fill(WORK, 0, WORK_BYTES);
        else memory.copy(WORK, cells, WORK_BYTES);
        if (narrow) addQuantised<u32>(bins, pairs, count);
        else addQuantised<u64>(bins, pairs, count);
        memory.copy(cells, WORK, WORK_BYTES);
      } else {
        if (from == begin) memory.fill(cells, 0, bytes);
        addExact(cells, narrow ? 4 : 8, bins, pairs, count);
      }
    }
  }
}

/** Eight bytes of each row, in the order of the block; returns where they are. */
function gather(column: usize, order: usize, count: u32, gathered: usize): usize {
  for (let i: usize = 0; i < <usize>count; i++) store<u64>(gathered + (i << 3), load<u64>(column + (<usize>load<u32>(order + (i << 2)) << 3)));
  return gathered;
}

/** Whether this thread looks at a group, and the tree in hand at a feature of it. */
export function isOwn(training: Training, group: u32): bool {
  if (group % training.shares != training.share) return false;
  const end = min(training.features, (group + 1) << 3);
  for (let feature = group << 3; feature < end; feature++) if (load<u8>(training.treeFeatures + feature) != 0) return true;
  return false;
}

/** The group in hand lies at a fixed place, so that cells are addressed by constants. */
const WORK_BYTES: usize = 16384;
const WORK: usize = memory.data(16384, 16);

/** `Bins`: u64 for eight features, u32 for the first four of them. */
// @ts-ignore: decorator
@inline
function addQuantised<Bins>(bins: usize, pairs: usize, count: u32): void {
  const end = pairs + (<usize>count << 3);
  for (; pairs < end; pairs += 8) {
    add8<Bins>(load<Bins>(bins), load<i64>(pairs));
    bins += 8;
  }
}

// @ts-ignore: decorator
@inline
function add8<Bins>(bins: Bins, pair: i64): void {
  let cell = <usize>(bins << 3) & 0x7f8;
  store<i64>(cell, load<i64>(cell, WORK + 0x0) + pair, WORK + 0x0);
  cell = <usize>(bins >> 5) & 0x7f8;
  store<i64>(cell, load<i64>(cell, WORK + 0x800) + pair, WORK + 0x800);
  cell = <usize>(bins >> 13) & 0x7f8;
  store<i64>(cell, load<i64>(cell, WORK + 0x1000) + pair, WORK + 0x1000);
  cell = <usize>(bins >> 21) & 0x7f8;
  store<i64>(cell, load<i64>(cell, WORK + 0x1800) + pair, WORK + 0x1800);
  if (sizeof<Bins>() == 4) return;
  cell = <usize>(bins >> 29) & 0x7f8;
  store<i64>(cell, load<i64>(cell, WORK + 0x2000) + pair, WORK + 0x2000);
  cell = <usize>(bins >> 37) & 0x7f8;
  store<i64>(cell, load<i64>(cell, WORK + 0x2800) + pair, WORK + 0x2800);
  cell = <usize>(bins >> 45) & 0x7f8;
  store<i64>(cell, load<i64>(cell, WORK + 0x3000) + pair, WORK + 0x3000);
  cell = <usize>(bins >> 53) & 0x7f8;
  store<i64>(cell, load<i64>(cell, WORK + 0x3800) + pair, WORK + 0x3800);
}

/** Not quantised: f32 pairs into cells of f64x2. */
function addExact(cells: usize, features: u32, bins: usize, pairs: usize, count: u32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const pair = f64x2.promote_low_f32x4(v128.load64_zero(pairs + (i << 3)));
    for (let k: u32 = 0; k < features; k++) {
      const cell = cells + (<usize>k << 12) + (<usize>load<u8>(bins + (i << 3) + k) << 4);
      v128.store(cell, f64x2.add(v128.load(cell), pair));
    }
  }
}

/** Takes one child's histogram from its parent's, which leaves the other child's: exactly that, where cells are whole numbers. */
export function subtract(training: Training, parent: usize, child: usize): void {
  const bytes = histogramBytes(training) / training.groups;
  for (let group: u32 = 0; group < training.groups; group++) {
    if (!isOwn(training, group)) continue;
    const end = bytes * (group + 1);
    if (training.quantised) {
      for (let at = bytes * group; at < end; at += 16) v128.store(parent + at, i64x2.sub(v128.load(parent + at), v128.load(child + at)));
    } else {
      for (let at = bytes * group; at < end; at += 16) v128.store(parent + at, f64x2.sub(v128.load(parent + at), v128.load(child + at)));
    }
  }
}

/** Rows of each bin, u32 [features][256], of rows `begin` to `end` of the order. */
export function countRows(training: Training, begin: u32, end: u32): void {
  memory.fill(training.counts, 0, <usize>training.features << 10);
  for (let feature: u32 = 0; feature < training.features; feature++) {
    const counts = training.counts + (<usize>feature << 10);
    const bins = training.bins + ((<usize>(feature >> 3) * training.rows) << 3) + (feature & 7);
    for (let i = begin; i < end; i++) {
      const row = load<u32>(training.order + (<usize>i << 2));
      const at = counts + (<usize>load<u8>(bins + (<usize>row << 3)) << 2);
      store<u32>(at, load<u32>(at) + 1);
    }
  }
}
