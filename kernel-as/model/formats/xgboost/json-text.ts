import { LongIntegers, Single, sortedEntries, type Document, type DocumentObject } from "./document.ts";

/** Every f32 reads back from a number of nine digits. Six are always enough to tell apart those that are not denormal. */
const MOST_DIGITS = 9;
const SURE_DIGITS = 6;
const LEAST_NORMAL = 2 ** -126;

/**
 * An f32 rounded to as few digits as read back as the same, with an exponent: XGBoost's reader takes a number without a point or an exponent for
 * an integer, and refuses it in an array of floats (include/xgboost/json.h). NaN and infinities are the names that it knows.
 */
export function floatText(value: number): string {
  const exact = Math.fround(value);
  if (exact === 0) return Object.is(exact, -0) ? "-0E0" : "0E0";
  if (!Number.isFinite(exact)) return String(exact);
  for (let digits = Math.abs(exact) < LEAST_NORMAL ? 1 : SURE_DIGITS; digits < MOST_DIGITS; digits++) {
    const short = Number(exact.toPrecision(digits));
    if (Math.fround(short) === exact) return exponential(short);
  }
  return exponential(Number(exact.toPrecision(MOST_DIGITS)));
}

function exponential(value: number): string {
  return value.toExponential().replace("e+", "E").replace("e", "E");
}

/** A document as XGBoost's JSON, members by name. */
export function jsonText(document: Document): string {
  if (document === null || typeof document === "boolean" || typeof document === "string") return JSON.stringify(document);
  if (typeof document === "number") return Number.isFinite(document) ? JSON.stringify(document) : String(document);
  if (document instanceof Single) return floatText(document.value);
  if (document instanceof Float32Array) return `[${Array.from(document, floatText).join(",")}]`;
  if (document instanceof Float64Array) return `[${Array.from(document, exponential).join(",")}]`;
  if (document instanceof LongIntegers) return `[${document.values.join(",")}]`;
  if (ArrayBuffer.isView(document)) return `[${document.join(",")}]`;
  if (Array.isArray(document)) return `[${document.map(jsonText).join(",")}]`;
  return `{${sortedEntries(document as DocumentObject).map(([name, value]) => `${JSON.stringify(name)}:${jsonText(value)}`).join(",")}}`;
}
