import { MangroveError } from "../../kernel-as/errors.ts";

/** What is computed of the values of one field in a window. Missing values take no part but in `nulls`. NaN, in records `null`, where a window has too few. */
export type AggregateKind =
  /** Rows, whatever they hold. */
  | "records"
  | "count"
  | "nulls"
  | "sum"
  | "mean"
  | "min"
  | "max"
  | "first"
  | "last"
  /** Of the sample, n - 1; NaN for one value. */
  | "variance"
  | "stddev"
  /** Least squares, per second. */
  | "slope"
  /** Linear between neighbours, as DuckDB's quantile_cont. */
  | "percentile"
  /** Values equal to 1. */
  | "ones";

export interface Aggregate<Name extends string = string> {
  readonly kind: AggregateKind;
  readonly field: Name;
  /** 0…100, for percentiles. */
  readonly percent: number;
}

const aggregate =
  (kind: AggregateKind) =>
  <Name extends string>(field: Name): Aggregate<Name> => ({ kind, field, percent: NaN });

/** Rows of the window. */
export function records(): Aggregate<never> {
  return { kind: "records", field: "" as never, percent: NaN };
}

export const count = aggregate("count");
export const nulls = aggregate("nulls");
export const sum = aggregate("sum");
export const mean = aggregate("mean");
export const min = aggregate("min");
export const max = aggregate("max");
export const first = aggregate("first");
export const last = aggregate("last");
export const variance = aggregate("variance");
export const stddev = aggregate("stddev");
export const slope = aggregate("slope");
export const ones = aggregate("ones");

/** Throws `MGV_USAGE` outside of 0…100. */
export function percentile<Name extends string>(field: Name, percent: number): Aggregate<Name> {
  if (percent >= 0 && percent <= 100) return { kind: "percentile", field, percent };
  throw new MangroveError("MGV_USAGE", `percentile("${field}", ${percent}): it must be between 0 and 100.`);
}

export function median<Name extends string>(field: Name): Aggregate<Name> {
  return percentile(field, 50);
}
