import { LAST_TIME_MS } from "../../kernel-as/window-spec.ts";

export const DAY_MS = 86_400_000;

/** The last one that a Date can tell: windows may end later, and count to it. */
const LAST_DAY_MS = LAST_TIME_MS;

/** The UTC days of times in epoch ms, each time rounded to the next ms: rising, each by its first ms. */
export function daysOf(parts: readonly Float64Array[]): number[] {
  const days = new Set<number>();
  let day = NaN;
  for (const times of parts) {
    for (let i = 0; i < times.length; i++) {
      const timeMs = times[i]!;
      if (timeMs >= day - 0.5 && timeMs < day + DAY_MS - 0.5) continue;
      day = Math.min(Math.floor(Math.round(timeMs) / DAY_MS) * DAY_MS, LAST_DAY_MS);
      days.add(day);
    }
  }
  return [...days].sort((a, b) => a - b);
}

/** The first ms of the day after; Infinity: there is none. */
export function dayAfter(dayMs: number): number {
  return dayMs < LAST_DAY_MS ? dayMs + DAY_MS : Infinity;
}

/** The first ms of a date as {@link dateOf} gives it. */
export function dayOf(date: string): number {
  const [year = "", month, day] = date.split("-");
  return Date.parse(`${year.length > 4 ? `+${year.padStart(6, "0")}` : year}-${month}-${day}T00:00:00Z`);
}

/** As `2026-11-23`; years beyond 9999 take more digits. */
export function dateOf(dayMs: number): string {
  return new Date(dayMs).toISOString().replace(/^\+0*|T.*$/g, "");
}
