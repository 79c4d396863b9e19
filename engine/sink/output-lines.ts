import type { Pipeline } from "../pipeline/pipeline.ts";
import type { TaskOutput } from "../task/output.ts";
import { otherRecords, outputRecords } from "./records.ts";

const text = new TextEncoder();

/** An output as lines of JSON in UTF-8, by topic; copies. */
export function outputLines(pipeline: Pipeline, output: TaskOutput): Map<string, Uint8Array[]> {
  const { encodePredictions } = output;
  const lines = new Map<string, Uint8Array[]>();
  const { predictions } = pipeline;
  if (encodePredictions && predictions !== null) lines.set(predictions, [encodePredictions().bytes.slice()]);
  const texts = Map.groupBy((encodePredictions ? otherRecords : outputRecords)(pipeline, output), ({ topic }) => topic);
  for (const [topic, records] of texts) lines.set(topic, [...(lines.get(topic) ?? []), text.encode(records.map(({ value }) => `${value}\n`).join(""))]);
  return lines;
}
