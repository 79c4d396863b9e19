import type { ErrorCode } from "../../kernel-as/errors.ts";
import type { Field, Schema } from "../../kernel-as/schema.ts";
import { isoTimeMs } from "./iso-time.ts";

/** A number from here on is epoch ms, of March 1973 and later; one below is epoch seconds, up to the year 5138. */
export const FIRST_MS = 1e11;

/** What is wrong with one value of a message. */
export interface Problem {
  readonly code: ErrorCode;
  /** The key that the message should have had, as the schema spells it. */
  readonly field: string;
  readonly detail: string;
}

/** Spelled as the original system marks a missing value in its messages. */
const NULL_MARKER = "NULL";

function isNull(value: unknown): boolean {
  return value === null || value === NULL_MARKER;
}

/** The value of a field, NaN where it may be and is missing; `undefined` stands for a key that is not there. */
export function fieldValue(field: Field, value: unknown): number | Problem {
  if (typeof value === "number" && value >= field.min && value <= field.max) return value;
  const problem = (code: ErrorCode, detail: string): Problem => ({ code, field: field.name, detail });
  if (value === undefined) {
    if (field.missing === "absent") return NaN;
    const hint = field.missing === "null" ? "; send null if the sensor has no value for it" : "";
    return problem("MGV_FIELD_MISSING", `${field.name} is not there${hint}`);
  }
  if (isNull(value)) {
    return field.missing === "never" ? problem("MGV_FIELD_MISSING", `${field.name} is null, a number is needed`) : NaN;
  }
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return problem("MGV_FIELD_TYPE", `${field.name} must be a number, not ${describe(value)}`);
  }
  const unit = field.unit === "" ? "" : ` ${field.unit}`;
  return problem("MGV_FIELD_RANGE", `${field.name} is ${value}, outside ${field.min}…${field.max}${unit}`);
}

/** The event time in epoch ms; `fallbackMs` (may be NaN) where the message has none. */
export function eventTime(schema: Schema, value: unknown, fallbackMs: number): number | Problem {
  const key = schema.time.keys[0]!;
  if (value === undefined || isNull(value)) {
    if (!Number.isNaN(fallbackMs)) return fallbackMs;
    return { code: "MGV_TIME", field: key, detail: `${key} is not there, and the record has no time of its own` };
  }
  let timeMs = NaN;
  if (typeof value === "number") timeMs = schema.time.unit === "s" ? value * 1000 : value;
  else if (typeof value === "string") timeMs = isoTimeMs(value);
  const isMs = schema.time.unit === "s" && typeof value === "number" && value >= FIRST_MS;
  if (timeMs >= 0 && timeMs <= 8.64e15 && !isMs) return timeMs;
  return noTime(schema, value, isMs ? " looks like milliseconds: it" : "");
}

/** Of a value that is no time in the schema's unit; `seen` says for what it is taken. */
export function noTime({ time: { keys, unit } }: Pick<Schema, "time">, value: unknown, seen: string): Problem {
  const key = keys[0]!;
  return { code: "MGV_TIME", field: key, detail: `${key}${seen} must be epoch ${unit === "s" ? "seconds" : "milliseconds"} or ISO 8601 with a zone, not ${describe(value)}` };
}

/** The label as 0 or 1, also from the strings "0" and "1"; NaN where there is none. */
export function labelValue(schema: Schema, value: unknown): number | Problem {
  if (value === undefined || isNull(value) || value === "") return NaN;
  if (value === 0 || value === "0" || value === false) return 0;
  if (value === 1 || value === "1" || value === true) return 1;
  return { code: "MGV_LABEL", field: schema.label, detail: `${schema.label} must be 0 or 1, not ${describe(value)}` };
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
