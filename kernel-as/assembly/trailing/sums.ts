import { writeFinite } from "./moments";

/*
 * Sums of fields over readings: `width` f64, the fields rounded up to a multiple of four, and how many readings lack each field. Readings are f32 [width], NaN
 * missing, and summed as f64. Sums only grow: what leaves a span is summed anew without it.
 */

/** The sum of some readings while it is made. In this process only. */
@unmanaged
export class Sums {
  values: usize; // f64 [width]
  missing: usize; // u32 [width]
  readings: u32;
  someMissing: u32; // 0: `missing` is all zeros
}

export function newSums(width: u32): Sums {
  const sums = changetype<Sums>(heap.alloc(offsetof<Sums>()));
  sums.values = heap.alloc(<usize>width << 3);
  sums.missing = heap.alloc(<usize>width << 2);
  return sums;
}

export function freeSums(sums: Sums): void {
  heap.free(sums.values);
  heap.free(sums.missing);
  heap.free(changetype<usize>(sums));
}

export function clear(sums: Sums, width: u32): void {
  const none = i32x4.splat(0);
  for (let field: usize = 0; field < <usize>width; field += 4) {
    v128.store(sums.values + (field << 3), none);
    v128.store(sums.values + (field << 3), none, 16);
    v128.store(sums.missing + (field << 2), none);
  }
  sums.readings = 0;
  sums.someMissing = 0;
}

// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

/** Adds `readings` rows that lie one behind the other. */
export function addReadings(sums: Sums, width: u32, rows: usize, readings: u32, someMissing: u32): void {
  const rowBytes = <usize>width << 2;
  const end = rows + <usize>readings * rowBytes;
  sums.readings += readings;
  sums.someMissing |= someMissing;
  for (let field: usize = 0; field < <usize>width; field += 4) {
    const place = sums.values + (field << 3);
    let low = v128.load(place);
    let high = v128.load(place, 16);
    if (someMissing) {
      let absent = v128.load(sums.missing + (field << 2));
      for (let row = rows + (field << 2); row < end; row += rowBytes) {
        const x = v128.load(row);
        const there = f32x4.eq(x, x);
        absent = i32x4.add(absent, i32x4.add(there, i32x4.splat(1)));
        const value = v128.and(x, there);
        low = f64x2.add(low, f64x2.promote_low_f32x4(value));
        high = f64x2.add(high, upper(value));
      }
      v128.store(sums.missing + (field << 2), absent);
    } else {
      for (let row = rows + (field << 2); row < end; row += rowBytes) {
        const x = v128.load(row);
        low = f64x2.add(low, f64x2.promote_low_f32x4(x));
        high = f64x2.add(high, upper(x));
      }
    }
    v128.store(place, low);
    v128.store(place, high, 16);
  }
}

/** Adds f64 [width] at `from` to those at `to`. */
// @ts-ignore: decorator
@inline
export function addValues(to: usize, from: usize, width: u32): void {
  const end = to + (<usize>width << 3);
  for (; to < end; to += 32, from += 32) {
    v128.store(to, f64x2.add(v128.load(to), v128.load(from)));
    v128.store(to, f64x2.add(v128.load(to, 16), v128.load(from, 16)), 16);
  }
}

// @ts-ignore: decorator
@inline
function countsOf(sums: Sums, field: usize, upperTwo: bool): v128 {
  const all = f64x2.splat(<f64>sums.readings);
  if (!sums.someMissing) return all;
  const absent = v128.load(sums.missing + (field << 2));
  return f64x2.sub(all, f64x2.convert_low_i32x4_u(upperTwo ? v128.shuffle<i32>(absent, absent, 2, 3, 2, 3) : absent));
}

/** Writes each field of `row` less its mean as f32, four fields at a time, also beyond the last: NaN where it is missing or there are fewer values than `least`. */
export function writeApart(sums: Sums, width: u32, row: usize, least: f64, out: usize): void {
  const all = f64x2.splat(<f64>sums.readings);
  const enough = f64x2.splat(least);
  for (let field: usize = 0; field < <usize>width; field += 4) {
    const x = v128.load(row + (field << 2));
    const place = sums.values + (field << 3);
    let lowCount = all;
    let highCount = all;
    if (sums.someMissing) {
      const absent = v128.load(sums.missing + (field << 2));
      lowCount = f64x2.sub(all, f64x2.convert_low_i32x4_u(absent));
      highCount = f64x2.sub(all, f64x2.convert_low_i32x4_u(v128.shuffle<i32>(absent, absent, 2, 3, 2, 3)));
    }
    const low = f64x2.sub(f64x2.promote_low_f32x4(x), f64x2.div(v128.load(place), lowCount));
    const high = f64x2.sub(upper(x), f64x2.div(v128.load(place, 16), highCount));
    const lowKnown = f64x2.ge(lowCount, enough);
    const highKnown = f64x2.ge(highCount, enough);
    const apart = v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
    const known = v128.and(v128.shuffle<f32>(lowKnown, highKnown, 0, 2, 4, 6), f32x4.eq(apart, apart));
    v128.store(out + (field << 2), v128.bitselect(apart, f32x4.splat(NaN), known)); // NaN of one kind: bits must not depend on the engine
  }
}

/** Writes the mean of each field as f32, likewise: NaN where there are fewer than two values. */
export function writeLevel(sums: Sums, width: u32, out: usize): void {
  for (let field: usize = 0; field < <usize>width; field += 4) {
    const place = sums.values + (field << 3);
    writeFinite(out + (field << 2), levelOf(v128.load(place), countsOf(sums, field, false)), levelOf(v128.load(place, 16), countsOf(sums, field, true)));
  }
}

// @ts-ignore: decorator
@inline
function levelOf(sum: v128, count: v128): v128 {
  return v128.bitselect(f64x2.div(sum, count), f64x2.splat(NaN), f64x2.ge(count, f64x2.splat(2)));
}
