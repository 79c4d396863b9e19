import { isoTimeMs } from "../../engine/decode/iso-time.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { columnsOf, isNumeric, type Column } from "./columns.ts";
import { guessLabel } from "./label.ts";
import type { Sample } from "./sample.ts";
import { timeInFull } from "./time-in-full.ts";

/** What somebody has said instead of leaving it to be guessed. */
export interface Said {
  /** Null: the records' own times count. */
  readonly time?: string | null | undefined;
  readonly key?: string | undefined;
  /** Null: there is none. */
  readonly label?: string | null | undefined;
}

/** What messages are taken for. */
export interface Guess {
  /** Null: the records' own times count. */
  readonly time: { readonly column: Column; readonly unit: "s" | "ms" } | null;
  /** Names the sensor; null: the record's key does, or all is of one. */
  readonly key: Column | null;
  readonly label: Column | null;
  /** Why it is this one, or none. */
  readonly labelReason: string;
  readonly fields: readonly Column[];
  /** Fields that tell which row it is, or when it was written: no model should see them. */
  readonly unseen: readonly string[];
  /** Neither number nor anything else that is used. */
  readonly ignored: readonly string[];
  readonly sensors: number;
  /** Median time between two readings of a sensor, ms; null where there are no times. */
  readonly intervalMs: number | null;
  /** How far a reading came behind a later one of its sensor at the most, ms. */
  readonly disorderMs: number;
}

const TIME_NAME = /^(utc|ts|t|time|date|datetime|timestamp|event.?time|measured.?at|created.?at|.*time(stamp)?)([_ .-](ms|us|ns))?$/i;
const KEY_NAME = /^(.*(sensor|device|machine|room|asset|unit|station|node|equipment|line|site|zone|name).*|.*_?id)$/i;

const ID_NAME = /^(.*[_ .-])?id$/i;

/** Throws `MGV_USAGE` for names that the messages do not have. */
export function guess(sample: Sample, said: Said = {}): Guess {
  const columns = columnsOf(sample.messages);
  const named = (name: string) => {
    const column = columns.find((each) => each.name === name);
    if (column) return column;
    const names = columns.map((each) => each.name);
    throw new MangroveError("MGV_USAGE", `The messages have no ${JSON.stringify(name)}.${didYouMean(name, names)} They have ${names.map((each) => JSON.stringify(each)).join(", ")}.`);
  };
  const time = said.time === undefined ? timeOf(columns) : said.time === null ? null : named(said.time);
  const { column: label, reason: labelReason } =
    said.label === undefined ? guessLabel(columns.filter((each) => each !== time && each.name !== said.key)) : { column: said.label === null ? null : named(said.label), reason: "--label says so" };
  const others = columns.filter((each) => each !== time && each !== label);
  const isFewNames = (each: Column) => each.count > 0 && each.distinct <= Math.max(1, each.count / 4) && (!isNumeric(each) || each.numbers.every(Number.isInteger));
  const key = said.key === undefined ? (others.find((each) => KEY_NAME.test(each.name) && isFewNames(each)) ?? others.find((each) => !isNumeric(each) && each.distinct > 1 && isFewNames(each)) ?? null) : named(said.key);
  const fields = others.filter((each) => each !== key && isNumeric(each));
  if (fields.length === 0) throw new MangroveError("MGV_USAGE", `The messages hold no numbers that could be fields: ${columns.map((each) => each.name).join(", ")}.`);
  const unit = time?.time === "ms" ? "ms" : "s";
  return {
    time: time && { column: time, unit },
    key,
    label,
    labelReason,
    fields,
    unseen: fields.filter(isMark).map((each) => each.name),
    ignored: others.filter((each) => each !== key && !isNumeric(each)).map((each) => each.name),
    ...paceOf(sample, time && { name: time.name, unit }, key?.name ?? null),
  };
}

/** The one whose name fits, else the first; one so fine that no pipeline reads it where there is no other, unless it may be the number of something. */
function timeOf(columns: readonly Column[]): Column | null {
  const times = columns.filter((each) => each.time !== null);
  const isNamed = ({ name }: Column) => TIME_NAME.test(name);
  return times.find((each) => isNamed(each) && !isFine(each)) ?? times.find(isNamed) ?? times.find((each) => !isFine(each)) ?? times.find(({ name }) => !KEY_NAME.test(name)) ?? null;
}

function isFine({ time }: Column): boolean {
  return time === "us" || time === "ns";
}

/** A row number, a number that each row has for itself, or another time than the one that counts. */
function isMark(column: Column): boolean {
  const { name, time, isCounter, distinct, count, numbers } = column;
  return isCounter || isFine(column) || (time !== null && TIME_NAME.test(name)) || (ID_NAME.test(name) && distinct === count && numbers.every(Number.isInteger));
}

function paceOf({ messages, keys }: Sample, time: { name: string; unit: "s" | "ms" } | null, key: string | null): Pick<Guess, "sensors" | "intervalMs" | "disorderMs"> {
  const newest = new Map<string, number>();
  const gaps: number[] = [];
  let disorderMs = 0;
  for (const [i, message] of messages.entries()) {
    const sensor = key === null ? (keys[i] ?? "") : String(message[key]);
    const atMs = time === null ? NaN : timeMs(message[time.name], time.unit);
    const before = newest.get(sensor);
    if (before !== undefined && atMs > before) gaps.push(atMs - before);
    if (before !== undefined && atMs < before) disorderMs = Math.max(disorderMs, before - atMs);
    newest.set(sensor, Math.max(before ?? -Infinity, Number.isNaN(atMs) ? -Infinity : atMs));
  }
  gaps.sort((a, b) => a - b);
  return { sensors: newest.size, intervalMs: gaps[Math.floor(gaps.length / 2)] ?? null, disorderMs };
}

/** Epoch ms; NaN for what is no time. A time without a zone is taken for UTC: only differences are looked at. */
function timeMs(value: unknown, unit: "s" | "ms"): number {
  if (typeof value === "number") return unit === "s" ? value * 1000 : value;
  if (typeof value !== "string") return NaN;
  return isoTimeMs(timeInFull(value, "Z") ?? "");
}
