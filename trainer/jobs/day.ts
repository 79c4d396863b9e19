import { momentOf, wallMs } from "../next-run.ts";

const DAY_MS = 86_400_000;

/** The day before a moment by the clock of a time zone: its date, its first moment, and that of the day after; 23 or 25 hours where clocks are put forward or back. */
export function yesterdayOf(atMs: number, timeZone: string): { readonly day: string; readonly fromMs: number; readonly toMs: number } {
  const today = Math.floor(wallMs(timeZone, atMs) / DAY_MS) * DAY_MS;
  return { day: new Date(today - DAY_MS).toISOString().slice(0, 10), fromMs: momentOf(timeZone, today - DAY_MS), toMs: momentOf(timeZone, today) };
}
