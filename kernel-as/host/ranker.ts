import type { Family } from "../model/forest.ts";
import type { Columns, Group } from "../model/pack/columns.ts";
import { COLUMN_CUTS } from "../model/pack/columns.ts";
import { gridOf } from "../model/pack/grid.ts";
import { writeSets } from "./category-sets.ts";
import { Blocks } from "./blocks.ts";
import type { Kernel } from "./kernel.ts";

/** Layouts and kinds are drawn in assembly/rank.ts. */
export const BLOCK = 1024;
const GROUP_BYTES = 80;
const WIDE = 1;
const ZERO_IS_MISSING = 2;
const BY_SET = 4;

/** Cuts that may be read after the last: NaN, which nothing is compared with successfully. */
const PADDING = 4;

/** Turns blocks of rows into byte columns. */
export class Ranker implements Disposable {
  /** Where the columns are, BLOCK bytes each. */
  readonly bins: number;
  readonly #kernel: Kernel;
  readonly #blocks: Disposable;
  readonly #family: Family;
  readonly #featureCount: number;
  readonly #groups: number;
  readonly #count: number;
  readonly #sets: number;
  readonly #wide: number;

  constructor(kernel: Kernel, family: Family, featureCount: number, columns: Columns) {
    this.#kernel = kernel;
    this.#family = family;
    this.#featureCount = featureCount;
    this.#count = columns.groups.length;
    using constructing = new DisposableStack();
    const blocks = constructing.use(new Blocks(kernel));
    this.bins = blocks.allocate(Math.max(columns.count, 1) * BLOCK);
    this.#wide = blocks.allocate(BLOCK * 2);
    this.#sets = writeSets(blocks, family, columns.sets);
    this.#groups = blocks.allocate(this.#count * GROUP_BYTES);
    columns.groups.forEach((group, i) => this.#writeGroup(this.#groups + i * GROUP_BYTES, group, blocks));
    this.#blocks = constructing.move();
  }

  /** Fills the columns from `rows` rows at `input`, at most BLOCK. */
  rank(input: number, rows: number): void {
    const rank = this.#family === "xgboost" ? this.#kernel.calls.rankF32 : this.#kernel.calls.rankF64;
    rank(this.#groups, this.#count, this.#sets, this.#wide, input, this.#featureCount, rows, this.bins);
  }

  #writeGroup(at: number, { feature, zeroIsMissing, cuts, set, lowColumn, highColumn }: Group, blocks: Blocks): void {
    const kernel = this.#kernel;
    const fields = (place: number) => kernel.bytes(at + place, GROUP_BYTES - place);
    fields(0).setUint32(0, feature, true);
    fields(56).setInt32(0, lowColumn, true);
    fields(60).setInt32(0, highColumn, true);
    fields(64).setUint32(0, Math.ceil(cuts.length / COLUMN_CUTS), true);
    if (set !== -1) {
      fields(4).setUint32(0, BY_SET, true);
      fields(8).setUint32(0, set, true);
      return;
    }
    const { steps, starts, low, scale, top } = gridOf(cuts);
    fields(4).setUint32(0, (cuts.length > COLUMN_CUTS ? WIDE : 0) + (zeroIsMissing ? ZERO_IS_MISSING : 0), true);
    const width = cuts.BYTES_PER_ELEMENT;
    const cutsAt = blocks.allocate((cuts.length + PADDING) * width);
    const padded = width === 4 ? kernel.f32(cutsAt, cuts.length + PADDING) : kernel.f64(cutsAt, cuts.length + PADDING);
    padded.fill(NaN);
    padded.set(cuts);
    const startsAt = blocks.allocateFor(starts);
    kernel.u32(at + 8, 4).set([cutsAt, cuts.length, steps, startsAt]);
    for (const [place, value] of [[32, low], [40, scale], [48, top]] as const) {
      if (width === 4) fields(place).setFloat32(0, value, true);
      else fields(place).setFloat64(0, value, true);
    }
  }

  [Symbol.dispose](): void {
    this.#blocks[Symbol.dispose]();
  }
}
