/*
 * How values of each field and their event times lie about their means, which spread and slope are made of.
 *
 *   0 f64 anchor: times are ms from there   8 f64 0   then for each two fields six f64x2:
 *   0 values   16 mean time   32 mean value   48 sum of squared times   64 sum of times by values   80 sum of squared values, all three about the means
 *
 * Parts are put together as Chan, Golub and LeVeque do (1983): squares only grow, so nothing cancels, and equal values have squares of exactly 0.
 */

const HEAD_BYTES: usize = 16;
const PAIR_BYTES: usize = 96;

export function momentsBytes(width: u32): u32 {
  return <u32>HEAD_BYTES + (width >> 1) * <u32>PAIR_BYTES;
}

/** None yet, times from `anchorMs`: an event time near those that come, so that their differences are exact. */
export function clearMoments(moments: usize, width: u32, anchorMs: f64): void {
  memory.fill(moments, 0, momentsBytes(width));
  store<f64>(moments, anchorMs);
}

/** Adds those of other readings. */
export function addMoments(moments: usize, from: usize, width: u32): void {
  const shift = f64x2.splat(load<f64>(from) - load<f64>(moments));
  const end = moments + <usize>momentsBytes(width);
  from += HEAD_BYTES;
  for (let pair = moments + HEAD_BYTES; pair < end; pair += PAIR_BYTES, from += PAIR_BYTES) {
    merge(pair, v128.load(from), f64x2.add(v128.load(from, 16), shift), v128.load(from, 32), v128.load(from, 48), v128.load(from, 64), v128.load(from, 80));
  }
}

/** Adds `readings` rows (f32 [width], NaN missing) that lie one behind the other, with their event times. */
export function addMomentsOf(moments: usize, width: u32, times: usize, rows: usize, readings: u32, someMissing: u32): void {
  if (readings == 0) return;
  if (someMissing) return addSomeMissing(moments, width, times, rows, readings);
  const anchorMs = load<f64>(moments);
  const firstTime = f64x2.splat(load<f64>(times) - anchorMs);
  const rowBytes = <usize>width << 2;
  const end = rows + <usize>readings * rowBytes;
  const count = f64x2.splat(<f64>readings);
  const share = f64x2.splat(1 / <f64>readings);
  let times1: f64 = 0;
  let times2: f64 = 0;
  for (let i: usize = 0; i < <usize>readings; i++) {
    const u = load<f64>(times + (i << 3)) - load<f64>(times);
    times1 += u;
    times2 += u * u;
  }
  const sumOfTimes = f64x2.splat(times1);
  const sumOfSquares = f64x2.splat(times2);
  let pair = moments + HEAD_BYTES;
  for (let column = rows; column < rows + rowBytes; column += 8, pair += PAIR_BYTES) {
    const firstValue = f64x2.promote_low_f32x4(v128.load64_zero(column));
    let values1 = f64x2.splat(0);
    let both = f64x2.splat(0);
    let values2 = f64x2.splat(0);
    let time = times;
    for (let row = column; row < end; row += rowBytes, time += 8) {
      const u = f64x2.splat(load<f64>(time) - load<f64>(times));
      const d = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(row)), firstValue);
      values1 = f64x2.add(values1, d);
      both = f64x2.add(both, f64x2.mul(u, d));
      values2 = f64x2.add(values2, f64x2.mul(d, d));
    }
    addPart(pair, count, share, firstTime, firstValue, sumOfTimes, values1, sumOfSquares, both, values2);
  }
}

function addSomeMissing(moments: usize, width: u32, times: usize, rows: usize, readings: u32): void {
  const anchorMs = load<f64>(moments);
  const rowBytes = <usize>width << 2;
  const end = rows + <usize>readings * rowBytes;
  const one = f64x2.splat(1);
  const none = f64x2.splat(0);
  let pair = moments + HEAD_BYTES;
  for (let column = rows; column < rows + rowBytes; column += 8, pair += PAIR_BYTES) {
    let seen = none;
    let firstTime = none;
    let firstValue = none;
    let count = none;
    let times1 = none;
    let values1 = none;
    let times2 = none;
    let both = none;
    let values2 = none;
    let time = times;
    for (let row = column; row < end; row += rowBytes, time += 8) {
      const x = f64x2.promote_low_f32x4(v128.load64_zero(row));
      const t = f64x2.splat(load<f64>(time) - anchorMs);
      const there = f64x2.eq(x, x);
      const isFirst = v128.andnot(there, seen);
      firstTime = v128.bitselect(t, firstTime, isFirst);
      firstValue = v128.bitselect(x, firstValue, isFirst);
      seen = v128.or(seen, there);
      const u = v128.and(f64x2.sub(t, firstTime), there);
      const d = v128.and(f64x2.sub(x, firstValue), there);
      count = f64x2.add(count, v128.and(one, there));
      times1 = f64x2.add(times1, u);
      values1 = f64x2.add(values1, d);
      times2 = f64x2.add(times2, f64x2.mul(u, u));
      both = f64x2.add(both, f64x2.mul(u, d));
      values2 = f64x2.add(values2, f64x2.mul(d, d));
    }
    addPart(pair, count, f64x2.div(one, f64x2.max(count, one)), firstTime, firstValue, times1, values1, times2, both, values2);
  }
}

