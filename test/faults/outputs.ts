import type { RecordBatch } from "../../engine/source/source.ts";
import { keyOf } from "../../engine/source/record-batch.ts";
import type { Item } from "./fold.ts";
import type { TopicKind } from "./pipeline.ts";

/** A record of an output topic as it is. */
export interface OutputRecord {
  readonly kind: TopicKind;
  readonly key: string | null;
  readonly value: string;
}

const text = new TextDecoder();

export function outputsOf(kind: TopicKind, batches: readonly RecordBatch[]): OutputRecord[] {
  return batches.flatMap((records) =>
    Array.from({ length: records.count }, (_, i) => ({ kind, key: keyOf(records, i), value: text.decode(records.values.subarray(records.bounds[i], records.bounds[i + 1])) })),
  );
}

/** What the record says, in the words of `fold.ts`. */
export function itemOf({ kind, value }: OutputRecord): Item {
  const record = JSON.parse(value) as Record<string, any>;
  const { sensor_id: of } = record;
  switch (kind) {
    case "predictions": {
      const { kafka_partition: partition, kafka_offset: offset } = record["stream_metadata"];
      return { kind, of, id: `${record["sensor_data"].sequence}`, text: `${partition}/${offset}` };
    }
    case "running":
      return { kind, of, id: `${record["sequence"]}`, text: `${record["seen"]} ${record["total"]}` };
    case "late":
      return { kind, of, id: `${record["sequence"]}`, text: `${record["value"]}` };
    case "windows":
    case "updates":
      return { kind, of, id: record["window_start"], text: `${record["readings"]} ${record["first"]} ${record["last"]} ${record["total"]}` };
    case "bounds":
      return { kind, of: record["sensor"], id: inputOf(record["alert_id"]), text: `${record["value"]}` };
    case "alerts":
      return { kind, of: record["sensor"], id: inputOf(record["alert_id"]), text: `${record["value"]} ${record["model_version"]}` };
    case "dead":
      return { kind, of: record["key"], id: `${record["partition"]}_${record["offset"]}`, text: record["code"] };
  }
}

/** The alert that a prediction must have raised; null: none. */
export function alertOf({ value }: OutputRecord): Item | null {
  const record = JSON.parse(value) as Record<string, any>;
  if (record["alert_level"] === "NONE") return null;
  return { kind: "alerts", of: record["sensor_id"], id: record["stream_metadata"].prediction_id, text: `${record["probability"]} ${record["model_info"].version}` };
}

/** Partition and offset, of an id that may tell more. */
function inputOf(alertId: string): string {
  return alertId.split("_").slice(0, 2).join("_");
}
