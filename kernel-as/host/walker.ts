import type { ForestModel, Tree } from "../model/forest.ts";
import { decisionsOf } from "../model/pack/decision.ts";
import { writeSets } from "./category-sets.ts";
import { Blocks } from "./blocks.ts";
import type { Kernel } from "./kernel.ts";

/** Layouts and flags are drawn in assembly/walk.ts. */
const ROOT_BYTES = 16;
const MISSING_LEFT = 2 ** 31;
const ZERO_IS_MISSING = 2 ** 30;
const BY_SET = 2 ** 29;

/** A forest as nodes in kernel memory: scores by walking, and knows the leaf of every tree. Any forest can be walked. */
export class Walker implements Disposable {
  /** Whether {@link addTo} may be used: the others go by {@link leaves}. */
  readonly adds: boolean;
  readonly #kernel: Kernel;
  readonly #model: ForestModel;
  readonly #blocks: Disposable;
  readonly #nodes: number;
  readonly #roots: number;
  readonly #sets: number;

  constructor(kernel: Kernel, model: ForestModel) {
    this.#kernel = kernel;
    this.#model = model;
    using constructing = new DisposableStack();
    const blocks = constructing.use(new Blocks(kernel));
    const { family, trees } = model;
    const nodeBytes = family === "xgboost" ? 16 : 24;
    this.#nodes = blocks.allocate(trees.reduce((sum, tree) => sum + tree.left.length, 0) * nodeBytes);
    this.#roots = blocks.allocate(trees.length * ROOT_BYTES);
    const sets = trees.flatMap((tree) => tree.categories?.sets ?? []);
    this.#sets = writeSets(blocks, family, sets);
    let root = 0;
    let firstSet = 0;
    let special = false;
    trees.forEach((tree, number) => {
      const flags = writeTree(kernel.bytes(this.#nodes + root, tree.left.length * nodeBytes), model, tree, root, firstSet);
      kernel.u32(this.#roots + number * ROOT_BYTES, 4).set([root, depthOf(tree), tree.output, 0]);
      root += tree.left.length * nodeBytes;
      firstSet += tree.categories?.sets.length ?? 0;
      special ||= flags.special || tree.vectors !== null || tree.linear !== null;
    });
    this.adds = !special;
    this.#blocks = constructing.move();
  }

  /** Adds the leaf of every tree to margins at `margins` ([rows][outputs]) for rows at `input`, both in the family's width. */
  addTo(margins: number, input: number, rows: number): void {
    const { family, trees, featureCount, outputs } = this.#model;
    const walk = family === "xgboost" ? this.#kernel.calls.walkF32 : this.#kernel.calls.walkF64;
    walk(this.#nodes, this.#roots, trees.length, input, featureCount, rows, outputs, margins);
  }

  /** Writes the node of every tree's leaf at `leaves`, [rows][trees] u32. */
  leaves(leaves: number, input: number, rows: number): void {
    const { family, trees, featureCount } = this.#model;
    const walk = family === "xgboost" ? this.#kernel.calls.leavesF32 : this.#kernel.calls.leavesF64;
    walk(this.#nodes, this.#roots, trees.length, this.#sets, input, featureCount, rows, leaves);
  }

  [Symbol.dispose](): void {
    this.#blocks[Symbol.dispose]();
  }
}

function writeTree(nodes: DataView, { family }: ForestModel, tree: Tree, root: number, firstSet: number): { special: boolean } {
  const wide = family === "lightgbm";
  const width = wide ? 8 : 4;
  const nodeBytes = wide ? 24 : 16;
  const { cut, missingLeft, zeroIsMissing } = decisionsOf(family, tree);
  let special = false;
  const write = (at: number, x: number, tagged: number, left: number, right: number) => {
    if (wide) nodes.setFloat64(at, x, true);
    else nodes.setFloat32(at, x, true);
    nodes.setUint32(at + width, tagged, true);
    nodes.setUint32(at + width + 4, root + left * nodeBytes, true);
    nodes.setUint32(at + width + 8, root + right * nodeBytes, true);
  };
  for (let node = 0; node < tree.left.length; node++) {
    const left = tree.left[node]!;
    if (left === -1) {
      // looks at feature 0 once more and stays
      write(node * nodeBytes, tree.split[node]! * tree.weight, 0, node, node);
      continue;
    }
    const set = tree.categories === null ? -1 : tree.categories.of[node]!;
    const flags = (missingLeft[node] === 1 ? MISSING_LEFT : 0) + (zeroIsMissing[node] === 1 ? ZERO_IS_MISSING : 0) + (set === -1 ? 0 : BY_SET);
    special ||= set !== -1 || zeroIsMissing[node] === 1;
    write(node * nodeBytes, cut[node]!, flags + tree.feature[node]!, left, tree.right[node]!);
    if (set !== -1) nodes.setUint32(node * nodeBytes, firstSet + set, true);
  }
  return { special };
}

/** The most splits between the root and a leaf. */
function depthOf({ left, right }: Tree): number {
  let deepest = 0;
  const depth = new Uint32Array(left.length);
  const open = [0];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    deepest = Math.max(deepest, depth[node]!);
    if (left[node] === -1) continue;
    for (const child of [left[node]!, right[node]!]) {
      depth[child] = depth[node]! + 1;
      open.push(child);
    }
  }
  return deepest;
}
