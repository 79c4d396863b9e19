import { calibrated } from "../kernel-as/model/calibration.ts";
import { featureFields, type Schema } from "../kernel-as/schema.ts";
import type { Model } from "../engine/model/model-store.ts";
import type { BatchAnswer, BatchEntry } from "./contract.ts";
import type { Reading } from "./readings.ts";

/** Whether a probability is fire to the model. */
export function isFire(model: Model, probability: number): boolean {
  return probability >= model.threshold;
}

type Scores = Omit<BatchEntry, "index">;

/** What is said of one scored reading. */
export function scoresOf(schema: Schema, model: Model, reading: Reading, probability: number): Scores {
  const fire = isFire(model, probability);
  return {
    prediction: fire ? 1 : 0,
    prediction_label: fire ? "fire" : "no_fire",
    probability,
    calibrated_probability: model.card?.calibration ? calibrated(model.card.calibration, probability) : null,
    confidence: { no_fire: 1 - probability, fire: probability },
    threshold: model.threshold,
    model_version: model.version,
    missing: featureFields(schema).flatMap((index) => (Number.isNaN(reading.values[index]) ? schema.fields[index]!.name : [])),
    window: { readings: 1 },
  };
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
