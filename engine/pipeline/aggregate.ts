import { MangroveError } from "../../kernel-as/errors.ts";
import type { WindowFunction } from "./user-function.ts";

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

export type Aggregate<Name extends string = string> = BuiltIn<Name> | Computed<Name>;

export interface BuiltIn<Name extends string> {
  readonly kind: AggregateKind;
  readonly field: Name;
  /** 0…100, for percentiles. */
  readonly percent: number;
}

/** By a user's function of the columns of some fields. */
export interface Computed<Name extends string = string> {
  readonly kind: "computed";
  readonly fields: readonly Name[];
  readonly compute: WindowFunction;
}

const aggregate =
  (kind: AggregateKind) =>
  <Name extends string>(field: Name): BuiltIn<Name> => ({ kind, field, percent: NaN });

/** Rows of the window. */
export function records(): BuiltIn<never> {
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
export function percentile<Name extends string>(field: Name, percent: number): BuiltIn<Name> {
  if (percent >= 0 && percent <= 100) return { kind: "percentile", field, percent };
  throw new MangroveError("MGV_USAGE", `percentile("${field}", ${percent}): it must be between 0 and 100.`);
}

export function median<Name extends string>(field: Name): BuiltIn<Name> {
  return percentile(field, 50);
}

/**
 * What `compute` makes of the window's readings: a column for each field, in order of event time, equals by arrival, NaN where a value is missing; and their event times, epoch ms.
 * It must depend on these alone. It costs all readings of the window for each result.
 */
export function computed<const Name extends string>(fields: readonly Name[], compute: WindowFunction<Name>): Computed<Name> {
  return { kind: "computed", fields, compute };
}

/** The fields that it reads. */
export function fieldsOf<Name extends string>(aggregate: Aggregate<Name>): readonly Name[] {
  if (aggregate.kind === "computed") return aggregate.fields;
  return aggregate.kind === "records" ? [] : [aggregate.field];
}
