import { checkForest, type Forest, type Tree } from "../model/forest.ts";
import { logit } from "../model/link.ts";
import { Scratch, type Kernel } from "./kernel.ts";

/** The layout is drawn in assembly/forest.ts. */
const NODE_BYTES = 16;

/** How many rows of the host are copied into the kernel at once. */
const PART_ROWS = 16_384;

/** The most splits between the root and a leaf. */
function depthOf(tree: Tree): number {
  let deepest = 0;
  const open: [node: number, depth: number][] = [[0, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, depth] = next;
    deepest = Math.max(deepest, depth);
    if (tree.left[node] !== -1) open.push([tree.left[node]!, depth + 1], [tree.right[node]!, depth + 1]);
  }
  return deepest;
}

/** A forest in kernel memory, ready to score. */
export class KernelForest implements Disposable {
  readonly featureCount: number;
  readonly #kernel: Kernel;
  readonly #nodes: number;
  readonly #roots: number;
  readonly #trees: number;
  readonly #base: number;
  readonly #results: Scratch;

  /** Checks the forest, then packs it. Throws `MGV_MODEL_FORMAT`. */
  constructor(kernel: Kernel, forest: Forest) {
    checkForest(forest);
    this.#kernel = kernel;
    this.featureCount = forest.featureCount;
    this.#trees = forest.trees.length;
    this.#base = logit(forest.baseScore);
    this.#results = new Scratch(kernel);
    const nodeCount = forest.trees.reduce((sum, tree) => sum + tree.left.length, 0);
    this.#nodes = kernel.allocate(Math.max(nodeCount, 1) * NODE_BYTES);
    this.#roots = kernel.allocate(Math.max(this.#trees, 1) * 8);
    const nodes = kernel.bytes(this.#nodes, nodeCount * NODE_BYTES);
    const roots = kernel.u32(this.#roots, this.#trees * 2);
    let root = 0;
    forest.trees.forEach((tree, number) => {
      roots[number * 2] = root;
      roots[number * 2 + 1] = depthOf(tree);
      tree.left.forEach((left, i) => {
        const node = root + i * NODE_BYTES;
        nodes.setFloat32(node, tree.split[i]!, true);
        const isLeaf = left === -1;
        // a leaf still looks at a feature: at one that is there
        nodes.setUint32(node + 4, isLeaf ? 0 : (tree.feature[i]! | (tree.defaultLeft[i]! << 31)) >>> 0, true);
        nodes.setUint32(node + 8, isLeaf ? node : root + left * NODE_BYTES, true);
        nodes.setUint32(node + 12, isLeaf ? node : root + tree.right[i]! * NODE_BYTES, true);
      });
      root += tree.left.length * NODE_BYTES;
    });
  }

  /**
   * Margins and probabilities of `rows` rows that lie in kernel memory at `input`, row-major f32. The two arrays are
   * copies and may be kept.
   */
  predictAt(input: number, rows: number): { margins: Float32Array; probabilities: Float32Array } {
    const margins = this.#results.atLeast(rows * 8);
    const probabilities = margins + rows * 4;
    this.#kernel.run("score a batch", () => {
      this.#kernel.calls.predict(this.#nodes, this.#roots, this.#trees, this.#base, input, this.featureCount, rows, margins);
      this.#kernel.calls.sigmoid(margins, rows, probabilities);
    });
    return { margins: this.#kernel.f32(margins, rows).slice(), probabilities: this.#kernel.f32(probabilities, rows).slice() };
  }

  /** The same for rows in an array of the host, in parts that fit. */
  predict(features: Float32Array): { margins: Float32Array; probabilities: Float32Array } {
    const rows = features.length / this.featureCount;
    const partRows = Math.min(rows, PART_ROWS);
    const input = this.#kernel.allocate(Math.max(partRows * this.featureCount * 4, 4));
    const margins = new Float32Array(rows);
    const probabilities = new Float32Array(rows);
    try {
      for (let first = 0; first < rows; first += partRows) {
        const part = features.subarray(first * this.featureCount, (first + partRows) * this.featureCount);
        this.#kernel.f32(input, part.length).set(part);
        const predicted = this.predictAt(input, part.length / this.featureCount);
        margins.set(predicted.margins, first);
        probabilities.set(predicted.probabilities, first);
      }
      return { margins, probabilities };
    } finally {
      this.#kernel.release(input);
    }
  }

  [Symbol.dispose](): void {
    this.#kernel.release(this.#nodes);
    this.#kernel.release(this.#roots);
    this.#results[Symbol.dispose]();
  }
}
