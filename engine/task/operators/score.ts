import type { Arena } from "../../../kernel-as/host/arena.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { FeatureState, type FeatureSpec } from "../../features/features.ts";
import type { Model } from "../../model/model-store.ts";
import { alertLevelOf } from "../alerts.ts";
import type { ScoredReading } from "../evidence.ts";
import type { BatchContext, Operator } from "../operator.ts";
import { emptyTrial, type Scores } from "../output.ts";
import { firstRowAfter, joined, sliceRows, withColumns, type Rows } from "../rows.ts";
import { LastFeatures } from "./last-features.ts";
import { TrialScores, type Scored } from "./trial-scores.ts";

export interface ScoreOptions {
  readonly kernel: Kernel;
  readonly arena: Arena;
  /** Of the arena: the operator's own. */
  readonly root: number;
  readonly spec: FeatureSpec;
  /** The model that scores the batch in hand. */
  readonly model: () => Model;
  /** Between alerts of one sensor, where those of a trial are counted. */
  readonly holdOffMs: number;
}

/** Features and the model's scores of every row. */
export class ScoreOperator implements Operator {
  readonly features: FeatureState;
  readonly #trial: TrialScores;
  readonly #model: () => Model;
  readonly #last: LastFeatures;
  #arms: { readonly records: ArrayLike<number>; readonly arms: Uint8Array | null } = { records: [], arms: null };

  constructor({ kernel, arena, root, spec, model, holdOffMs }: ScoreOptions) {
    this.features = new FeatureState(kernel, spec, { arena, root });
    this.#trial = new TrialScores(kernel, holdOffMs);
    this.#model = model;
    this.#last = new LastFeatures(kernel);
  }

  /** What a model read of a record of the last batch; null where it scored none of it. */
  scoredOf(record: number): ScoredReading | null {
    const known = this.#last.of(record);
    if (known === null) return null;
    const { records, arms } = this.#arms;
    return { modelId: this.#model().id, isTrial: arms !== null && arms[Array.prototype.indexOf.call(records, record)] === 1, ...known };
  }

  process(rows: Rows, context: BatchContext): Rows {
    const { forgotten } = context;
    const model = this.#model();
    this.#last.clear();
    if (model.trial && rows.count > 0) context.trial ??= emptyTrial(model.trial.version);
    const { margins, probabilities, arms } = rows.count === 0 ? this.#scoreNone(forgotten) : forgotten.length === 0 ? this.#score(rows, model, context) : this.#scoreAround(rows, forgotten, model, context);
    this.#arms = { records: rows.records, arms };
    const { threshold: ours, trial } = model;
    const theirs = trial?.threshold ?? NaN;
    // loops, since `from` makes garbage for each of them
    const predictions = new Uint8Array(rows.count);
    const levels = new Uint8Array(rows.count);
    for (let i = 0; i < rows.count; i++) {
      const threshold = arms?.[i] === 1 ? theirs : ours;
      predictions[i] = Number(probabilities[i]! >= threshold);
      levels[i] = alertLevelOf(probabilities[i]!, threshold);
    }
    const scores: Scores = { models: arms ? [scoredBy(model), scoredBy(trial!)] : [scoredBy(model)], arms, margins, probabilities, predictions, levels };
    return withColumns(rows, () => [Float64Array.from(margins), Float64Array.from(probabilities), Float64Array.from(predictions)], scores);
  }

  #score(rows: Rows, model: Model, { trial: counts }: BatchContext): Scored {
    const features = this.features.push(rows);
    this.#last.set(rows.records, features);
    const { margins, predictions: probabilities } = model.forest.predictAt(features.at, features.rows);
    const scored = { margins, probabilities, arms: null };
    return model.trial ? this.#trial.score(rows, features, model, model.trial, scored, counts!) : scored;
  }

  /** The model may be closed by then: one that was replaced is held for a while, and clocks go on without records for longer. */
  #scoreNone(forgotten: BatchContext["forgotten"]): Scored {
    for (const { sensor } of forgotten) this.#forget(sensor);
    return { margins: new Float64Array(0), probabilities: new Float64Array(0), arms: null };
  }

  #forget(sensor: number): void {
    this.features.forget(sensor);
    this.#trial.forget(sensor);
  }

  /** The rows before each sensor that is forgotten, and those behind it. */
  #scoreAround(rows: Rows, forgotten: BatchContext["forgotten"], model: Model, context: BatchContext): Scored {
    const parts: Scored[] = [];
    let from = 0;
    for (const { record, sensor } of forgotten) {
      const to = firstRowAfter(rows, record, from);
      parts.push(this.#score(sliceRows(rows, from, to), model, context));
      this.#last.keep();
      this.#forget(sensor);
      from = to;
    }
    parts.push(this.#score(sliceRows(rows, from, rows.count), model, context));
    const isSplit = parts.some(({ arms }) => arms !== null);
    return {
      margins: joined(parts.map(({ margins }) => margins)),
      probabilities: joined(parts.map(({ probabilities }) => probabilities)),
      arms: isSplit ? joined(parts.map(({ arms, margins }) => arms ?? new Uint8Array(margins.length))) : null,
    };
  }

  [Symbol.dispose](): void {
    this.features[Symbol.dispose]();
    this.#trial[Symbol.dispose]();
  }
}

function scoredBy({ version, trainedOn, threshold }: Pick<Model, "version" | "trainedOn" | "threshold">): Scores["models"][0] {
  return { modelVersion: version, trainedOn, threshold };
}
