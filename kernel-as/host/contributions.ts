import { MangroveError } from "../errors.ts";
import { explainable, explainedTree } from "../model/explained-tree.ts";
import type { Floats, ForestModel, Tree } from "../model/forest.ts";
import { baseMargins } from "../model/objective.ts";
import { columnsOf, type Columns } from "../model/pack/columns.ts";
import { Blocks } from "./blocks.ts";
import { Scratch, type Kernel } from "./instance.ts";
import { Ranker } from "./ranker.ts";
import { programBytes, slicesFor, slicesOf, SUM_BYTES, writeTree } from "./tree-program.ts";

/** Scratch of a node, as assembly/shap/contributions.ts wants it. */
const SCRATCH_BYTES = 384 + 2 * 32 + 16;

/** Rows that go through all trees together, so that a tree's tables are written once for all of them; fewer where their sums would need too much. */
const ROWS = 256;
const MOST_SUMS_BYTES = 1 << 24;

/** Trees of one output, one after the other in kernel memory. */
interface Program {
  readonly output: number;
  readonly at: number;
  trees: number;
}

/** A forest in kernel memory that says what each feature of a row adds to each margin. */
export class Contributions implements Disposable {
  readonly #kernel: Kernel;
  readonly #model: ForestModel;
  /** By output. */
  readonly #expected: Float64Array;
  /** Trees that are ranked together. */
  readonly #groups: { readonly ranker: Ranker; readonly programs: readonly Program[] }[] = [];
  /** The features that some split asks, and the place of each. */
  readonly #features: Uint32Array;
  readonly #places: ReadonlyMap<number, number>;
  readonly #held: DisposableStack;
  readonly #blocks: Blocks;
  readonly #slices = new Map<number, number>();
  readonly #sums: Scratch;
  readonly #scratch: number;
  readonly #rowsAtOnce: number;
  #mostNodes = 1;

  /** Throws `MGV_MODEL_COVER`, and `MGV_MODEL_UNSUPPORTED` for linear leaves. */
  constructor(kernel: Kernel, given: ForestModel) {
    const model = explainable(given);
    this.#kernel = kernel;
    this.#model = model;
    this.#expected = baseMargins(model);
    const groups = rankedTogether(model, model.trees);
    this.#features = Uint32Array.from(new Set(groups.flatMap(({ columns }) => columns.groups.map(({ feature }) => feature)))).sort();
    this.#places = new Map(Array.from(this.#features, (feature, place) => [feature, place]));
    this.#rowsAtOnce = Math.min(ROWS, Math.max(16, Math.floor(MOST_SUMS_BYTES / SUM_BYTES / Math.max(this.#features.length, 1))));
    using held = new DisposableStack();
    this.#blocks = held.use(new Blocks(kernel));
    this.#sums = held.use(new Scratch(kernel));
    for (const { columns, trees } of groups) {
      const ranker = held.use(new Ranker(kernel, model.family, model.featureCount, columns));
      this.#groups.push({ ranker, programs: this.#write(columns, trees) });
    }
    this.#scratch = this.#blocks.allocate(this.#mostNodes * SCRATCH_BYTES);
    this.#held = held.move();
  }

  /** Writes [rows][outputs][features + 1] into `out` from element `first` on, for `rows` rows at `input` in the family's width. The last of each output is its expected value. */
  write(input: number, rows: number, out: Floats, first: number): void {
    const { featureCount, outputs, family } = this.#model;
    const rowBytes = featureCount * (family === "xgboost" ? 4 : 8);
    const width = featureCount + 1;
    out.fill(0, first, first + rows * outputs * width);
    for (let i = 0; i < rows * outputs; i++) out[first + (i + 1) * width - 1] = this.#expected[i % outputs]!;
    for (let row = 0; row < rows; row += this.#rowsAtOnce) {
      const some = Math.min(this.#rowsAtOnce, rows - row);
      for (const { ranker, programs } of this.#groups) {
        ranker.rank(input + row * rowBytes, some);
        for (const program of programs) this.#addSums(this.#run(program, ranker.bins, some), out, first + (row * outputs + program.output) * width);
      }
    }
  }

  /** [rows][features in use] sums of two numbers that are to be added. */
  #run({ at, trees }: Program, bins: number, rows: number): Float64Array {
    const rowBytes = this.#features.length * SUM_BYTES;
    const sumsAt = this.#sums.atLeast(rows * rowBytes);
    this.#kernel.u8(sumsAt, rows * rowBytes).fill(0);
    this.#kernel.calls.contributions(at, trees, bins, rows, sumsAt, rowBytes, this.#scratch, this.#mostNodes);
    return this.#kernel.f64(sumsAt, (rows * rowBytes) / 8);
  }

  #addSums(sums: Float64Array, out: Floats, first: number): void {
    const { featureCount, outputs } = this.#model;
    const features = this.#features;
    for (let at = 0, row = first; at < sums.length; row += outputs * (featureCount + 1)) {
      for (let i = 0; i < features.length; i++, at += 2) out[row + features[i]!]! += sums[at]! + sums[at + 1]!;
    }
  }

  /** Trees of an output stand together. */
  #write(columns: Columns, trees: readonly Tree[]): Program[] {
    let at = this.#blocks.allocate(trees.reduce((bytes, { left }) => bytes + programBytes(left.length >> 1), 0));
    const programs: Program[] = [];
    const order = Array.from(trees.keys()).sort((a, b) => trees[a]!.output - trees[b]!.output);
    for (const number of order) {
      const { output } = trees[number]!;
      const tree = explainedTree(trees[number]!);
      this.#expected[output]! += tree.expected;
      if (tree.nodes.length === 0) continue;
      if (programs.at(-1)?.output !== output) programs.push({ output, at, trees: 0 });
      const bytes = programBytes(tree.nodes.length);
      const slices = slicesFor(tree.longest);
      const places = { slices, slicesAt: this.#slicesAt(slices), decision: (node: number) => columns.place(number, node), sumOf: this.#places };
      writeTree(this.#kernel.bytes(at, bytes), tree, places); // memory has grown by now, if it must
      this.#mostNodes = Math.max(this.#mostNodes, tree.nodes.length);
      programs.at(-1)!.trees++;
      at += bytes;
    }
    return programs;
  }

  #slicesAt(slices: number): number {
    const at = this.#slices.get(slices) ?? this.#blocks.allocateFor(slicesOf(slices));
    this.#slices.set(slices, at);
    return at;
  }

  [Symbol.dispose](): void {
    this.#held.dispose();
  }
}

/** The trees in as few groups as their thresholds and category sets allow. */
function rankedTogether(model: ForestModel, trees: readonly Tree[]): { columns: Columns; trees: readonly Tree[] }[] {
  const columns = columnsOf({ ...model, trees });
  if (columns !== null) return [{ columns, trees }];
  const half = trees.length >> 1;
  if (half === 0) throw new MangroveError("MGV_MODEL_UNSUPPORTED", "A tree asks for more different thresholds or sets of categories than contributions are computed of.");
  return [...rankedTogether(model, trees.slice(0, half)), ...rankedTogether(model, trees.slice(half))];
}
