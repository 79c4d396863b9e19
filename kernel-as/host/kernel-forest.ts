import { MangroveError } from "../errors.ts";
import { featureNamesOf } from "../model/card.ts";
import { checkForest } from "../model/check.ts";
import { leafNumber, MOST_MADE_NAMES, type Floats, type ForestModel } from "../model/forest.ts";
import { readModel } from "../model/formats/formats.ts";
import { importance, type ImportanceKind } from "../model/importance.ts";
import { predictionsPerRow, type Predictor } from "../model/objective.ts";
import { takeRounds } from "../model/rounds.ts";
import { KernelFloats } from "./array.ts";
import { Contributions } from "./contributions.ts";
import type { Kernel } from "./instance.ts";
import { kernelPredictor } from "./predictor.ts";
import { Scorer, type Tier } from "./scorer.ts";

/** How many numbers of the caller are copied into the kernel at once. */
const PART = 1 << 18;

export interface KernelForestOptions {
  /** `best`: only the rounds up to the best iteration that early stopping noted in the file. All otherwise. */
  readonly rounds?: "all" | "best";
  /** Score by this tier only, where the forest allows it; results do not depend on it. */
  readonly tier?: Tier;
}

/**
 * A trained ensemble in the kernel, ready to score, wherever there is WebAssembly: it knows no files and no threads. Margins are bit-equal to XGBoost's `predict(output_margin=True)` and to LightGBM's
 * `predict(raw_score=True)`, on every runtime, for batches of any size. Scores of one forest come from one call at a time: a forest is not for several threads.
 *
 * Rows are row-major, n × features, `Float32Array` or `Float64Array`; XGBoost models round them to f32, LightGBM models compute in f64. NaN is a missing value.
 */
export class KernelForest implements Disposable {
  readonly model: ForestModel;
  /** Numbers a row. */
  readonly featureCount: number;
  /** Margins a row: 1, or the number of classes or targets. */
  readonly outputs: number;
  /** Predictions a row: as many as outputs, and 1 where the prediction is the number of a class (multi:softmax). */
  readonly predictions: number;
  /** Number of trees. */
  readonly trees: number;
  /** The objective's own name, e.g. `binary:logistic` of XGBoost, `binary` of LightGBM. */
  readonly objective: string;
  readonly #kernel: Kernel;
  readonly #scorer: Scorer;
  readonly #held: DisposableStack;
  readonly #input: KernelFloats;
  readonly #predict: Predictor;
  #features: readonly string[] | null;
  #contributions: Contributions | null = null;

  /** Throws `MGV_MODEL_FORMAT` and `MGV_MODEL_UNSUPPORTED`. */
  constructor(kernel: Kernel, model: ForestModel, options: KernelForestOptions = {}) {
    this.model = takeRounds(checkForest(model), options.rounds ?? "all");
    this.featureCount = model.featureCount;
    this.outputs = model.outputs;
    this.predictions = predictionsPerRow(model);
    this.trees = this.model.trees.length;
    this.objective = model.objective.name;
    this.#kernel = kernel;
    this.#features = featureNamesOf(model);
    using held = new DisposableStack();
    this.#input = held.use(new KernelFloats(kernel, model.family === "xgboost" ? 4 : 8));
    this.#predict = kernelPredictor(kernel, this.model, this.#input);
    this.#scorer = held.use(new Scorer(kernel, this.model, options.tier));
    this.#held = held.move();
  }

  /** Reads the bytes of a model file, whose format is told by its content. Throws `MGV_MODEL_FORMAT` with the place in the file, `MGV_MODEL_UNSUPPORTED`. */
  static async open(bytes: Uint8Array, options: KernelForestOptions & { kernel: Kernel }): Promise<KernelForest> {
    return new KernelForest(options.kernel, readModel(bytes).model, options);
  }

  /** The names of the features in order: the file's own, else those of our attribute, else f0, f1, … Throws `MGV_MODEL_UNSUPPORTED` where more than 2^20 have none. */
  get features(): readonly string[] {
    this.#features ??= defaultNames(this.featureCount);
    return this.#features;
  }

