import { OPERATION, type PackedTree } from "../model/pack/packed-tree.ts";
import type { Evaluator } from "./evaluator.ts";
import { Blocks } from "./blocks.ts";
import type { Kernel } from "./kernel.ts";
import { BLOCK } from "./ranker.ts";

/** Layouts are drawn in assembly/interpret.ts. */
const TREE_BYTES = 16;
const PAIR_BYTES = 8;
const NODE_BYTES = 16;
const LANES = 64;

/** Evaluates packed trees from a table of their operations: ready at once. */
export class Interpreter implements Evaluator {
  readonly #kernel: Kernel;
  readonly #blocks: Disposable;
  readonly #program: number;
  readonly #trees: number;
  readonly #leaves: number;
  readonly #slots: number;
  readonly #wide: boolean;

  constructor(kernel: Kernel, trees: readonly PackedTree[]) {
    this.#kernel = kernel;
    this.#trees = trees.length;
    this.#wide = trees[0]?.values instanceof Float64Array;
    using constructing = new DisposableStack();
    const blocks = constructing.use(new Blocks(kernel));
    this.#slots = blocks.allocate(512 * LANES);
    kernel.calls.prepareSlots(this.#slots);
    this.#leaves = blocks.allocate(trees.reduce((sum, { values }) => sum + values.byteLength, 0));
    const sizes = trees.map(({ column, left, right }) => {
      const pairs = pairsOf(left, right);
      return TREE_BYTES + pairs * PAIR_BYTES + (column.length - pairs) * NODE_BYTES;
    });
    this.#program = blocks.allocate(sizes.reduce((sum, size) => sum + size, 0));
    let at = this.#program;
    let leaf = 0;
    trees.forEach((tree, i) => {
      writeTree(kernel.bytes(at, sizes[i]!), tree, leaf);
      kernel.u8(this.#leaves + leaf, tree.values.byteLength).set(new Uint8Array(tree.values.buffer, tree.values.byteOffset, tree.values.byteLength));
      at += sizes[i]!;
      leaf += tree.values.byteLength;
    });
    this.#blocks = constructing.move();
  }

  addTo(sums: number, bins: number, rows: number): void {
    const interpret = this.#wide ? this.#kernel.calls.interpretF64 : this.#kernel.calls.interpretF32;
    interpret(this.#program, this.#trees, this.#leaves, this.#slots, bins, rows, sums);
  }

  [Symbol.dispose](): void {
    this.#blocks[Symbol.dispose]();
  }
}

function isPair(left: number, right: number): boolean {
  return left < OPERATION && right < OPERATION;
}

function pairsOf(left: Uint16Array, right: Uint16Array): number {
  let pairs = 0;
  for (let i = 0; i < left.length; i++) if (isPair(left[i]!, right[i]!)) pairs++;
  return pairs;
}

function writeTree(bytes: DataView, { output, column, index, left, right }: PackedTree, leaf: number): void {
  const pairs = pairsOf(left, right);
  const nodes = column.length - pairs;
  for (const [i, word] of [pairs, nodes, output, leaf].entries()) bytes.setUint32(i * 4, word, true);
  const place = new Uint16Array(column.length);
  let pair = 0;
  let node = 0;
  for (let i = 0; i < column.length; i++) {
    const alone = isPair(left[i]!, right[i]!);
    place[i] = (256 + (alone ? pair : pairs + node)) * LANES;
    const at = alone ? TREE_BYTES + pair++ * PAIR_BYTES : TREE_BYTES + pairs * PAIR_BYTES + node++ * NODE_BYTES;
    bytes.setUint32(at, column[i]! * BLOCK, true);
    bytes.setUint8(at + 4, index[i]! ^ 128);
    if (alone) {
      bytes.setUint8(at + 5, left[i]!);
      continue;
    }
    const from = (reference: number) => (reference < OPERATION ? reference * LANES : place[reference - OPERATION]!);
    bytes.setUint16(at + 8, from(left[i]!), true);
    bytes.setUint16(at + 10, from(right[i]!), true);
  }
}
