import { didYouMean } from "../kernel-as/nearest.ts";
import { featureFields, spellings, type Schema } from "../kernel-as/schema.ts";
import type { FieldWarning } from "./contract.ts";
import type { ModelOrigin } from "./options.ts";
import { pointerOf } from "./json-pointer.ts";
import type { Reading } from "./readings.ts";

/** Unknown keys of a reading that are named; the rest is ignored unseen. */
const MAX_UNKNOWN_KEYS = 10;

export interface Oddness {
  readonly schema: Schema;
  /** Event times further than this ahead of the clock are refused by the stream. */
  readonly maxAheadMs: number;
  readonly nowMs: number;
  readonly seen: ModelOrigin["seen"];
}

/** What is odd about a message; `reading` is what was read of it, null where it is not valid. */
export function warningsOf(message: unknown, reading: Reading | null, pointer: string, { schema, maxAheadMs, nowMs, seen }: Oddness): FieldWarning[] {
  if (typeof message !== "object" || message === null || Array.isArray(message)) return [];
  const keys = Object.keys(message);
  const warnings: FieldWarning[] = [];
  const warn = (key: string, detail: string) => warnings.push({ pointer: pointer + pointerOf([key]), detail });

  const known = new Set([...schema.fields.flatMap(spellings), ...schema.time.keys, ...schema.sensorKeys, schema.label]);
  for (const key of keys.filter((each) => !known.has(each)).slice(0, MAX_UNKNOWN_KEYS)) warn(key, `${JSON.stringify(key)} is ignored: the pipeline has no such field.${didYouMean(key, [...known])}`);
  for (const field of schema.fields) {
    const [used, ...others] = spellings(field).filter((key) => Object.hasOwn(message, key));
    for (const other of others) warn(other, `${JSON.stringify(other)} is ignored: ${JSON.stringify(used)} is the same field.`);
  }
  if (reading === null) return warnings;

  for (const index of featureFields(schema)) {
    const field = schema.fields[index]!;
    const value = reading.values[index]!;
    const key = spellings(field).find((each) => Object.hasOwn(message, each)) ?? field.name;
    const range = seen.find((each) => each.field === field.name);
    if (Number.isNaN(value)) warn(key, `${field.name} has no value: the model does without it.`);
    else if (range && (value < range.least || value > range.most)) warn(key, `${field.name} is ${value}; the model was trained on ${short(range.least)} to ${short(range.most)} only.`);
  }
  const aheadMs = reading.timeMs - nowMs;
  const timeKey = schema.time.keys.find((each) => Object.hasOwn(message, each));
  if (timeKey !== undefined && aheadMs > maxAheadMs) warn(timeKey, `${timeKey} is ${Math.round(aheadMs / 1000)} s ahead of the clock: the stream refuses what is ahead by more than ${maxAheadMs / 1000} s.`);
  return warnings;
}

/** The model reads f32: seven digits. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}
