import type { Batch } from "../engine/batch.ts";
import { featureOrigins, type FeatureOrigin } from "../engine/features/feature-origins.ts";
import type { Model } from "../engine/model/model-store.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { predictionLabels } from "../engine/pipeline/prediction-labels.ts";
import { featureFields } from "../kernel-as/schema.ts";
import type { Explanation } from "./contract.ts";
import type { AppOptions } from "./options.ts";
import { readFields, scoresOf } from "./prediction.ts";
import { Scorer } from "./score.ts";

/** A model as far as predictions of it are explained. */
export type Explaining = Pick<Model, "forest" | "threshold" | "version" | "card" | "trainedOn">;

/** Explains predictions of one pipeline, of the features that they are made of. */
export class Explainer {
  readonly #pipeline: Pipeline;
  readonly #scorer: Scorer;
  readonly #origins: readonly FeatureOrigin[];

  constructor(options: AppOptions) {
    this.#pipeline = options.pipeline;
    this.#scorer = new Scorer(options);
    this.#origins = featureOrigins(options.pipeline);
  }

  /** Throws `MGV_MODEL_COVER` or `MGV_MODEL_UNSUPPORTED` for a model of which contributions cannot be computed. Does not wait in between, so the model cannot be swapped under it. */
  explain(model: Model, batch: Batch): Explanation[] {
    const width = this.#origins.length;
    const { features, readings } = this.#scorer.features(batch);
    return Array.from(readings, (count, row) => {
      const values = Float64Array.from(batch.columns, (column) => column[row]!);
      return this.row(model, features.subarray(row * width, (row + 1) * width), { readings: count, values });
    });
  }

  /** Of one row of features, with the values of the reading's fields. Throws as {@link explain}. */
  row(model: Explaining, features: Float32Array, { readings, values }: { readonly readings: number; readonly values: Float64Array }): Explanation {
    const { forest } = model;
    const contributions = forest.contributions(features);
    const missing = readFields(this.#pipeline.schema).flatMap(({ index, name }) => (Number.isNaN(values[index]!) ? [name] : []));
    return {
      ...scoresOf(model, { labels: predictionLabels(this.#pipeline.event), probability: forest.predict(features)[0]!, missing, readings }),
      margin: forest.margins(features)[0]!,
      bias: contributions[this.#origins.length]!,
      contributions: this.#ofFeatures(features, contributions),
      fields: this.#ofFields(features, contributions),
    };
  }

  #ofFeatures(values: Float32Array, contributions: ArrayLike<number>): Explanation["contributions"] {
    const all = this.#origins.map(({ name, fields, unit }, i) => ({ feature: name, fields: [...fields], unit, value: known(values[i]!), contribution: contributions[i]! }));
    return all.filter(({ contribution }) => contribution !== 0).sort(largestFirst);
  }

  /** The first columns are the fields themselves. */
  #ofFields(values: Float32Array, contributions: ArrayLike<number>): Explanation["fields"] {
    const { schema } = this.#pipeline;
    const sums = featureFields(schema).map((index, i) => ({ field: schema.fields[index]!.name, unit: schema.fields[index]!.unit, value: known(values[i]!), contribution: 0 }));
    for (const [i, { fields }] of this.#origins.entries()) {
      for (const name of fields) sums.find(({ field }) => field === name)!.contribution += contributions[i]! / fields.length;
    }
    return sums.sort(largestFirst);
  }
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function largestFirst(a: { readonly contribution: number }, b: { readonly contribution: number }): number {
  return Math.abs(b.contribution) - Math.abs(a.contribution);
}
