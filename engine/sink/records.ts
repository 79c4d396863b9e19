import { ALGORITHM } from "../../kernel-as/model/card.ts";
import type { ProducedRecord } from "../broker/broker.ts";
import { writeLetter } from "../dead-letters/letter-text.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { predictionLabels } from "../pipeline/prediction-labels.ts";
import { alertLevels, type Alert } from "../task/alerts.ts";
import type { TaskOutput, WrittenRow } from "../task/output.ts";
import { timeText } from "../time-text.ts";

/**
 * An output as records of the pipeline's topics. They hold no processing time: the same input gives the same bytes. Field
 * names of predictions and alerts are those of the system that this one replaces.
 */
export function outputRecords(pipeline: Pipeline, output: TaskOutput): ProducedRecord[] {
  return [...predictionRecords(pipeline, output), ...otherRecords(pipeline, output)];
}

/** All but the predictions. */
export function otherRecords(pipeline: Pipeline, output: TaskOutput): ProducedRecord[] {
  return [
    ...output.alerts.map(alertRecord),
    ...output.rows.map(rowRecord),
    ...output.deadLetters.map((letter) => ({ topic: pipeline.deadLetters, ...writeLetter(letter) })),
  ];
}

function predictionRecords(pipeline: Pipeline, { batch, scores, scored, late }: TaskOutput): ProducedRecord[] {
  const topic = pipeline.predictions;
  if (!scores || topic === null) return []; // for the history alone
  const labels = predictionLabels(pipeline.event);
  const names = pipeline.schema.fields.map((field) => field.name);
  const modelInfos = scores.models.map(({ modelVersion, trainedOn }) => ({ algorithm: ALGORITHM, version: modelVersion, trained_on: trainedOn }));
  const { sensors: numbers, timesMs, appendTimesMs, offsets, columns } = batch;
  return Array.from(scores.predictions, (prediction, i) => {
    const row = scored?.[i] ?? i;
    const sensor = batch.names.of(numbers[row]!);
    const probability = scores.probabilities[i]!;
    const record = {
      prediction,
      prediction_label: labels[prediction as 0 | 1],
      probability,
      confidence: { [labels[0]]: 1 - probability, [labels[1]]: probability },
      timestamp: timeText(timesMs[row]!),
      sensor_id: sensor,
      late: late[row] === 1,
      model_info: modelInfos[scores.arms?.[i] ?? 0],
      stream_metadata: {
        kafka_topic: batch.topic,
        kafka_partition: batch.partition,
        kafka_offset: offsets[row]!,
        kafka_timestamp: timeText(appendTimesMs[row]!),
        prediction_id: `${batch.partition}_${offsets[row]}`,
      },
      sensor_data: Object.fromEntries(names.map((name, field) => [name, orNull(columns[field]![row]!)])),
      alert_level: alertLevels[scores.levels[i]!]!,
    };
    return { topic, key: sensor, value: JSON.stringify(record) };
  });
}

export function alertRecord(alert: Alert): ProducedRecord {
  const record = {
    timestamp: timeText(alert.timeMs),
    sensor: alert.sensor,
    ...(alert.cause !== null && { cause: alert.cause }),
    value: alert.value,
    threshold: alert.threshold,
    severity: alert.severity,
    message: alert.message,
    alert_type: alert.kind,
    alert_id: alert.id,
    ...(alert.modelVersion !== null && { model_version: alert.modelVersion }),
  };
  return { topic: alert.topic, key: alert.sensor, value: JSON.stringify(record) };
}

/** A row of fields that a step gave; of a window with its bounds. Missing values are null. */
export function rowRecord({ topic, sensor, timeMs, startMs, values }: WrittenRow): ProducedRecord {
  const times = startMs === null ? { timestamp: timeText(timeMs) } : { window_start: timeText(startMs), window_end: timeText(timeMs) };
  const fields = Object.fromEntries(Object.entries(values).map(([field, value]) => [field, orNull(value)]));
  return { topic, key: sensor, value: JSON.stringify({ sensor_id: sensor, ...times, ...fields }) };
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
