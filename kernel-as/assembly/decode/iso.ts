/** Two digits at `p`, or something above 99. */
// @ts-ignore: decorator
@inline
function two(p: usize): u32 {
  const tens = <u32>load<u8>(p) - 0x30;
  const ones = <u32>load<u8>(p, 1) - 0x30;
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : 100;
}

const DAYS: StaticArray<u32> = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days from 1970-01-01 to a date of the Gregorian calendar: years begin in March, so that the leap day is the last. */
function daysTo(year: i32, month: i32, day: i32): i32 {
  const y = month > 2 ? year + 400 : year + 399; // the calendar repeats after 400 years
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return y * 365 + y / 4 - y / 100 + y / 400 + dayOfYear - 719468 - 146097;
}

/** The epoch ms of an ISO 8601 time, NaN for what `engine/decode/iso-time.ts` does not take. Reads nothing from `end` on. */
export function isoTimeMs(p: usize, end: usize): f64 {
  if (end - p < 17) return NaN; // 2026-01-01T00:00Z
  const century = two(p);
  const years = two(p + 2);
  const month = two(p + 5);
  const day = two(p + 8);
  const hour = two(p + 11);
  const minute = two(p + 14);
  if (load<u8>(p, 4) != 0x2d || load<u8>(p, 7) != 0x2d || load<u8>(p, 10) != 0x54 || load<u8>(p, 13) != 0x3a) return NaN;
  if (century > 99 || years > 99 || month < 1 || month > 12 || day < 1 || day > 99 || hour > 23 || minute > 59) return NaN;
  const year = century * 100 + years;
  const isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (day > unchecked(DAYS[month - 1]) + u32(isLeap && month == 2)) return NaN;
  p += 16;
  let second: u32 = 0;
  let milliseconds: u32 = 0;
  if (load<u8>(p) == 0x3a) {
    if (end - p < 4) return NaN;
    second = two(p + 1);
    if (second > 59) return NaN;
    p += 3;
    if (load<u8>(p) == 0x2e) {
      const point = ++p;
      let scale: u32 = 100;
      for (let d: u32; p < end && (d = <u32>load<u8>(p) - 0x30) <= 9; p++) {
        milliseconds += d * scale;
        scale /= 10;
      }
      if (p == point || p == end) return NaN;
    }
  }
  let zone: i32 = 0;
  const sign = load<u8>(p);
  if (sign == 0x5a) p++;
  else {
    if ((sign != 0x2b && sign != 0x2d) || end - p != 6 || load<u8>(p, 3) != 0x3a) return NaN;
    const hours = two(p + 1);
    const minutes = two(p + 4);
    if (hours > 23 || minutes > 59) return NaN;
    zone = <i32>(hours * 60 + minutes) * (sign == 0x2d ? -1 : 1);
    p += 6;
  }
  if (p != end) return NaN;
  const minutes = <f64>daysTo(year, month, day) * 1440 + <f64>(<i32>(hour * 60 + minute) - zone);
  return (minutes * 60 + <f64>second) * 1000 + <f64>milliseconds;
}
