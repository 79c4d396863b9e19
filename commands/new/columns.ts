import { isoTimeMs } from "../../engine/decode/iso-time.ts";

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

/** `local`: a date and time that says no zone. */
type TimeKind = "s" | "ms" | "iso" | "local";

/** Share of the values that must agree on what they are. */
const MOST = 0.95;

/** Values that are told apart. */
const MOST_DISTINCT = 1000;

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
  const distinct = new Set(values.slice(0, 100 * MOST_DISTINCT).map(String));
  return {
    name,
    count: values.length,
    absent,
    numbers,
    distinct: Math.min(distinct.size, MOST_DISTINCT),
    time: timeKind(values),
    isBinary: distinct.size === 2 && (["0", "1"].every((each) => distinct.has(each)) || ["false", "true"].every((each) => distinct.has(each))),
    isCounter: numbers.length > 2 && numbers.every((value, i) => i === 0 || value === numbers[i - 1]! + 1),
  };
}

const LOCAL = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/** From 2001 to 2096, so that no usual measurement is taken for a time. */
const SECONDS = { least: 1e9, most: 4e9 };

function timeKind(values: readonly unknown[]): TimeKind | null {
  const isMost = (fits: (value: unknown) => boolean) => values.length > 0 && values.filter(fits).length >= MOST * values.length;
  const between = (factor: number) => (value: unknown) => typeof value === "number" && value >= SECONDS.least * factor && value <= SECONDS.most * factor;
  if (isMost(between(1))) return "s";
  if (isMost(between(1000))) return "ms";
  if (isMost((value) => typeof value === "string" && !Number.isNaN(isoTimeMs(value)))) return "iso";
  return isMost((value) => typeof value === "string" && LOCAL.test(value)) ? "local" : null;
}
