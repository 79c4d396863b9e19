import { MangroveError } from "../kernel-as/errors.ts";

/** Throws `MGV_CONFIG` for a name that is no time zone. */
export function checkedTimeZone(timeZone: string): string {
  try {
    Intl.DateTimeFormat("en-US", { timeZone });
    return timeZone;
  } catch (cause) {
    throw new MangroveError("MGV_CONFIG", `There is no time zone ${JSON.stringify(timeZone)}. Name one as Europe/Berlin, America/New_York or UTC.`, { cause });
  }
}

/** Of the machine. */
export function ownTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
