/** What {@link writeTime} writes at most: `+275760-09-13T00:00:00.000Z`, and beyond it. */
export const TIME_ROOM: u32 = 32;

const DAY_MS: f64 = 86_400_000;

/** The furthest time from 1970 that a Date can hold. */
const FURTHEST_MS: f64 = 8.64e15;

/** Day number and text of the day that was written last: readings follow each other. */
let lastDay: f64 = NaN;
const lastDate: usize = memory.data(16);
let lastBytes: usize = 0;

/** Epoch ms as Date.toISOString writes it, without quotation marks, years beyond 0000…9999 with sign and six digits. Returns the end, or 0 for NaN and what is no Date. */
export function writeTime(out: usize, timeMs: f64): usize {
  if (!(abs(timeMs) <= FURTHEST_MS)) return 0;
  const whole = trunc(timeMs);
  const day = floor(whole / DAY_MS);
  if (day != lastDay) {
    lastDay = day;
    lastBytes = writeDate(lastDate, <i32>day) - lastDate;
  }
  v128.store(out, v128.load(lastDate));
  out += lastBytes;
  const ms = <u32>(whole - day * DAY_MS);
  const second = ms / 1000;
  const minute = second / 60;
  const hour = minute / 60;
  store<u8>(out, 84);
  twoDigits(out + 1, hour);
  store<u8>(out, 58, 3);
  twoDigits(out + 4, minute - hour * 60);
  store<u8>(out, 58, 6);
  twoDigits(out + 7, second - minute * 60);
  store<u8>(out, 46, 9);
  const thousandths = ms - second * 1000;
  const hundredths = thousandths / 10;
  twoDigits(out + 10, hundredths);
  store<u16>(out, <u16>(thousandths - hundredths * 10) + 0x5a30, 12);
  return out + 14;
}

/** Days since 1970 to year, month and day: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days. Years begin in March. */
function writeDate(out: usize, days: i32): usize {
  const z = days + 719_468;
  const era = (z >= 0 ? z : z - 146_096) / 146_097;
  const ofEra = z - era * 146_097;
  const yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
  const ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const fromMarch = (5 * ofYear + 2) / 153;
  const dayOfMonth = ofYear - (153 * fromMarch + 2) / 5 + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + i32(month <= 2);
  let size = <u32>abs(year);
  if (year < 0 || year > 9999) {
    store<u8>(out, year < 0 ? 45 : 43);
    twoDigits(out + 1, size / 10_000);
    size %= 10_000;
    out += 3;
  }
  twoDigits(out, size / 100);
  twoDigits(out + 2, size % 100);
  store<u8>(out, 45, 4);
  twoDigits(out + 5, month);
  store<u8>(out, 45, 7);
  twoDigits(out + 8, dayOfMonth);
  return out + 10;
}

// @ts-ignore: decorator
@inline
function twoDigits(out: usize, x: u32): void {
  const tens = (x * 103) >> 10;
  store<u16>(out, <u16>(tens | ((x - tens * 10) << 8)) + 0x3030);
}
