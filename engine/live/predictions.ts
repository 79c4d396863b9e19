import { predictionLabels } from "../pipeline/prediction-labels.ts";
import { alertLevels } from "../task/alerts.ts";
import { scoredBy, type TaskOutput } from "../task/output.ts";

/** The latest prediction of a sensor, and how many it stands for. */
export interface PredictionSample {
  count: number;
  /** Of these, how many the model takes for the event. */
  events: number;
  timeMs: number;
  probability: number;
  prediction: number;
  level: number;
  late: boolean;
  modelVersion: string;
}

/** The later one, with both counts; the same object. */
export function mergedPredictions(before: PredictionSample, now: PredictionSample): PredictionSample {
  now.count += before.count;
  now.events += before.events;
  return now;
}

/** Counts what outputs predict, by sensor. A batch may hold as many sensors as readings: each costs a few numbers, and an object the first time. */
export class PredictionTally {
  #batch = 0;
  readonly #touched: number[] = [];
  /** By number of a sensor: the batch that it was seen in last, and of that batch how many predictions, how many of the event, and the last one. */
  #seenIn = new Uint32Array(0);
  #counts = new Uint32Array(0);
  #events = new Uint32Array(0);
  #last = new Uint32Array(0);

  /** Adds to the samples of sensors. */
  add(samples: Map<string, PredictionSample>, { batch, late, scores, scored }: TaskOutput): void {
    if (!scores) return;
    const { sensors, timesMs, names } = batch;
    this.#take(scores.predictions, sensors, scored);
    for (const sensor of this.#touched) {
      const name = names.of(sensor);
      const last = this.#last[sensor]!;
      const row = scored?.[last] ?? last;
      let sample = samples.get(name);
      if (!sample) samples.set(name, (sample = { count: 0, events: 0, timeMs: 0, probability: 0, prediction: 0, level: 0, late: false, modelVersion: "" }));
      sample.count += this.#counts[sensor]!;
      sample.events += this.#events[sensor]!;
      sample.timeMs = timesMs[row]!;
      sample.probability = scores.probabilities[last]!;
      sample.prediction = scores.predictions[last]!;
      sample.level = scores.levels[last]!;
      sample.late = late[row] === 1;
      sample.modelVersion = scoredBy(scores, last).modelVersion;
    }
  }

  #take(predictions: Uint8Array, sensors: Uint32Array, scored: ArrayLike<number> | null): void {
    this.#batch++;
    this.#touched.length = 0;
    for (let i = 0; i < predictions.length; i++) {
      const sensor = sensors[scored === null ? i : scored[i]!]!;
      if (sensor >= this.#seenIn.length) this.#grow(sensor + 1);
      if (this.#seenIn[sensor] !== this.#batch) {
        this.#seenIn[sensor] = this.#batch;
        this.#counts[sensor] = 0;
        this.#events[sensor] = 0;
        this.#touched.push(sensor);
      }
      this.#counts[sensor]!++;
      this.#events[sensor]! += predictions[i]!;
      this.#last[sensor] = i;
    }
  }

  #grow(least: number): void {
    const grown = (old: Uint32Array<ArrayBuffer>) => {
      const numbers = new Uint32Array(Math.max(1024, least, old.length * 2));
      numbers.set(old);
      return numbers;
    };
    this.#seenIn = grown(this.#seenIn);
    this.#counts = grown(this.#counts);
    this.#events = grown(this.#events);
    this.#last = grown(this.#last);
  }
}

/** As the topic of predictions names what it holds. */
export function predictionText(sensor: string, event: string, { count, events, timeMs, probability, prediction, level, late, modelVersion }: PredictionSample): string {
  return JSON.stringify({
    sensor_id: sensor,
    timestamp: new Date(timeMs).toISOString(),
    prediction,
    prediction_label: predictionLabels(event)[prediction],
    probability,
    alert_level: alertLevels[level],
    late,
    model_version: modelVersion,
    count,
    [`${event}_count`]: events,
  });
}
