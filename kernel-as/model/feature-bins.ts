/** How a feature's values become bytes. Missing values are bin 255. */
export type FeatureBins = NumericBins | CategoricalBins;

/** A value's bin is the number of cuts that are <= it. */
interface NumericBins {
  readonly kind: "numeric";
  /** Rising f32, at most 254. */
  readonly cuts: Float32Array;
}

/** A category's bin is its place among the codes; other categories are bin 254, which no split tells apart. */
export interface CategoricalBins {
  readonly kind: "categorical";
  /** At most 254, whole numbers below 2^24. */
  readonly codes: Uint32Array;
}

export const MISSING_BIN = 255;
const OTHER_BIN = 254;

/** At most this many bins of values a feature. */
const MOST_BINS = 254;

/** Quantiles are taken over at most about this many rows, evenly spaced. */
const SAMPLED_ROWS = 16_384;

/** How many times finer than equal shares of all rows values are parted beside values that have many rows. */
const FINEST = 3;

/** Features that are sampled together: of a row they lie side by side in memory. */
const SIDE_BY_SIDE = 16;

/** Above every value: the split that parts the missing from the rest. */
const LAST_CUT = 3.4028234663852886e38;

/** XGBoost's bound of category codes. */
const CODES = 2 ** 24;

/**
 * Bins of every feature of row-major `features`, at most `most` each: quantiles of numbers, the most frequent of categories.
 */
export function binsOf(features: Float32Array, width: number, options: { most?: number; categorical?: readonly boolean[] } = {}): FeatureBins[] {
  const { most = MOST_BINS, categorical = [] } = options;
  const limit = Math.min(most, MOST_BINS);
  const bins: FeatureBins[] = [];
  for (let first = 0; first < width; first += SIDE_BY_SIDE) {
    for (const values of sampled(features, width, first)) {
      const feature = bins.length;
      bins.push(categorical[feature] === true ? categoricalBins(features, width, feature, limit) : { kind: "numeric", cuts: cutsOf(values.sort(), limit) });
    }
  }
  return bins;
}

/** Values of the features from `first` on, at most {@link SIDE_BY_SIDE}, of evenly spaced rows; missing ones are left out. */
function sampled(features: Float32Array, width: number, first: number): Float32Array[] {
  const rows = features.length / width;
  const step = Math.max(1, Math.floor(rows / SAMPLED_ROWS));
  const columns = Array.from({ length: Math.min(SIDE_BY_SIDE, width - first) }, () => ({ values: new Float32Array(Math.ceil(rows / step)), count: 0 }));
  for (let row = 0; row < rows; row += step) {
    const at = row * width + first;
    for (let i = 0; i < columns.length; i++) {
      const x = features[at + i]!;
      const column = columns[i]!;
      if (!Number.isNaN(x)) column.values[column.count++] = x;
    }
  }
  return columns.map(({ values, count }) => values.subarray(0, count));
}

/**
 * Rising f32 cuts: between neighbours `lower` and `upper` of the distinct values a cut t with lower < t <= upper; where there are more than `most` values, those of many rows are alone and the
 * others together at equal shares of their rows. And a last cut above all values.
 */
function cutsOf(sorted: Float32Array, most: number): Float32Array {
  const starts: number[] = [];
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) starts.push(i);
  const counts = starts.map((start, i) => (starts[i + 1] ?? sorted.length) - start);
  const { heavy, ...shared } = sharesOf(counts, sorted.length, most);
  let { rows, bins } = shared;
  const cuts: number[] = [];
  let inBin = 0;
  counts.forEach((count, i) => {
    const isApart = counts.length <= most || count >= heavy || (counts[i - 1] ?? 0) >= heavy;
    if (i > 0 && cuts.length < most - 1 && (isApart || (inBin + count / 2) * bins >= rows)) {
      cuts.push(between(sorted[starts[i]! - 1]!, sorted[starts[i]!]!));
      if (inBin > 0) bins = Math.max(bins - 1, 1);
      rows -= inBin;
      inBin = 0;
    }
    if (count < heavy) inBin += count;
  });
  cuts.push(LAST_CUT);
  return Float32Array.from(cuts);
}

/**
 * From how many rows on a value has a bin of its own, an equal share of what is left, as GreedyFindBin of LightGBM has it (src/io/bin.cpp); and the rows and bins of the other values, which are
 * parted at most {@link FINEST} times finer than if there were no such values: rarer ones say little that holds elsewhere.
 */
function sharesOf(counts: readonly number[], all: number, most: number): { heavy: number; rows: number; bins: number } {
  let [rows, bins] = [all, most];
  for (const count of counts.filter((each) => each > 1).sort((a, b) => b - a)) {
    if (bins === 1 || count * bins < rows) break;
    rows -= count;
    bins--;
  }
  return { heavy: Math.max(rows / bins, 1), rows, bins: Math.min(bins, Math.max(1, Math.ceil((FINEST * most * rows) / all))) };
}

/** The f32 nearest the middle of `lower` and `upper`, above the first and not above the second. */
function between(lower: number, upper: number): number {
  const middle = Math.fround(lower + (upper - lower) / 2);
  return middle > lower && middle <= upper ? middle : upper;
}

function categoricalBins(features: Float32Array, width: number, feature: number, most: number): CategoricalBins {
  const counts = new Map<number, number>();
  for (let i = feature; i < features.length; i += width) {
    const code = Math.trunc(features[i]!);
    if (code >= 0 && code < CODES) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([a, countA], [b, countB]) => countB - countA || a - b).slice(0, most);
  return { kind: "categorical", codes: Uint32Array.from(byCount, ([code]) => code).sort() };
}

/** The bin of a category by its code, as XGBoost reads codes: without their fraction, and those that are out of range as one that is never in a set. */
export function categoryBin({ codes }: CategoricalBins): (value: number) => number {
  const bins = new Map(Array.from(codes, (code, bin) => [code, bin]));
  return (value) => (Number.isNaN(value) ? MISSING_BIN : (bins.get(Math.trunc(value)) ?? OTHER_BIN));
}

/** Bins that a split may stand at: each cut, or each known category. */
export function splittableBins(bins: FeatureBins): number {
  return bins.kind === "numeric" ? bins.cuts.length : bins.codes.length;
}
