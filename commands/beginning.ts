import type { Beginning } from "../engine/broker/broker.ts";
import { isoTimeMs } from "../engine/decode/iso-time.ts";
import { FIRST_MS } from "../engine/decode/value.ts";
import { MangroveError } from "../kernel-as/errors.ts";

/** The last time that a `Date` can hold, epoch ms. */
const LAST_MS = 8.64e15;

/** Reads `earliest`, `latest`, a time of ISO 8601 with its zone, or epoch seconds or ms. Throws `MGV_USAGE`. */
export function beginningOf(text: string): Beginning {
  if (text === "earliest" || text === "latest") return text;
  const atMs = epochMsOf(text);
  if (!Number.isNaN(atMs)) return { atMs };
  throw new MangroveError(
    "MGV_USAGE",
    `--from must be earliest, latest or a time since 1970, not "${text}": for example --from 2026-02-28T06:30:00Z, --from 2026-02-28T07:30+01:00 or --from 1772260200 (epoch seconds; ms from ${FIRST_MS} on).`,
  );
}

/** A time of ISO 8601 with its zone, or epoch seconds or ms, as epoch ms; NaN for what is none, or is before 1970. */
export function epochMsOf(text: string): number {
  const atMs = /^\d+(\.\d+)?$/.test(text) ? ofNumber(Number(text)) : isoTimeMs(text);
  return atMs >= 0 && atMs <= LAST_MS ? atMs : NaN;
}

function ofNumber(value: number): number {
  return Math.round(value < FIRST_MS ? value * 1000 : value);
}
