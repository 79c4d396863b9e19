import type { Floats, ForestModel } from "../model/forest.ts";
import { baseMargins } from "../model/objective.ts";
import { KernelFloats } from "./array.ts";
import type { Kernel } from "./kernel.ts";
import { sumLeaves } from "./leaf-sums.ts";
import { PackedScorer, type Generation } from "./packed-scorer.ts";
import { Walker } from "./walker.ts";

/** Up to so many rows are walked: generated code works on 16 rows at once, the interpreter on 64, and a row of its own costs less. */
const FEW_ROWS: Readonly<Record<Tier, number>> = { generated: 3, interpreter: 15, walk: Infinity };

/** Leaves of so many rows × trees, or margins of so many rows × outputs, are asked for at once. */
const AT_ONCE = 1 << 20;

/** How rows are scored. All give the same bits. */
export type Tier = "walk" | "interpreter" | "generated";

/** A forest in kernel memory that scores rows in kernel memory: few by the walk, many in blocks of byte ranks, and what cannot be packed by the walk too. */
export class Scorer implements Disposable {
  readonly #kernel: Kernel;
  readonly #model: ForestModel;
  readonly #base: Float64Array;
  readonly #blocks: DisposableStack;
  readonly #walker: Walker;
  readonly #packed: PackedScorer | null;
  readonly #margins: KernelFloats;
  readonly #leaves: KernelFloats;
  readonly #alwaysPacked: boolean;
  readonly #rowBytes: number;

  /** `tier`: only this one, where the forest allows it. */
  constructor(kernel: Kernel, model: ForestModel, tier?: Tier) {
    this.#kernel = kernel;
    this.#model = model;
    this.#base = baseMargins(model);
    this.#alwaysPacked = tier !== undefined;
    this.#rowBytes = model.featureCount * (model.family === "xgboost" ? 4 : 8);
    using blocks = new DisposableStack();
    this.#walker = blocks.use(new Walker(kernel, model));
    this.#packed = tier === "walk" ? null : PackedScorer.of(kernel, model, this.#base, generationOf(tier));
    if (this.#packed) blocks.use(this.#packed);
    this.#margins = blocks.use(new KernelFloats(kernel, model.family === "xgboost" ? 4 : 8));
    this.#leaves = blocks.use(new KernelFloats(kernel, 4));
    this.#blocks = blocks.move();
  }

  /** What scores many rows now. */
  get tier(): Tier {
    return this.#packed?.tier ?? "walk";
  }

  /** Resolves when a generated module is in use, or will not be: too large a forest, or no gain. Throws `MGV_KERNEL` where it was asked for and cannot be. */
  async generate(): Promise<void> {
    await this.#packed?.generate();
  }

  /** Writes the margins of `rows` rows at `input` (in the family's width) into `out` from element `first` on, [rows][outputs]. */
  margins(input: number, rows: number, out: Floats, first: number): void {
    if (this.#packed && (rows > FEW_ROWS[this.#packed.tier] || this.#alwaysPacked)) this.#packed.margins(input, rows, out, first);
    else if (this.#walker.adds) this.#walk(input, rows, out, first);
    else this.#sumLeaves(input, rows, out, first);
  }

  /** The node of every tree's leaf into `out` from element `first` on, [rows][trees]. */
  leaves(input: number, rows: number, out: Uint32Array | Int32Array, first: number): void {
    const trees = this.#model.trees.length;
    const part = partOf(trees);
    for (let row = 0; row < rows; row += part) {
      const some = Math.min(part, rows - row);
      const at = this.#leaves.atLeast(some * trees);
      this.#walker.leaves(at, input + row * this.#rowBytes, some);
      out.set(this.#kernel.u32(at, some * trees), first + row * trees);
    }
  }

  #walk(input: number, rows: number, out: Floats, first: number): void {
    const { outputs } = this.#model;
    const part = partOf(outputs);
    for (let row = 0; row < rows; row += part) {
      const some = Math.min(part, rows - row);
      const length = some * outputs;
      const at = this.#margins.atLeast(length);
      const margins = this.#margins.view;
      for (let i = 0; i < length; i++) margins[i] = this.#base[i % outputs]!;
      this.#walker.addTo(at, input + row * this.#rowBytes, some);
      for (let i = 0; i < length; i++) out[first + row * outputs + i] = margins[i]!;
    }
  }

  #sumLeaves(input: number, rows: number, out: Floats, first: number): void {
    const { trees, outputs, featureCount, family } = this.#model;
    const part = partOf(trees.length);
    for (let row = 0; row < rows; row += part) {
      const some = Math.min(part, rows - row);
      const at = input + row * this.#rowBytes;
      const leavesAt = this.#leaves.atLeast(some * trees.length);
      this.#walker.leaves(leavesAt, at, some);
      const features = family === "xgboost" ? this.#kernel.f32(at, some * featureCount) : this.#kernel.f64(at, some * featureCount);
      if (trees.length === 0) for (let i = 0; i < some; i++) out.set(this.#base, first + (row + i) * outputs);
      else sumLeaves(this.#model, this.#base, this.#kernel.u32(leavesAt, some * trees.length), features, out, first + row * outputs);
    }
  }

  [Symbol.dispose](): void {
    this.#blocks.dispose();
  }
}

/** Rows that are walked at once, when each needs room for so many results. */
function partOf(results: number): number {
  return Math.max(1, Math.floor(AT_ONCE / Math.max(results, 1)));
}

function generationOf(tier: Tier | undefined): Generation {
  if (tier === undefined) return "tried";
  return tier === "generated" ? "untried" : "never";
}
