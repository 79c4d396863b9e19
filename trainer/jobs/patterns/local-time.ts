import { literal } from "../../../engine/history/sql.ts";

/** SQL of what the clock of a time zone shows at a reading's event time. */
export function localTime(timeZone: string): string {
  return `timezone(${literal(timeZone)}, timezone('UTC', event_time))`;
}
