import { isoTimeMs } from "../../engine/decode/iso-time.ts";

/** A date, a time and perhaps a zone, as databases and tables write them. Between slashes a year must come first: `1/2/2026` is another day here than there. */
const SHAPE = /^(\d{4}([-/])\d\d\2\d\d|\d{1,2}\.\d{1,2}\.\d{4})[ T](\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)(?: ?(Z|UTC|[+-]\d\d(?::?\d\d)?))?$/i;

/** `2026-02-28 06:30:00+0100`, `28.02.2026 06:30` and the like as the ISO 8601 that pipelines read; `zone` is of those that say none. Null for what is no such time, and for one of no zone. */
export function timeInFull(text: string, zone: string | null = null): string | null {
  const [, date, , time, own = zone] = SHAPE.exec(text) ?? [];
  if (date === undefined || own === null) return null;
  const full = `${dateInFull(date)}T${time!.replace(/^\d:/, "0$&")}${zoneInFull(own)}`;
  return Number.isNaN(isoTimeMs(full)) ? null : full;
}

function dateInFull(date: string): string {
  if (!date.includes(".")) return date.replaceAll("/", "-");
  const [day, month, year] = date.split(".");
  return `${year}-${month!.padStart(2, "0")}-${day!.padStart(2, "0")}`;
}

function zoneInFull(zone: string): string {
  if (/^(z|utc)$/i.test(zone)) return "Z";
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
