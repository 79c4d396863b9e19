import { calibrated } from "../../kernel-as/model/calibration.ts";
import type { Choice, Wish } from "../choice.ts";
import { recordingFamilies } from "../copies.ts";
import type { Dataset } from "../dataset.ts";
import type { RowModel } from "../row-trainer.ts";
import type { Fold } from "../split.ts";
import type { JudgedRows } from "./judged-rows.ts";

/** What the models of a split's folds say of the rows that they are tested by. */
export class Predictions {
  readonly #dataset: Dataset;
  /** Rising: rows come in the order of their arrival, whichever fold tests them. */
  readonly #rows: Uint32Array;
  /** By the number of the row. */
  readonly #probabilities: Float64Array;
  readonly #thresholds: Float64Array;
  readonly #calibrated: Float64Array;
  readonly #alone: Float64Array | null;

  constructor(dataset: Dataset, folds: readonly Fold[]) {
    const { rows, pointFeatures, featureNames } = dataset;
    this.#dataset = dataset;
    this.#rows = Uint32Array.from(folds.flatMap(({ test }) => Array.from(test))).sort();
    this.#probabilities = new Float64Array(rows);
    this.#thresholds = new Float64Array(rows);
    this.#calibrated = new Float64Array(rows);
    this.#alone = pointFeatures < featureNames.length ? new Float64Array(rows) : null;
  }

  add(test: Uint32Array, model: RowModel, { threshold, calibration }: Choice): void {
    const probabilities = model.predict(test);
    const alone = this.#alone && model.predict(test, true);
    test.forEach((row, i) => {
      const probability = probabilities[i]!;
      this.#probabilities[row] = probability;
      this.#thresholds[row] = threshold;
      this.#calibrated[row] = calibration ? calibrated(calibration, probability) : probability;
      if (this.#alone) this.#alone[row] = alone![i]!;
    });
  }

  judged(witnessOf: (row: number) => number, { calibration, holdOffMs }: Wish): JudgedRows {
    const families = recordingFamilies(this.#dataset);
    const { labels, timesMs, recordingOf, recordings } = this.#dataset;
    const picked = (of: (row: number) => number) => Float64Array.from(this.#rows, of);
    return {
      labels: picked((row) => labels[row]!),
      probabilities: picked((row) => this.#probabilities[row]!),
      family: "xgboost",
      thresholds: picked((row) => this.#thresholds[row]!),
      recordings: Array.from(this.#rows, (row) => recordings[recordingOf[row]!]!),
      witnesses: picked(witnessOf),
      alone: this.#alone && picked((row) => this.#alone![row]!),
      calibrated: calibration && picked((row) => this.#calibrated[row]!),
      timeline: { timesMs: picked((row) => timesMs[row]!), families: picked((row) => families[recordingOf[row]!]!), holdOffMs },
    };
  }
}
