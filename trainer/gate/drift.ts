import type { Dataset } from "../dataset.ts";
import type { Fold } from "../split.ts";

const BINS = 10;

/** No share counts as smaller, so that an empty bin has a logarithm. */
const LEAST_SHARE = 1e-4;

export interface FeatureDrift {
  readonly feature: string;
  /** Population stability index. Below 0.1 little has changed, above 0.25 much has. */
  readonly psi: number;
}

/**
 * How far the features of the rows that judge lie from those that were learned from, the farthest first: the sum over bins of (q − p) ln(q / p), p and q the shares of the bin among both. Bins are tenths of the learned
 * values, and one for missing ones. O(features × rows log rows).
 */
export function driftOf(dataset: Dataset, { train, test }: Fold): FeatureDrift[] {
  return dataset.featureNames
    .map((feature, column): FeatureDrift => {
      const [before, after] = [valuesOf(dataset, train, column), valuesOf(dataset, test, column)];
      return { feature, psi: stabilityIndex(before, after) };
    })
    .sort((a, b) => b.psi - a.psi);
}

function valuesOf({ features, featureNames }: Dataset, rows: Uint32Array, column: number): Float64Array {
  return Float64Array.from(rows, (row) => features[row * featureNames.length + column]!);
}

function stabilityIndex(before: Float64Array, after: Float64Array): number {
  const known = before.filter((value) => !Number.isNaN(value)).sort();
  const edges = [...new Set(Array.from({ length: BINS - 1 }, (_, i) => known[Math.floor(((i + 1) * known.length) / BINS)]!))];
  const [p, q] = [sharesOf(before, edges), sharesOf(after, edges)];
  return p.reduce((sum, share, bin) => sum + (q[bin]! - share) * Math.log(q[bin]! / share), 0);
}

/** Of each bin, [edge, next edge), and of missing values. */
function sharesOf(values: Float64Array, edges: readonly number[]): number[] {
  const counts = Array.from({ length: edges.length + 2 }, () => 0);
  for (const value of values) counts[Number.isNaN(value) ? edges.length + 1 : edges.filter((edge) => value >= edge).length]!++;
  return counts.map((count) => Math.max(count / values.length, LEAST_SHARE));
}
