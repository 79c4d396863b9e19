import type { FieldReference } from "../kernel-as/model/field-reference.ts";
import type { Dataset } from "./dataset.ts";

const BINS = 20;

/** How the fields of a dataset are spread, each as it was measured. The same rows give the same references. */
export function fieldReferences({ features, featureNames, fieldFeatures, rows }: Pick<Dataset, "features" | "featureNames" | "fieldFeatures" | "rows">): FieldReference[] {
  const width = featureNames.length;
  return featureNames.slice(0, fieldFeatures).map((field, index) => {
    const all = new Float32Array(rows);
    for (let row = 0; row < rows; row++) all[row] = features[row * width + index]!;
    const values = all.filter((value) => !Number.isNaN(value)).sort();
    return { field, count: values.length, missing: rows - values.length, ...spreadOf(values), deviation: deviationOf(values) };
  });
}

function spreadOf(sorted: Float32Array): Pick<FieldReference, "edges" | "counts"> {
  const at = Array.from({ length: BINS + 1 }, (_, i) => Math.round((i / BINS) * (sorted.length - 1)));
  const edges = sorted.length === 0 ? [] : [...new Set(at.map((row) => sorted[row]! + 0))];
  const counts: number[] = [];
  let row = 0;
  for (const edge of edges) {
    const start = row;
    while (row < sorted.length && sorted[row]! <= edge) row++;
    counts.push(row - start);
  }
  return { edges: edges.map(shortest), counts };
}

/** The decimal number of the fewest digits that is this f32. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

function deviationOf(values: Float32Array): number {
  if (values.length === 0) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Number(Math.sqrt(variance).toPrecision(6));
}