  /** What scores many rows at this moment: a large batch begins with the interpreter and goes on by a generated module, when there is one. */
  get tier(): Tier {
    return this.#scorer.tier;
  }

  /**
   * Resolves when this forest is as fast as it gets: its module is generated and in use, or known to be no faster than the interpreter. That happens by
   * itself once a forest has scored some rows. Resolves as well when the forest is closed meanwhile.
   */
  async ready(): Promise<this> {
    this.#refuseClosed();
    await this.#scorer.generate();
    return this;
  }

  /**
   * Margins, [n][outputs]: `Float32Array` for XGBoost models, `Float64Array` for LightGBM's. Into `out` if given, and then nothing is allocated; `out`
   * must not share memory with `rows`. Throws `MGV_ARGUMENT` for arrays that do not fit, `MGV_KERNEL` when memory is short.
   */
  margins(rows: Floats): Floats;
  margins<Out extends Floats>(rows: Floats, out: Out): Out;
  margins(rows: Floats, out?: Floats): Floats {
    const count = this.#rowsOf(rows);
    const margins = this.#outFor(out, count * this.outputs);
    this.fillMargins(rows, margins);
    return margins;
  }

  /**
   * Predictions, [n][predictions]: probabilities, counts, values or a class, as the objective says. Within 5e-7 of XGBoost's and
   * 1e-15 of LightGBM's. Otherwise as {@link margins}; multi:softmax allocates margins even with `out`.
   */
  predict(rows: Floats): Floats;
  predict<Out extends Floats>(rows: Floats, out: Out): Out;
  predict(rows: Floats, out?: Floats): Floats {
    const count = this.#rowsOf(rows);
    const predictions = this.#outFor(out, count * this.predictions);
    const margins = this.predictions === this.outputs ? this.margins(rows, predictions) : this.margins(rows);
    this.#predict(margins, predictions);
    return predictions;
  }

  /** The leaf of every tree, [n][trees], by the numbers of XGBoost's and LightGBM's `pred_leaf`. */
  leaves(rows: Floats, out?: Int32Array): Int32Array {
    const count = this.#rowsOf(rows);
    const leaves = out ?? new Int32Array(count * this.trees);
    if (leaves.length !== count * this.trees) throw new MangroveError("MGV_ARGUMENT", `out has room for ${leaves.length} leaves; ${count} rows × ${this.trees} trees are needed.`);
    const part = this.#partRows;
    for (let row = 0; row < count; row += part) {
      const some = Math.min(part, count - row);
      this.#scorer.leaves(this.#copy(rows, row, some), some, leaves, row * this.trees);
    }
    const { family, trees } = this.model;
    for (let i = 0; i < leaves.length; i++) leaves[i] = leafNumber(family, trees[i % this.trees]!, leaves[i]!);
    return leaves;
  }

  /**
   * What each feature adds to each margin, [n][outputs][features + 1]; the last of an output is its expected value. Added up in f64 they are the margin, within 1e-12 of
   * the sum of their magnitudes for LightGBM; for XGBoost, whose contributions and margins are f32, within 1e-6 for some hundreds of trees. These are Shapley values as XGBoost's `pred_contribs` and
   * LightGBM's `pred_contrib` define them: a feature that is left out goes both ways at its splits, in proportion to the training rows that did. Otherwise as
   * {@link margins}, by this thread alone. Throws `MGV_MODEL_COVER` where the file does not say how many rows those were, `MGV_MODEL_UNSUPPORTED` for linear leaves.
   */
  contributions(rows: Floats): Floats;
  contributions<Out extends Floats>(rows: Floats, out: Out): Out;
  contributions(rows: Floats, out?: Floats): Floats {
    const count = this.#rowsOf(rows);
    const perRow = this.outputs * (this.featureCount + 1);
    const contributions = this.#outFor(out, count * perRow);
    this.#contributions ??= this.#held.use(new Contributions(this.#kernel, this.model));
    const part = this.#partRows;
    for (let row = 0; row < count; row += part) {
      const some = Math.min(part, count - row);
      this.#contributions.write(this.#copy(rows, row, some), some, contributions, row * perRow);
    }
    return contributions;
  }

