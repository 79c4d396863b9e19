import type { FetchedRecords } from "../../../kernel-as/host/fetched-records.ts";
import { readLetter } from "../../dead-letters/letter-text.ts";
import { addLetters } from "../../live/dead-letters.ts";
import { mergedPredictions, type PredictionSample } from "../../live/predictions.ts";
import { windowKey, windowText, type Seen } from "../../live/task-watch.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";
import { alertLevels, type AlertLevel } from "../../task/alerts.ts";

/** What follows in every prediction, as `engine/sink/records.ts` writes it: a digit, 1 for the event. */
const PREDICTION = '{"prediction":';
const EVENT = "1".charCodeAt(0);

/** As much of a prediction's record as is told of. */
interface PredictionRecord {
  readonly timestamp: string;
  readonly prediction: number;
  readonly probability: number;
  readonly alert_level: AlertLevel;
  readonly late: boolean;
  readonly model_info: { readonly version: string };
  readonly stream_metadata: { readonly kafka_timestamp: string | null };
}

/** Dead letters of a batch that are read, since each may be long. */
const MOST_LETTERS = 200;

/** Adds to what is to be told. */
type Take = (records: FetchedRecords, seen: Seen, nowMs: number) => void;

const text = new TextDecoder();

export interface OutputReader {
  /** What they count as; null: as nothing. */
  readonly kind: "predictions" | "alerts" | "rejected" | null;
  readonly take: Take;
}

/** How records of an output topic of a pipeline are told of. */
export function outputReader(pipeline: Pipeline, topic: string): OutputReader {
  if (topic === pipeline.predictions) return { kind: "predictions", take: takePredictions };
  if (topic === pipeline.deadLetters) return { kind: "rejected", take: takeLetters };
  return pipeline.alertTopics.includes(topic) ? { kind: "alerts", take: takeAlerts } : { kind: null, take: takeRows(topic) };
}

/** Of a batch the last prediction of each sensor is read, and the others are counted. */
const takePredictions: Take = (records, seen, nowMs) => {
  const { count, values, bounds } = records;
  const tallies = new Map<string, { count: number; events: number; last: number }>();
  for (let i = 0; i < count; i++) {
    const key = keyOf(records, i);
    const isEvent = Number(values[bounds[i]! + PREDICTION.length] === EVENT);
    const tally = tallies.get(key);
    if (!tally) tallies.set(key, { count: 1, events: isEvent, last: i });
    else {
      tally.count++;
      tally.events += isEvent;
      tally.last = i;
    }
  }
  let newestMs = NaN;
  for (const [sensor, { count: all, events, last }] of tallies) {
    const record = parsed(records, last);
    if (record === null || !isPrediction(record)) continue;
    const { timestamp, prediction, probability, alert_level: level, late, model_info: model, stream_metadata: place } = record;
    const sample: PredictionSample = { count: all, events, timeMs: Date.parse(timestamp), probability, prediction, level: alertLevels.indexOf(level), late, modelVersion: model.version };
    const before = seen.predictions.get(sensor);
    seen.predictions.set(sensor, before ? mergedPredictions(before, sample) : sample);
    if (place.kafka_timestamp !== null) newestMs = Math.max(Date.parse(place.kafka_timestamp), Number.isNaN(newestMs) ? -Infinity : newestMs);
  }
  if (!Number.isNaN(newestMs)) seen.lagMs = Math.max(0, nowMs - newestMs);
};

const takeAlerts: Take = (records, { alerts }) => {
  for (let i = 0; i < records.count; i++) if (parsed(records, i) !== null) alerts.push({ sensor: keyOf(records, i), data: text.decode(valueOf(records, i)) });
};

const takeLetters: Take = (records, { letters }) => {
  for (let i = Math.max(0, records.count - MOST_LETTERS); i < records.count; i++) {
    const letter = readLetter(valueOf(records, i));
    if (letter) addLetters(letters, [letter]);
  }
};

/** The last of each sensor. */
function takeRows(topic: string): Take {
  return (records, { windows }) => {
    const last = new Map<string, number>();
    for (let i = 0; i < records.count; i++) last.set(keyOf(records, i), i);
    for (const [sensor, i] of last) {
      const row = parsed(records, i);
      if (row === null || !("window_start" in row)) continue;
      const record = text.decode(valueOf(records, i));
      windows.set(windowKey(topic, sensor), { sensor, text: () => windowText(topic, record) });
    }
  };
}

function isPrediction(found: Partial<Record<keyof PredictionRecord, unknown>>): found is PredictionRecord {
  const { timestamp, probability, prediction, late, alert_level: level, model_info: model, stream_metadata: place } = found;
  return typeof timestamp === "string" && !Number.isNaN(Date.parse(timestamp)) && typeof probability === "number" && typeof prediction === "number" && typeof late === "boolean" && (alertLevels as readonly unknown[]).includes(level) && typeof model === "object" && model !== null && typeof place === "object" && place !== null;
}

function keyOf({ keys, keyBounds }: FetchedRecords, i: number): string {
  return text.decode(keys.subarray(keyBounds[i], keyBounds[i + 1]));
}

function valueOf({ values, bounds }: FetchedRecords, i: number): Uint8Array {
  return values.subarray(bounds[i], bounds[i + 1]);
}

/** Null for what is no JSON object: something else may have been written to the topic. */
function parsed(records: FetchedRecords, i: number): object | null {
  try {
    const found: unknown = JSON.parse(text.decode(valueOf(records, i)));
    return typeof found === "object" ? found : null;
  } catch {
    return null;
  }
}
