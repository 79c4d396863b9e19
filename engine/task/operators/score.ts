import type { Arena } from "../../../kernel-as/host/arena.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import type { Floats } from "../../../kernel-as/model/forest.ts";
import { FeatureState, type FeatureSpec } from "../../features/features.ts";
import type { Model } from "../../model/model-store.ts";
import { alertLevelOf } from "../alerts.ts";
import type { BatchContext, Operator } from "../operator.ts";
import type { Scores } from "../output.ts";
import { firstRowFrom, sliceRows, withColumns, type Rows } from "../rows.ts";

export interface ScoreOptions {
  readonly kernel: Kernel;
  readonly arena: Arena;
  /** Of the arena: the operator's own. */
  readonly root: number;
  readonly spec: FeatureSpec;
  /** The model that scores the batch in hand. */
  readonly model: () => Model;
}

/** Features and the model's scores of every row. */
export class ScoreOperator implements Operator {
  readonly #features: FeatureState;
  readonly #model: () => Model;

  constructor({ kernel, arena, root, spec, model }: ScoreOptions) {
    this.#features = new FeatureState(kernel, spec, { arena, root });
    this.#model = model;
  }

  process(rows: Rows, { forgotten }: BatchContext): Rows {
    const model = this.#model();
    const { margins, probabilities } = rows.count === 0 ? this.#scoreNone(forgotten) : forgotten.length === 0 ? this.#score(rows, model) : this.#scoreAround(rows, forgotten, model);
    // loops, since `from` makes garbage for each of them
    const predictions = new Uint8Array(rows.count);
    const levels = new Uint8Array(rows.count);
    for (let i = 0; i < rows.count; i++) {
      predictions[i] = Number(probabilities[i]! >= model.threshold);
      levels[i] = alertLevelOf(probabilities[i]!, model.threshold);
    }
    const scores: Scores = {
      modelVersion: model.version,
      trainedOn: model.trainedOn,
      threshold: model.threshold,
      margins,
      probabilities,
      predictions,
      levels,
    };
    return withColumns(rows, () => [Float64Array.from(margins), Float64Array.from(probabilities), Float64Array.from(predictions)], scores);
  }

  #score(rows: Rows, { forest }: Model): { margins: Floats; probabilities: Floats } {
    const features = this.#features.push(rows);
    const { margins, predictions: probabilities } = forest.predictAt(features.at, features.rows);
    return { margins, probabilities };
  }

  /** The model may be closed by then: one that was replaced is held for a while, and clocks go on without records for longer. */
  #scoreNone(forgotten: BatchContext["forgotten"]): { margins: Floats; probabilities: Floats } {
    for (const { sensor } of forgotten) this.#features.forget(sensor);
    return { margins: new Float64Array(0), probabilities: new Float64Array(0) };
  }

  /** The rows before each sensor that is forgotten, and those behind it. */
  #scoreAround(rows: Rows, forgotten: BatchContext["forgotten"], model: Model): { margins: Floats; probabilities: Floats } {
    const parts: { margins: Floats; probabilities: Floats }[] = [];
    let from = 0;
    for (const { record, sensor } of forgotten) {
      const to = firstRowFrom(rows, record);
      parts.push(this.#score(sliceRows(rows, from, to), model));
      this.#features.forget(sensor);
      from = to;
    }
    parts.push(this.#score(sliceRows(rows, from, rows.count), model));
    return { margins: joined(parts.map(({ margins }) => margins)), probabilities: joined(parts.map(({ probabilities }) => probabilities)) };
  }

  [Symbol.dispose](): void {
    this.#features[Symbol.dispose]();
  }
}

function joined(parts: readonly Floats[]): Floats {
  const Floats = parts[0]!.constructor as new (length: number) => Floats;
  const all = new Floats(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
