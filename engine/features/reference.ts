import { log } from "../../kernel-as/assembly/math.ts";
import { featureFields } from "../../kernel-as/schema.ts";
import type { Batch } from "../batch.ts";
import type { Derivation } from "./derived.ts";
import type { FeatureSpec } from "./features.ts";

/** The oracle of {@link FeatureState}: every reading looks through all that came before it. Row-major f32. */
export function referenceFeatures(spec: FeatureSpec, batch: Batch): Float32Array {
  const fields = featureFields(spec.schema);
  const retentionMs = Math.max(0, ...spec.spansMs) + spec.maxOutOfOrdernessMs;
  const features: number[] = [];
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
    for (const spanMs of spec.spansMs) {
      const window = kept
        .filter((i) => batch.timesMs[i]! > timeMs - spanMs && batch.timesMs[i]! <= timeMs)
        .sort((a, b) => batch.timesMs[b]! - batch.timesMs[a]! || b - a);
      for (const index of fields) {
        const values = window.map((i) => valueOf(index, i)).filter((x) => !Number.isNaN(x));
        const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
        features.push(tooLate || values.length < 2 ? NaN : valueOf(index, row) - mean);
      }
    }
  }
  return Float32Array.from(features);
}

function derive(derivation: Derivation, of: (field: string) => number): number {
  const x = Math.fround(compute(derivation, of));
  return Number.isFinite(x) ? x : NaN;
}

function compute(derivation: Derivation, of: (field: string) => number): number {
  if ("product" in derivation) return of(derivation.product[0]) * of(derivation.product[1]);
  if ("ratio" in derivation) return of(derivation.ratio[0]) / of(derivation.ratio[1]);
  if ("sum" in derivation) return of(derivation.sum[0]) + (derivation.weight ?? 1) * of(derivation.sum[1]);
  if ("log" in derivation) return log(of(derivation.log) + (derivation.plus ?? 0));
  return Math.abs(of(derivation.distance) - derivation.from);
}