  /**
   * The importance of each feature, 0 for those that no split asks: XGBoost's `get_score` by `weight`, `gain`, `cover`, `total_gain` or `total_cover`,
   * LightGBM's `feature_importance` by `split` or `gain`. Throws `MGV_ARGUMENT` for a kind of the other library.
   */
  importance(kind: ImportanceKind): Float64Array {
    return importance(this.model, kind);
  }

  /** Margins and predictions of `rows` rows of f32, whatever the family, that lie in the memory of this forest's kernel at `input`. */
  predictAt(input: number, rows: number): { margins: Floats; predictions: Floats } {
    this.#refuseClosed();
    const margins = this.#outFor(undefined, rows * this.outputs);
    if (this.model.family === "xgboost") this.#scorer.margins(input, rows, margins, 0);
    else this.margins(this.#kernel.f32(input, rows * this.featureCount).slice(), margins);
    const predictions = this.#outFor(undefined, rows * this.predictions);
    this.#predict(margins, predictions);
    return { margins, predictions };
  }

  /** Gives the kernel's memory back. Scoring throws `MGV_ARGUMENT` from now on; closing again does nothing. */
  close(): void {
    this.#held.dispose();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Lives as long as the forest. */
  protected hold<Held extends Disposable | null>(held: Held): Held {
    return this.#held.use(held);
  }

  /** Margins of rows that fit, by this thread. */
  protected fillMargins(rows: Floats, margins: Floats): void {
    const count = rows.length / Math.max(this.featureCount, 1);
    const part = this.#partRows;
    for (let row = 0; row < count; row += part) {
      const some = Math.min(part, count - row);
      this.#scorer.margins(this.#copy(rows, row, some), some, margins, row * this.outputs);
    }
  }

  #refuseClosed(): void {
    if (this.#held.disposed) throw new MangroveError("MGV_ARGUMENT", "The forest is closed. Open it again to score by it.");
  }

  #rowsOf(rows: Floats): number {
    this.#refuseClosed();
    if (!(rows instanceof Float32Array || rows instanceof Float64Array)) throw new MangroveError("MGV_ARGUMENT", "rows must be a Float32Array or a Float64Array, one row behind the other, NaN where a value is missing. Lists become one by Float64Array.from(lists.flat(), (x) => x ?? NaN).");
    const count = rows.length / Math.max(this.featureCount, 1);
    if (Number.isInteger(count)) return count;
    throw new MangroveError("MGV_ARGUMENT", `rows has ${rows.length} numbers, which is no multiple of the model's ${this.featureCount} features.`);
  }

  #outFor(out: Floats | undefined, length: number): Floats {
    const wide = this.model.family === "lightgbm";
    if (out === undefined) return wide ? new Float64Array(length) : new Float32Array(length);
    if (out.length === length && out instanceof (wide ? Float64Array : Float32Array)) return out;
    throw new MangroveError("MGV_ARGUMENT", `out must be a ${wide ? "Float64Array" : "Float32Array"} of ${length} numbers, not a ${out.constructor.name} of ${out.length}.`);
  }

  get #partRows(): number {
    return Math.max(1, Math.floor(PART / Math.max(this.featureCount, 1)));
  }

  /** Copies `some` of the rows into the kernel; returns where they are. */
  #copy(rows: Floats, row: number, some: number): number {
    const at = this.#input.atLeast(some * this.featureCount);
    this.#input.view.set(some * this.featureCount === rows.length ? rows : rows.subarray(row * this.featureCount, (row + some) * this.featureCount));
    return at;
  }
}

function defaultNames(count: number): string[] {
  if (count > MOST_MADE_NAMES) throw new MangroveError("MGV_MODEL_UNSUPPORTED", `The model has ${count} features without names, and names for ${MOST_MADE_NAMES} are the most that are made up. Ask for featureCount, or number the features yourself.`);
  return Array.from({ length: count }, (_, i) => `f${i}`);
}
