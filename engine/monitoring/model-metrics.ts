import { AlertMetrics } from "./alert-metrics.ts";
import { ScoreMetrics } from "./score-metrics.ts";

/** Of the model in use, the one that is tried beside it, and how far both can be trusted. `model_version` has one value for each model since the start. */
export class ModelMetrics extends AlertMetrics {
  readonly #predictions = this.counter("predictions_total", "Predictions made, of the stream and for HTTP clients.", ["result", "model_version", "source"]);
  /** Who has counters of predictions. */
  readonly #counted = new Set<string>();
  readonly #scores = new ScoreMetrics(this.registry, { name: "mangrove_prediction_score", help: "Probabilities of the event, of the stream and for HTTP clients." });
  readonly #model = this.gauge("model_info", "The model in use; always 1.", ["version", "trained_on"]);
  readonly #loaded = this.gauge("model_loaded_timestamp_seconds", "When the model in use came into use in this process.");
  readonly #trialReadings = this.counter("trial_readings_total", "Readings that a model on trial scored beside the one in use.", ["version"]);
  readonly #trialDisagreements = this.counter("trial_disagreements_total", "Readings that only one of both models takes for the event.", ["version"]);
  readonly #trialAlerts = this.counter("trial_alerts_total", "Alerts that each model raises, or would raise, for the readings of a trial.", ["version", "by"]);
  readonly #agreement = this.gauge("trial_agreement_ratio", "Share of the readings of the trial that both models take for the same.", ["version"]);
  #trial = { version: "", readings: 0, disagreements: 0 };
  readonly #distance = this.gauge("drift_distance", "How far a field's newest readings lie from those that the model was trained on.", ["feature", "method"]);
  readonly #psi = this.gauge("drift_psi", "The population stability index of a field's newest readings.", ["feature"]);
  readonly #quality = this.gauge("data_quality_ratio", "How good the newest readings are, from 0 to 1.");
  readonly #performance = this.gauge("model_performance_ratio", "How the model in use does on labelled readings, from 0 to 1.", ["measure"]);
  #version: string | null = null;

  predictions(counts: { fire: number; noFire: number }, modelVersion: string, source: "stream" | "http" = "stream"): void {
    const place = `${source} ${modelVersion}`;
    const isNew = !this.#counted.has(place);
    if (isNew) this.#counted.add(place);
    // what is there is not looked up for nothing: requests are many
    if (counts.fire > 0 || isNew) this.#predictions.inc({ result: "fire", model_version: modelVersion, source }, counts.fire);
    if (counts.noFire > 0 || isNew) this.#predictions.inc({ result: "no_fire", model_version: modelVersion, source }, counts.noFire);
  }

  scores(probabilities: ArrayLike<number>): void {
    this.#scores.count(probabilities);
  }

  /** Says which model is in use from now on, at `nowMs` since the epoch. */
  model({ version, trainedOn }: { readonly version: string; readonly trainedOn: string }, nowMs: number): void {
    if (this.#version === version) return;
    this.#version = version;
    this.#model.reset();
    this.#model.set({ version, trained_on: trainedOn }, 1);
    this.#loaded.set(nowMs / 1000);
  }

  /** What a model that is tried has done beside the one in use. */
  trial({ version, readings, disagreements, championAlerts, challengerAlerts }: { version: string; readings: number; disagreements: number; championAlerts: number; challengerAlerts: number }): void {
    this.#trialReadings.inc({ version }, readings);
    this.#trialDisagreements.inc({ version }, disagreements);
    this.#trialAlerts.inc({ version, by: "champion" }, championAlerts);
    this.#trialAlerts.inc({ version, by: "challenger" }, challengerAlerts);
    const before = this.#trial.version === version ? this.#trial : { readings: 0, disagreements: 0 };
    this.#trial = { version, readings: before.readings + readings, disagreements: before.disagreements + disagreements };
    this.#agreement.reset();
    if (this.#trial.readings > 0) this.#agreement.set({ version }, 1 - this.#trial.disagreements / this.#trial.readings);
  }

  /** Of all fields that are known now. Null: too little to say. */
  drift(fields: readonly { readonly feature: string; readonly method: string | null; readonly distance: number | null; readonly psi: number | null }[]): void {
    this.#distance.reset();
    this.#psi.reset();
    for (const { feature, method, distance, psi } of fields) {
      if (method !== null && distance !== null) this.#distance.set({ feature, method }, distance);
      if (psi !== null) this.#psi.set({ feature }, psi);
    }
  }

  /** From 0 to 1. */
  dataQuality(ratio: number): void {
    this.#quality.set(ratio);
  }

  /** From 0 to 1; null: nothing to measure it by. */
  modelPerformance(measures: Readonly<Partial<Record<"accuracy" | "precision" | "recall", number | null>>>): void {
    for (const [measure, value] of Object.entries(measures)) {
      if (value === null) this.#performance.remove({ measure });
      else this.#performance.set({ measure }, value);
    }
  }
}
