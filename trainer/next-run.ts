/** When a job is due, by the clock on a wall. */
export interface Timetable {
  /** 24: each day at `hour`; less: so often, counted from `hour`, rounded down to what divides a day; more: every so many whole days at `hour`; 0: never. */
  readonly everyHours: number;
  /** 0…23. */
  readonly hour: number;
  /** On this day of the week alone, 0 (Sunday) to 6; every day without it. */
  readonly weekday?: number;
  /** IANA, such as `Europe/Berlin`. */
  readonly timeZone: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Hours of a wall clock that divide a day. */
const STEPS = [12, 8, 6, 4, 3, 2, 1];

/**
 * When the next run is due, epoch ms; null for never. One that should have begun since `lastMs` (the beginning of the last one; of the program, if there was none) and did not is due at once, once for all that were missed.
 * Each hour of the table comes once: one that the clocks leave out when they are put forward is due as they are, one that comes twice when they are put back is due the first time.
 *
 *     last ──┬── due ──┬── due ──┬── now ────┬── due      now: both were missed, and one run makes up for them
 *     last ──┬── due ──┬── last ────── now ──┬── due      due
 */
export function nextRun(table: Timetable, { lastMs, nowMs }: { lastMs: number; nowMs: number }): number | null {
  if (table.everyHours === 0) return null;
  const days = table.everyHours >= 24 ? Math.floor(table.everyHours / 24) : 1;
  const around = dueAround(table, nowMs, days);
  const missed = around.some((dueMs) => dueMs > lastMs && dueMs <= nowMs);
  return missed ? nowMs : (around.find((dueMs) => dueMs > nowMs) ?? null);
}

/** Of the first day that is counted: 1970 began with a Thursday. */
const FIRST_WEEKDAY = 4;

/** Moments from the last one before to the first one after, and some more. */
function dueAround({ everyHours, hour, weekday, timeZone }: Timetable, nowMs: number, days: number): number[] {
  const step = everyHours >= 24 ? 24 : (STEPS.find((each) => each <= everyHours) ?? 1);
  const hours = Array.from({ length: 24 / step }, (_, i) => (hour + i * step) % 24).sort((a, b) => a - b);
  const today = Math.floor(wallMs(timeZone, nowMs) / DAY_MS);
  const moments = new Set<number>();
  const reach = weekday === undefined ? days + 1 : 8;
  for (let day = today - reach; day <= today + reach; day++) {
    if (weekday === undefined ? day % days !== 0 : (day + FIRST_WEEKDAY) % 7 !== weekday) continue;
    for (const each of hours) moments.add(momentOf(timeZone, day * DAY_MS + each * HOUR_MS));
  }
  return [...moments].sort((a, b) => a - b);
}

/** The first moment at which the clock on the wall shows this time or has jumped over it. */
export function momentOf(timeZone: string, targetMs: number): number {
  const before = targetMs - offsetMs(timeZone, targetMs - DAY_MS);
  const after = targetMs - offsetMs(timeZone, targetMs + DAY_MS);
  const exact = [before, after].filter((moment) => wallMs(timeZone, moment) === targetMs);
  return exact.length > 0 ? Math.min(...exact) : before;
}

/** What the clock on the wall shows, as if it were UTC. */
export function wallMs(timeZone: string, moment: number): number {
  return moment + offsetMs(timeZone, moment);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetMs(timeZone: string, moment: number): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
    formats.set(timeZone, format);
  }
  const parts = format.formatToParts(moment);
  const of = (name: Intl.DateTimeFormatPartTypes) => Number(parts.find(({ type }) => type === name)!.value);
  const shown = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return shown - Math.floor(moment / 1000) * 1000;
}
