import type { DuckDBValue } from "@duckdb/node-api";

/** A value as a person reads it, times in UTC; null: there is none. */
export function textOf(value: DuckDBValue): string | null {
  return value === null ? null : String(value);
}

/** A number as it is; NaN for what is none. */
export function numberOf(value: DuckDBValue): number {
  const json = jsonOf(value);
  return typeof json === "number" ? json : NaN;
}

/** A value as JSON has it: times as `2026-11-23T06:30:00Z`, whole numbers beyond 2^53 as texts, numbers that are none as null. */
export function jsonOf(value: DuckDBValue): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if ("toDouble" in value) return value.toDouble();
  if ("items" in value) return value.items.map(jsonOf);
  if ("entries" in value) {
    const { entries } = value;
    if (Array.isArray(entries)) return entries.map(({ key, value: each }) => ({ key: jsonOf(key), value: jsonOf(each) }));
    return Object.fromEntries(Object.entries(entries).map(([name, each]) => [name, jsonOf(each)]));
  }
  const text = String(value);
  return /^\d{4,6}-\d\d-\d\d \d\d:/.test(text) && !("bytes" in value) ? `${text.replace(" ", "T").replace(/\+00$/, "")}Z` : text;
}
