/** Names and meanings are XGBoost's, in camel case. */
export interface TrainingParameters {
  /** Number of trees. */
  readonly rounds: number;
  /** Levels of splits, 1…10. */
  readonly maxDepth: number;
  /** `eta`: what a tree's leaves are multiplied by. */
  readonly learningRate: number;
  /** L2 penalty on leaf values. */
  readonly lambda: number;
  /** What a split must gain at least. */
  readonly gamma: number;
  /** The least sum of hessians on either side of a split. */
  readonly minChildWeight: number;
  /** The prediction before any tree, a probability. At 0.5 the base margin is 0 in every implementation. */
  readonly baseScore: number;
}

export const defaultParameters: TrainingParameters = {
  rounds: 100,
  maxDepth: 5,
  learningRate: 0.1,
  lambda: 1,
  gamma: 0,
  minChildWeight: 1,
  baseScore: 0.5,
};

export interface TrainingInput {
  /** Row-major [rows][cuts.length], NaN where missing. */
  readonly features: Float32Array;
  /** 0 or 1 for each row. */
  readonly labels: Float32Array;
  /** For each feature its possible splits, as {@link quantileCuts} makes them. */
  readonly cuts: readonly Float32Array[];
  readonly parameters: TrainingParameters;
}

/** The power of two that gradients are multiplied by before rounding: sums over `rows` of them stay below 2^52, so exact. */
export function gradientScale(rows: number): number {
  return 2 ** (51 - Math.ceil(Math.log2(Math.max(rows, 2))));
}

/** At most this many cuts a feature: bins are bytes, and one bin is for missing values. */
const MAX_CUTS = 254;

/** Quantiles are taken over at most about this many rows, evenly spaced. */
const SAMPLED_ROWS = 16_384;

/** Above every value: the split that parts the missing from the rest. */
const LAST_CUT = 3.4028234663852886e38;

/**
 * Rising f32 cuts of every feature: between neighbours `lower` and `upper` of its distinct values a cut t with lower < t <= upper, at
 * equal shares of the rows where there are more than 253 of them; and a last cut above all values.
 */
export function quantileCuts(features: Float32Array, width: number): Float32Array[] {
  const rows = features.length / width;
  const step = Math.max(1, Math.floor(rows / SAMPLED_ROWS));
  return Array.from({ length: width }, (_, feature) => {
    const values = new Float32Array(Math.ceil(rows / step));
    let count = 0;
    for (let row = 0; row < rows; row += step) {
      const x = features[row * width + feature]!;
      if (!Number.isNaN(x)) values[count++] = x;
    }
    return cutsOf(values.subarray(0, count).sort());
  });
}

function cutsOf(sorted: Float32Array): Float32Array {
  const distinct = sorted.filter((x, i) => i === 0 || x !== sorted[i - 1]);
  const cuts: number[] = [];
  if (distinct.length < MAX_CUTS) {
    for (let i = 1; i < distinct.length; i++) cuts.push(between(distinct[i - 1]!, distinct[i]!));
  } else {
    for (let quantile = 1; quantile < MAX_CUTS; quantile++) {
      const at = Math.floor((quantile * sorted.length) / MAX_CUTS);
      const upper = sorted[at]!;
      const below = lowerNeighbour(sorted, at);
      if (below === undefined) continue;
      const cut = between(below, upper);
      if (cut > (cuts.at(-1) ?? -Infinity)) cuts.push(cut);
    }
  }
  cuts.push(LAST_CUT);
  return Float32Array.from(cuts);
}

/** The greatest value below `sorted[at]`. */
function lowerNeighbour(sorted: Float32Array, at: number): number | undefined {
  let i = at;
  while (i >= 0 && sorted[i] === sorted[at]) i--;
  return sorted[i];
}

/** The f32 nearest the middle of `lower` and `upper`, above the first and not above the second. */
function between(lower: number, upper: number): number {
  const middle = Math.fround(lower + (upper - lower) / 2);
  return middle > lower && middle <= upper ? middle : upper;
}
