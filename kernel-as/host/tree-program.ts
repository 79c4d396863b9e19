import { gaussLegendre } from "../model/gauss-legendre.ts";
import type { ExplainedTree } from "../model/explained-tree.ts";
import { BLOCK } from "./ranker.ts";

/** Layouts are drawn in assembly/shap/tree.ts. */
const TREE_BYTES = 16;
const NODE_BYTES = 80;
const NONE = 0xffffffff;
const SLICE_POINTS = 4;

/** A feature's sum of a row is two f64, which are to be added. */
export const SUM_BYTES = 16;

export interface TreePlaces {
  /** Where the slices of the tree's quadrature are, and how many. */
  readonly slicesAt: number;
  readonly slices: number;
  /** The column that a node looks at, and i: it goes right where rank > i. */
  readonly decision: (node: number) => { column: number; index: number };
  /** Which of a row's sums is a feature's. */
  readonly sumOf: ReadonlyMap<number, number>;
}

export function programBytes(nodes: number): number {
  return TREE_BYTES + nodes * NODE_BYTES;
}

export function writeTree(bytes: DataView, { nodes }: ExplainedTree, { slicesAt, slices, decision, sumOf }: TreePlaces): void {
  const words = (at: number, values: readonly number[]) => values.forEach((value, i) => bytes.setUint32(at + i * 4, value, true));
  words(0, [nodes.length, slices, slicesAt, 0]);
  const sumAt = (feature: number) => sumOf.get(feature)! * SUM_BYTES;
  nodes.forEach(({ node, feature, parent, same, above, shares, children, leaves }, number) => {
    const at = programBytes(number);
    const { column, index } = decision(node);
    [...shares, above, ...leaves].forEach((value, i) => bytes.setFloat64(at + i * 8, value, true));
    words(at + 40, [column * BLOCK, sumAt(feature), ...children, parent, same ? same.place : NONE, Number(same?.right ?? false)]);
    bytes.setUint8(at + 68, index ^ 128);
    words(at + 72, [sumAt(nodes[parent]!.feature), Number(children.includes(0))]);
  });
}

/**
 * Slices for a tree whose paths have at most `longest` different features. The integrand is a product of longest - 1 factors that are linear in t, so n points are
 * exact for up to 2 n features. Beyond 36, 3 √longest are as good in f64: with t = cos² θ/2 a factor is α + β cos θ with |α| + |β| <= 1 and |β| <= 1/2, so the Fourier
 * coefficients of the product from degree k on add up to 2 exp(-k² / longest) at most (Hoeffding), and the error is below 4 exp(-36) < 1e-15 of a leaf.
 */
export function slicesFor(longest: number): number {
  return Math.ceil(Math.min(longest / 2, 3 * Math.sqrt(longest)) / SLICE_POINTS);
}

/** The points of a quadrature of `count` slices, four by four: [count][point[4], weight[4]]. */
export function slicesOf(count: number): Float64Array {
  const { points, weights } = gaussLegendre(count * SLICE_POINTS);
  return Float64Array.from({ length: count * 2 * SLICE_POINTS }, (_, i) => {
    const slice = Math.floor(i / (2 * SLICE_POINTS));
    const from = i % (2 * SLICE_POINTS) < SLICE_POINTS ? points : weights;
    return from[slice * SLICE_POINTS + (i % SLICE_POINTS)]!;
  });
}
