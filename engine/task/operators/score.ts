import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { FeatureState, type FeatureSpec } from "../../features/features.ts";
import type { Model } from "../../model/model-store.ts";
import { alertLevelOf } from "../alerts.ts";
import type { Scores } from "../output.ts";
import type { Operator } from "../operator.ts";
import { withColumns, type Rows } from "../rows.ts";

/** Features and the model's scores of every row. */
export class ScoreOperator implements Operator {
  readonly #features: FeatureState;
  readonly #model: () => Model;

  /** `model`: the one that scores the batch in hand. */
  constructor(kernel: Kernel, spec: FeatureSpec, model: () => Model) {
    this.#features = new FeatureState(kernel, spec);
    this.#model = model;
  }

  process(rows: Rows): Rows {
    const model = this.#model();
    const features = this.#features.push(rows);
    const { margins, predictions: probabilities } = model.forest.predictAt(features.at, features.rows);
    const predictions = Uint8Array.from(probabilities, (p) => (p >= model.threshold ? 1 : 0));
    const scores: Scores = {
      modelVersion: model.version,
      trainedOn: model.trainedOn,
      threshold: model.threshold,
      margins,
      probabilities,
      predictions,
      levels: Uint8Array.from(probabilities, (p) => alertLevelOf(p, model.threshold)),
    };
    return withColumns(rows, () => [Float64Array.from(margins), Float64Array.from(probabilities), Float64Array.from(predictions)], scores);
  }

  [Symbol.dispose](): void {
    this.#features[Symbol.dispose]();
  }
}
