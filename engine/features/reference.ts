import { log } from "../../kernel-as/assembly/math.ts";
import { featureFields } from "../../kernel-as/schema.ts";
import type { Batch } from "../batch.ts";
import type { Derivation } from "./derived.ts";
import type { FeatureSpec } from "./features.ts";
import { defaultTrailing, isOnce, type TrailingFeature } from "./trailing-kinds.ts";

/** The oracle of {@link FeatureState}: every reading looks through all that came before it. Row-major f32. */
export function referenceFeatures(spec: FeatureSpec, batch: Batch): Float32Array {
  const fields = featureFields(spec.schema);
  const retentionMs = Math.max(0, ...spec.spansMs) + spec.maxOutOfOrdernessMs;
  const features: number[] = [];
  const { trailing = defaultTrailing } = spec;
  /** All that is computed of a value begins with it as f32. */
  const valueOf = (index: number, row: number) => Math.fround(batch.columns[index]![row]!);
  for (let row = 0; row < batch.count; row++) {
    const timeMs = batch.timesMs[row]!;
    const earlier = Array.from({ length: row + 1 }, (_, i) => i).filter((i) => batch.sensors[i] === batch.sensors[row]);
    const newestMs = Math.max(...earlier.map((i) => batch.timesMs[i]!));
    const tooLate = timeMs <= newestMs - retentionMs;
    const kept = earlier.filter((i) => batch.timesMs[i]! > newestMs - retentionMs);
    features.push(...fields.map((index) => valueOf(index, row)));
    const named = (name: string) => valueOf(spec.schema.fields.findIndex((field) => field.name === name), row);
    features.push(...Object.values(spec.derived ?? {}).map((derivation) => derive(derivation, named)));
    const seenIn = (index: number, fromMs: number, toMs: number): Seen[] =>
      tooLate
        ? []
        : kept
            .filter((i) => batch.timesMs[i]! > fromMs && batch.timesMs[i]! <= toMs)
            .sort((a, b) => batch.timesMs[b]! - batch.timesMs[a]! || b - a)
            .map((i) => ({ s: (batch.timesMs[i]! - timeMs) / 1000, x: valueOf(index, i) }))
            .filter(({ x }) => !Number.isNaN(x));
    for (const spanMs of spec.spansMs) {
      for (const kind of trailing) {
        if (!isOnce(kind)) features.push(...fields.map((index) => lookBack(kind, valueOf(index, row), seenIn(index, timeMs - spanMs, timeMs))));
      }
    }
    const longestMs = spec.spansMs.at(-1);
    if (longestMs === undefined) continue;
    if (trailing.includes("baseline")) features.push(...fields.map((index) => valueOf(index, row) - mean(seenIn(index, timeMs - longestMs, timeMs - longestMs / 2).map(({ x }) => x))));
    if (!trailing.includes("alone")) continue;
    const others = tooLate ? [] : kept.filter((i) => i !== row && batch.timesMs[i]! > timeMs - longestMs && batch.timesMs[i]! <= timeMs);
    features.push(...fields.map((index) => (others.length > 0 ? NaN : valueOf(index, row))));
  }
  return Float32Array.from(features);
}

/** A value and its time in seconds, from any beginning. */
interface Seen {
  readonly s: number;
  readonly x: number;
}

/** NaN of none. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

function lookBack(kind: Exclude<TrailingFeature, "baseline" | "alone">, value: number, seen: readonly Seen[]): number {
  if (seen.length < 2) return NaN;
  const meanX = mean(seen.map(({ x }) => x));
  if (kind === "change") return value - meanX;
  if (kind === "level") return finite(meanX);
  const meanS = mean(seen.map(({ s }) => s));
  const total = (of: (s: number, x: number) => number) => seen.reduce((sum, { s, x }) => sum + of(s - meanS, x - meanX), 0);
  if (kind === "spread") return finite(Math.sqrt(total((_, x) => x * x) / (seen.length - 1)));
  return seen.every(({ s }) => s === seen[0]!.s) ? NaN : finite(total((s, x) => s * x) / total((s) => s * s));
}

/** NaN for what is no finite f32. */
function finite(value: number): number {
  return Number.isFinite(Math.fround(value)) ? value : NaN;
}

function derive(derivation: Derivation, of: (field: string) => number): number {
  return finite(compute(derivation, of));
}

function compute(derivation: Derivation, of: (field: string) => number): number {
  if ("product" in derivation) return of(derivation.product[0]) * of(derivation.product[1]);
  if ("ratio" in derivation) return of(derivation.ratio[0]) / of(derivation.ratio[1]);
  if ("sum" in derivation) return of(derivation.sum[0]) + (derivation.weight ?? 1) * of(derivation.sum[1]);
  if ("log" in derivation) return log(of(derivation.log) + (derivation.plus ?? 0));
  return Math.abs(of(derivation.distance) - derivation.from);
}
