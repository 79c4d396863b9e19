import type { Aggregate } from "../../kernel-as/window-spec.ts";
import type { Reading } from "./reference.ts";

/** One aggregate by its definition. Readings are in order of event time, those of one time in order of arrival. */
export function aggregateOf(aggregate: Aggregate, readings: readonly Reading[]): number {
  if (aggregate.kind === "records") return readings.length;
  const there = readings.filter(({ values }) => !Number.isNaN(values[aggregate.column]!));
  const values = there.map((reading) => reading.values[aggregate.column]!);
  switch (aggregate.kind) {
    case "count":
      return values.length;
    case "nulls":
      return readings.length - values.length;
    case "ones":
      return values.filter((x) => x === 1).length;
    case "sum":
      return sum(values);
    case "mean":
      return mean(values);
    case "min":
      return values.length === 0 ? NaN : Math.min(...values);
    case "max":
      return values.length === 0 ? NaN : Math.max(...values);
    case "first":
      return values[0] ?? NaN;
    case "last":
      return values.at(-1) ?? NaN;
    case "variance":
      return variance(values);
    case "stddev":
      return Math.sqrt(variance(values));
    case "slope":
      return slope(there.map(({ timeMs }) => timeMs), values);
    case "median":
      return percentile(values, 50);
    case "percentile":
      return percentile(values, aggregate.percent);
    default:
      return aggregate satisfies never;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, x) => total + x, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Deviations are from the mean of differences, so that values far from 0 and close together lose nothing. */
function deviations(values: readonly number[]): number[] {
  const differences = values.map((x) => x - values[0]!);
  const middle = mean(differences);
  return differences.map((x) => x - middle);
}

function variance(values: readonly number[]): number {
  return values.length < 2 ? NaN : sum(deviations(values).map((d) => d * d)) / (values.length - 1);
}

function slope(timesMs: readonly number[], values: readonly number[]): number {
  if (timesMs.every((timeMs) => timeMs === timesMs[0])) return NaN;
  const times = deviations(timesMs);
  const heights = deviations(values);
  return (sum(times.map((t, i) => t * heights[i]!)) / sum(times.map((t) => t * t))) * 1000;
}

function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * (percent / 100);
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}