/**
 * Adds `count` values (`share`: 1 / count) by the sums of their differences from the first that is there, which is one of those whose squares are summed: what cancels between them and the squares about
 * the mean is at most as many units in the last place as there are values.
 */
// @ts-ignore: decorator
@inline
function addPart(pair: usize, count: v128, share: v128, firstTime: v128, firstValue: v128, times1: v128, values1: v128, times2: v128, both: v128, values2: v128): void {
  const none = f64x2.splat(0);
  const t = f64x2.mul(times1, share);
  const x = f64x2.mul(values1, share);
  merge(
    pair,
    count,
    f64x2.add(firstTime, t),
    f64x2.add(firstValue, x),
    f64x2.max(f64x2.sub(times2, f64x2.mul(times1, t)), none),
    f64x2.sub(both, f64x2.mul(times1, x)),
    f64x2.max(f64x2.sub(values2, f64x2.mul(values1, x)), none),
  );
}

// @ts-ignore: decorator
@inline
function merge(to: usize, count: v128, time: v128, value: v128, times2: v128, both: v128, values2: v128): void {
  const before = v128.load(to);
  const all = f64x2.add(before, count);
  const share = f64x2.div(count, f64x2.max(all, f64x2.splat(1)));
  const weight = f64x2.mul(before, share);
  const later = f64x2.sub(time, v128.load(to, 16));
  const more = f64x2.sub(value, v128.load(to, 32));
  v128.store(to, all);
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.mul(later, share)), 16);
  v128.store(to, f64x2.add(v128.load(to, 32), f64x2.mul(more, share)), 32);
  v128.store(to, f64x2.add(f64x2.add(v128.load(to, 48), times2), f64x2.mul(f64x2.mul(later, later), weight)), 48);
  v128.store(to, f64x2.add(f64x2.add(v128.load(to, 64), both), f64x2.mul(f64x2.mul(later, more), weight)), 64);
  v128.store(to, f64x2.add(f64x2.add(v128.load(to, 80), values2), f64x2.mul(f64x2.mul(more, more), weight)), 80);
}

/** Writes the slope of each field as f32, per second by least squares, four fields at a time: NaN for fewer than two values, for values of one time, and for what is no finite f32. */
export function writeSlope(moments: usize, width: u32, out: usize): void {
  let pair = moments + HEAD_BYTES;
  for (let field: usize = 0; field < <usize>width; field += 4, pair += 2 * PAIR_BYTES) {
    writeFinite(out + (field << 2), slopeOf(pair), slopeOf(pair + PAIR_BYTES));
  }
}

// @ts-ignore: decorator
@inline
function slopeOf(pair: usize): v128 {
  return f64x2.div(f64x2.mul(v128.load(pair, 64), f64x2.splat(1000)), v128.load(pair, 48)); // 0 by 0 is NaN
}

/** Writes the sample's standard deviation of each field as f32, likewise. */
export function writeSpread(moments: usize, width: u32, out: usize): void {
  let pair = moments + HEAD_BYTES;
  for (let field: usize = 0; field < <usize>width; field += 4, pair += 2 * PAIR_BYTES) {
    writeFinite(out + (field << 2), spreadOf(pair), spreadOf(pair + PAIR_BYTES));
  }
}

// @ts-ignore: decorator
@inline
function spreadOf(pair: usize): v128 {
  const others = f64x2.sub(v128.load(pair), f64x2.splat(1));
  return v128.bitselect(f64x2.sqrt(f64x2.div(v128.load(pair, 80), others)), f64x2.splat(NaN), f64x2.ge(others, f64x2.splat(1)));
}

/** Four f64 as f32; NaN of one kind where they are not finite: bits must not depend on the engine. */
// @ts-ignore: decorator
@inline
export function writeFinite(out: usize, low: v128, high: v128): void {
  const x = v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
  const rest = f32x4.sub(x, x);
  v128.store(out, v128.bitselect(x, f32x4.splat(NaN), f32x4.eq(rest, rest)));
}
