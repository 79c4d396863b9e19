/*
 * Orders among f64 that are not NaN. Quickselect by the median of three (Hoare, 1961), which gives up for heapsort after 2 log2 n cuts (Musser, 1997):
 * no order of values costs more than n log n.
 */

// @ts-ignore: decorator
@inline
function value(values: usize, i: u32): f64 {
  return load<f64>(values + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
function put(values: usize, i: u32, x: f64): void {
  store<f64>(values + (<usize>i << 3), x);
}

/** Heapsort. */
export function sort(values: usize, count: u32): void {
  for (let i = count >> 1; i > 0; i--) sink(values, i - 1, count, value(values, i - 1));
  for (let left = count; left > 1; left--) {
    const x = value(values, left - 1);
    put(values, left - 1, value(values, 0));
    sink(values, 0, left - 1, x);
  }
}

function sink(values: usize, hole: u32, count: u32, x: f64): void {
  for (;;) {
    let below: u32 = 2 * hole + 1;
    if (below >= count) break;
    if (below + 1 < count && value(values, below + 1) > value(values, below)) below++;
    if (x >= value(values, below)) break;
    put(values, hole, value(values, below));
    hole = below;
  }
  put(values, hole, x);
}

/** Heapsort of values, each with its weight. */
export function sortWeighted(values: usize, weights: usize, count: u32): void {
  for (let i = count >> 1; i > 0; i--) sinkWeighted(values, weights, i - 1, count, value(values, i - 1), value(weights, i - 1));
  for (let left = count; left > 1; left--) {
    const x = value(values, left - 1);
    const weight = value(weights, left - 1);
    put(values, left - 1, value(values, 0));
    put(weights, left - 1, value(weights, 0));
    sinkWeighted(values, weights, 0, left - 1, x, weight);
  }
}

function sinkWeighted(values: usize, weights: usize, hole: u32, count: u32, x: f64, weight: f64): void {
  for (;;) {
    let below: u32 = 2 * hole + 1;
    if (below >= count) break;
    if (below + 1 < count && value(values, below + 1) > value(values, below)) below++;
    if (x >= value(values, below)) break;
    put(values, hole, value(values, below));
    put(weights, hole, value(weights, below));
    hole = below;
  }
  put(values, hole, x);
  put(weights, hole, weight);
}

/** Moves the value of rank `rank` (from 0) to its place, those before it not greater and those behind it not smaller; returns it. */
export function select(values: usize, count: u32, rank: u32): f64 {
  let low: u32 = 0;
  let end = count;
  let patience = 2 * (32 - clz(count));
  while (end - low > 12) {
    if (patience-- == 0) {
      sort(values + (<usize>low << 3), end - low);
      return value(values, rank);
    }
    const pivot = middleOfThree(value(values, low), value(values, (low + end) >> 1), value(values, end - 1));
    const smaller = gather(values, low, end, pivot, false);
    if (rank < smaller) {
      end = smaller;
      continue;
    }
    const greater = gather(values, smaller, end, pivot, true);
    if (rank < greater) return pivot;
    low = greater;
  }
  for (let i = low + 1; i < end; i++) {
    const x = value(values, i);
    let at = i;
    while (at > low && value(values, at - 1) > x) {
      put(values, at, value(values, at - 1));
      at--;
    }
    put(values, at, x);
  }
  return value(values, rank);
}

/** Moves those of the values from `low` to `end` that are less than `pivot`, or equal it too, to the front; returns where they end. Without a branch on a value (Lomuto). */
// @ts-ignore: decorator
@inline
function gather(values: usize, low: u32, end: u32, pivot: f64, equalsToo: bool): u32 {
  let front = values + (<usize>low << 3);
  const last = values + (<usize>end << 3);
  for (let at = front; at < last; at += 8) {
    const x = load<f64>(at);
    store<f64>(at, load<f64>(front));
    store<f64>(front, x);
    front += usize(equalsToo ? x <= pivot : x < pivot) << 3;
  }
  return <u32>((front - values) >> 3);
}

function middleOfThree(a: f64, b: f64, c: f64): f64 {
  return max(min(a, b), min(max(a, b), c));
}

/** The least of the values from rank `from` on. */
export function least(values: usize, from: u32, count: u32): f64 {
  let x = value(values, from);
  for (let i = from + 1; i < count; i++) x = min(x, value(values, i));
  return x;
}
