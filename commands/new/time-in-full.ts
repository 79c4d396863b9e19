import { isoTimeMs } from "../../engine/decode/iso-time.ts";

/** A date, a time and perhaps a zone, as databases and tables write them. */
const SHAPE = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?: ?(Z|UTC|[+-]\d\d(?::?\d\d)?))?$/i;

/** `2026-02-28 06:30:00+0100` and the like as the ISO 8601 that pipelines read; `zone` is of those that say none. Null for what is no such time, and for one of no zone. */
export function timeInFull(text: string, zone: string | null = null): string | null {
  const [, date, time, own = zone] = SHAPE.exec(text) ?? [];
  if (date === undefined || own === null) return null;
  const full = `${date}T${time}${zoneInFull(own)}`;
  return Number.isNaN(isoTimeMs(full)) ? null : full;
}

function zoneInFull(zone: string): string {
  if (/^(z|utc)$/i.test(zone)) return "Z";
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
