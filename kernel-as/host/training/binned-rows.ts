import { categoryBin, type CategoricalBins, type FeatureBins } from "../../model/feature-bins.ts";
import type { LabelledRows } from "../../model/training.ts";
import type { Blocks } from "../blocks.ts";
import type { Kernel } from "../kernel.ts";

/** Features are binned in parts of about this size. */
const PART_BYTES = 2 ** 22;

/** Rows as the kernel learns from them. The layout of bins is drawn in assembly/train/training.ts. */
export interface BinnedRows {
  readonly rows: number;
  /** Pointers. */
  readonly bins: number;
  readonly labels: number;
  /** 0: all weights are 1. */
  readonly weights: number;
}

/** Bins rows into kernel memory: a byte a value, and the labels and weights. */
export function binRows(kernel: Kernel, blocks: Blocks, { features, labels, weights }: LabelledRows, bins: readonly FeatureBins[]): BinnedRows {
  const rows = labels.length;
  const groups = Math.ceil(bins.length / 8);
  const at = blocks.allocate(groups * rows * 8);
  if (bins.length % 8 !== 0) kernel.u8(at + (groups - 1) * rows * 8, rows * 8).fill(0);
  const cuts = bins.map((each) => (each.kind === "numeric" ? blocks.allocateFor(each.cuts) : 0));
  const partRows = Math.max(1, Math.floor(PART_BYTES / (bins.length * 4)));
  const input = blocks.allocate(Math.min(rows, partRows) * bins.length * 4);
  for (let first = 0; first < rows; first += partRows) {
    const part = features.subarray(first * bins.length, (first + partRows) * bins.length);
    kernel.f32(input, part.length).set(part);
    bins.forEach((each, feature) => {
      const column = at + ((feature >> 3) * rows + first) * 8 + (feature & 7);
      if (each.kind === "categorical") binCategories(kernel, each, part, bins.length, feature, column);
      else kernel.calls.bin(input + feature * 4, bins.length * 4, part.length / bins.length, cuts[feature]!, each.cuts.length, column, 8);
    });
  }
  return { rows, bins: at, labels: blocks.allocateFor(labels), weights: weights ? blocks.allocateFor(weights) : 0 };
}

function binCategories(kernel: Kernel, bins: CategoricalBins, part: Float32Array, width: number, feature: number, column: number): void {
  const binOf = categoryBin(bins);
  const rows = part.length / width;
  const out = kernel.u8(column, rows * 8);
  for (let row = 0; row < rows; row++) out[row * 8] = binOf(part[row * width + feature]!);
}
