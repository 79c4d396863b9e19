import { MangroveError } from "../../kernel-as/errors.ts";
import type { TimeKind } from "./columns.ts";
import type { Guess } from "./guess.ts";
import type { Sample } from "./sample.ts";

/** How a line for people names a kind of time. */
export const timeTexts: Readonly<Record<TimeKind, string>> = {
  s: "epoch seconds",
  ms: "epoch milliseconds",
  us: "epoch microseconds",
  ns: "epoch nanoseconds",
  iso: "ISO 8601",
  zoned: "date, time and zone, not as ISO 8601 has them",
  local: "date and time",
};

/** Throws `MGV_USAGE` for times that the pipeline could not read. `path` is of the file that messages are from, of which a copy can be made; null: a topic, whose records have times of their own. `isNone`: somebody said that there is none. */
export function checkTime({ time }: Guess, { messages }: Sample, { path, isNone }: { path: string | null; isNone: boolean }): void {
  if (time === null) {
    if (path === null) return;
    if (isNone) throw new MangroveError("MGV_USAGE", `--time none is for a topic, whose records have times of their own: ${path} needs a column of times.`);
    const names = [...new Set(messages.flatMap((message) => Object.keys(message)))];
    throw new MangroveError("MGV_USAGE", `Nothing in ${path} looks like a time, and no pipeline can replay it without: ${names.map((name) => JSON.stringify(name)).join(", ")}. Name what holds the time with --time, or add it: epoch seconds, milliseconds or ISO 8601, such as 2026-02-28T06:30:00Z.`);
  }
  const { name, time: kind } = time.column;
  const isFine = kind === "us" || kind === "ns";
  if (!isFine && (path !== null || (kind !== "zoned" && kind !== "local"))) return;
  const instead = path === null ? "--time names another key, --time none takes the time of each record." : "--time names another column.";
  throw new MangroveError("MGV_USAGE", `The times under ${JSON.stringify(name)} are ${timeTexts[kind]}, which no pipeline reads. Have them written as epoch milliseconds, or as ISO 8601 such as 2026-02-28T06:30:00Z; ${instead}`);
}
