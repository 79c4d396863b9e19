import { logistic } from "../kernel-as/model/calibration.ts";
import type { Forest } from "../kernel-as/host/forest.ts";
import type { Family, Floats } from "../kernel-as/model/forest.ts";

/**
 * Probabilities of a forest whose margins are logits, in f64. LightGBM's predictions are; of XGBoost's the margins are taken. A model that is sure of most rows has margins above 17: as f32, which XGBoost's predictions are, all these probabilities are 1, and their order, which AUC is made of, is
 * lost. What is decided by them is decided by {@link asScored}.
 */
export function probabilities(forest: Forest, rows: Floats): Float64Array<ArrayBuffer> {
  return forest.model.family === "xgboost" ? Float64Array.from(forest.margins(rows), logistic) : Float64Array.from(forest.predict(rows));
}

/** A probability of a model of this family as the engine compares it with a threshold: XGBoost's are f32. */
export function asScored(family: Family, probability: number): number {
  return family === "xgboost" ? Math.fround(probability) : probability;
}
