import { MangroveError } from "../../kernel-as/errors.ts";

const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

type Unit = keyof typeof MS;

/** A span of time as people write it: `"500ms"`, `"5s"`, `"1m"`, `"2h"`, `"1d"`. */
export type Duration = `${number}${Unit}`;

/** Spelled out, as flags may have it: `"5 minutes"`. */
const LONG_UNITS: readonly (readonly [RegExp, Unit])[] = [
  [/^millis(econds?)?$/, "ms"],
  [/^sec(onds?)?$/, "s"],
  [/^min(utes?)?$/, "m"],
  [/^(hours?|hrs?)$/, "h"],
  [/^days?$/, "d"],
];

/** A duration in milliseconds, above 0 unless `zero` is allowed. Throws `MGV_USAGE`, which names `what` was given it. */
export function durationMs(text: string, what: string, options: { zero?: boolean } = {}): number {
  const [, number, word] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text) ?? [];
  const unit = word === undefined ? undefined : unitOf(word.toLowerCase());
  const ms = unit === undefined ? NaN : Number(number) * MS[unit];
  if (ms > 0 || (options.zero && ms === 0)) return ms;
  const least = options.zero ? "" : " above 0";
  throw new MangroveError("MGV_USAGE", `${what} is "${text}"; it must be a number${least} and a unit, such as 500ms, 5s, 1m, 2h or 1d.`);
}

function unitOf(word: string): Unit | undefined {
  return Object.hasOwn(MS, word) ? (word as Unit) : LONG_UNITS.find(([pattern]) => pattern.test(word))?.[1];
}

/** In the largest unit that divides it: 90,000 is `90s`, 60,000 is `1m`. */
export function durationText(ms: number): Duration {
  const unit = (["d", "h", "m", "s"] as const).find((each) => ms >= MS[each] && ms % MS[each] === 0) ?? "ms";
  return `${ms / MS[unit]}${unit}`;
}
