import { isoTimeMs } from "../../engine/decode/iso-time.ts";
import { timeInFull } from "./time-in-full.ts";

/** What the values under one key look like. */
export interface Column {
  readonly name: string;
  /** Values that are there. */
  readonly count: number;
  /** Messages that lack the key. */
  readonly absent: number;
  /** The numbers among them, in the order of the messages. */
  readonly numbers: readonly number[];
  readonly distinct: number;
  /** What most of its values could be as a time; null: none. */
  readonly time: TimeKind | null;
  /** Exactly 0 and 1, as numbers, texts or booleans, and both. */
  readonly isBinary: boolean;
  /** Each one more than the last: a row number, which no model should see. */
  readonly isCounter: boolean;
}

/** `zoned`: a date and time with a zone that ISO 8601 writes otherwise; `local`: one that says no zone. */
export type TimeKind = "s" | "ms" | "us" | "ns" | "iso" | "zoned" | "local";

/** Share of the values that must agree on what they are. */
const MOST = 0.95;

export function columnsOf(messages: readonly Readonly<Record<string, unknown>>[]): Column[] {
  const names = new Set(messages.flatMap((message) => Object.keys(message)));
  return [...names].map((name) => columnOf(name, messages));
}

/** Whether it may be a field: nearly all that is there are numbers. */
export function isNumeric({ numbers, count }: Column): boolean {
  return count > 0 && numbers.length >= MOST * count;
}

function columnOf(name: string, messages: readonly Readonly<Record<string, unknown>>[]): Column {
  let absent = 0;
  const values: unknown[] = [];
  for (const message of messages) {
    const value = Object.hasOwn(message, name) ? message[name] : undefined;
    if (value === undefined) absent++;
    else if (value !== null && value !== "NULL" && value !== "") values.push(value);
  }
  const numbers = values.filter((value) => typeof value === "number");
  const distinct = new Set(values.map(String));
  return {
    name,
    count: values.length,
    absent,
    numbers,
    distinct: distinct.size,
    time: timeKind(values),
    isBinary: distinct.size === 2 && (["0", "1"].every((each) => distinct.has(each)) || ["false", "true"].every((each) => distinct.has(each))),
    isCounter: numbers.length > 2 && numbers.every((value, i) => i === 0 || value === numbers[i - 1]! + 1),
  };
}

/** From 2001 to 2096, so that no usual measurement is taken for a time. */
const SECONDS = { least: 1e9, most: 4e9 };

const PER_SECOND = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 } as const;

function timeKind(values: readonly unknown[]): TimeKind | null {
  const isMost = (fits: (value: unknown) => boolean) => values.length > 0 && values.filter(fits).length >= MOST * values.length;
  const units = Object.keys(PER_SECOND) as (keyof typeof PER_SECOND)[];
  const unit = units.find((each) => isMost((value) => typeof value === "number" && value >= SECONDS.least * PER_SECOND[each] && value <= SECONDS.most * PER_SECOND[each]));
  if (unit) return unit;
  const isText = (fits: (text: string) => boolean) => isMost((value) => typeof value === "string" && fits(value));
  if (isText((text) => !Number.isNaN(isoTimeMs(text)))) return "iso";
  if (isText((text) => timeInFull(text) !== null)) return "zoned";
  return isText((text) => timeInFull(text, "Z") !== null) ? "local" : null;
}
