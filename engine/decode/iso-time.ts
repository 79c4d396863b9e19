/** What is taken of ISO 8601: a date, a time to the minute, the second or a fraction of it, and a zone. */
const SHAPE = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d))$/;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The epoch ms of `2026-02-28T23:59:59.999+01:00` and the like, NaN for what is not such a time. Years are 0000 to 9999 of the Gregorian calendar, also where
 * it was not yet used; seconds may be left out; of a fraction milliseconds count and the rest is cut off; zones are `Z` or `±HH:MM` up to 23:59. Hour 24, second 60 and
 * days that a month does not have are refused. `Date.parse` takes some of those, and not the same on every runtime.
 */
export function isoTimeMs(text: string): number {
  const match = SHAPE.exec(text);
  if (!match) return NaN;
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [number, number, number, number, number];
  const second = Number(match[6] ?? 0);
  const milliseconds = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const [zoneHour, zoneMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month < 1 || month > 12 || day < 1 || day > DAYS[month - 1]! + (isLeap && month === 2 ? 1 : 0)) return NaN;
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return NaN;
  const zoneMs = (match[8] === "-" ? -1 : 1) * (zoneHour * 60 + zoneMinute) * 60_000;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // unlike Date.UTC, also for the years 0 to 99
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds - zoneMs;
}
