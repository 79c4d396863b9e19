import { calibrated } from "../kernel-as/model/calibration.ts";
import { featureFields, type Schema } from "../kernel-as/schema.ts";
import type { Model } from "../engine/model/model-store.ts";
import type { BatchAnswer, BatchEntry } from "./contract.ts";

/** Whether a probability is fire to the model. */
export function isFire(model: Pick<Model, "threshold">, probability: number): boolean {
  return probability >= model.threshold;
}

/** A field that the model reads, and which column it is. */
export interface ReadField {
  readonly index: number;
  readonly name: string;
}

export function readFields(schema: Schema): ReadField[] {
  return featureFields(schema).map((index) => ({ index, name: schema.fields[index]!.name }));
}

/** Fields that a row has no value of. */
export function missingOf(fields: readonly ReadField[], columns: readonly Float64Array[], row: number): string[] {
  const missing: string[] = [];
  for (const { index, name } of fields) if (Number.isNaN(columns[index]![row]!)) missing.push(name);
  return missing;
}

type Scores = Omit<BatchEntry, "index">;

/** What is said of one scored reading. `labels`: those of the pipeline's predictions. */
export function scoresOf(model: Pick<Model, "threshold" | "version" | "card">, { labels, probability, missing, readings }: { readonly labels: readonly [string, string]; readonly probability: number; readonly missing: string[]; readonly readings: number }): Scores {
  const prediction = isFire(model, probability) ? 1 : 0;
  return {
    prediction,
    prediction_label: labels[prediction],
    probability,
    calibrated_probability: model.card?.calibration ? calibrated(model.card.calibration, probability) : null,
    confidence: { [labels[0]]: 1 - probability, [labels[1]]: probability },
    threshold: model.threshold,
    model_version: model.version,
    missing,
    window: { readings },
  };
}

/** The counts of two batches together. */
export function addSummaries(a: BatchAnswer["summary"], b: BatchAnswer["summary"]): BatchAnswer["summary"] {
  return Object.fromEntries(Object.entries(a).map(([name, count]) => [name, count + b[name as keyof typeof b]])) as BatchAnswer["summary"];
}

/** The counts of a batch, each under both of the names that the original system's clients know. */
export function summaryOf(entries: BatchAnswer["predictions"]): BatchAnswer["summary"] {
  const scored = entries.filter((entry) => "prediction" in entry);
  const fire = scored.filter((entry) => entry.prediction === 1).length;
  const noFire = scored.length - fire;
  return {
    total_samples: entries.length,
    successful_predictions: scored.length,
    fire_detections: fire,
    fire_predictions: fire,
    no_fire_detections: noFire,
    no_fire_predictions: noFire,
    errors: entries.length - scored.length,
  };
}
