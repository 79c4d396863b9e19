import { histogramBytes, Training } from "./training";

/*
 * A group's part of a histogram is eight features × 256 cells, which fit into the first-level cache; each pass over a node's rows fills in one group. See training.ts
 * for what a cell is.
 */

/** Sums the pairs of rows `begin` to `end` of the order into a histogram. Groups without a feature of the tree stay as they are. */
export function addRows(training: Training, begin: u32, end: u32, histogram: usize): void {
  const order = training.order + (<usize>begin << 2);
  const count = end - begin;
  const all = count == training.rows; // then rows are in their own order
  let pairs = training.pairs;
  if (!all) {
    pairs = training.orderedPairs;
    for (let i: usize = 0; i < <usize>count; i++) {
      store<u64>(pairs + (i << 3), load<u64>(training.pairs + (<usize>load<u32>(order + (i << 2)) << 3)));
    }
  }
  const bytes = histogramBytes(training) / training.groups;
  for (let group: u32 = 0; group < training.groups; group++) {
    if (!isOwn(training, group)) continue;
    const bins = training.bins + ((<usize>group * training.rows) << 3);
    const cells = histogram + bytes * group;
    const narrow = training.features - (group << 3) <= 4;
    if (training.quantised) {
      if (narrow) addQuantised<u32>(cells, bins, order, count, pairs, all);
      else addQuantised<u64>(cells, bins, order, count, pairs, all);
    } else {
      if (narrow) addExact<u32>(cells, bins, order, count, pairs, all);
      else addExact<u64>(cells, bins, order, count, pairs, all);
    }
  }
}

/** Whether this thread looks at a group, and the tree in hand at a feature of it. */
export function isOwn(training: Training, group: u32): bool {
  if (group % training.shares != training.share) return false;
  const end = min(training.features, (group + 1) << 3);
  for (let feature = group << 3; feature < end; feature++) if (load<u8>(training.treeFeatures + feature) != 0) return true;
  return false;
}

/** The group in hand lies at a fixed place, so that cells are addressed by constants. */
const WORK: usize = memory.data(16384, 16);

/** `Bins`: u64 for eight features, u32 for the first four of them. */
// @ts-ignore: decorator
@inline
function addQuantised<Bins>(cells: usize, bins: usize, order: usize, count: u32, pairs: usize, all: bool): void {
  memory.fill(WORK, 0, 16384);
  const end = pairs + (<usize>count << 3);
  let row = bins;
  for (let at = pairs; at < end; at += 8) {
    if (all) {
      add8<Bins>(load<Bins>(row), load<i64>(at));
      row += 8;
    } else {
      add8<Bins>(load<Bins>(bins + (<usize>load<u32>(order) << 3)), load<i64>(at));
      order += 4;
    }
  }
  memory.copy(cells, WORK, 16384);
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
// @ts-ignore: decorator
@inline
function addExact<Bins>(cells: usize, bins: usize, order: usize, count: u32, pairs: usize, all: bool): void {
  const features: u32 = sizeof<Bins>();
  memory.fill(cells, 0, 32768);
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = all ? i : <usize>load<u32>(order + (i << 2));
    const pair = f64x2.promote_low_f32x4(v128.load64_zero(pairs + (i << 3)));
    for (let k: u32 = 0; k < features; k++) {
      const cell = cells + (<usize>k << 12) + (<usize>load<u8>(bins + (row << 3) + k) << 4);
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
