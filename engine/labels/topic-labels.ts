import type { Schema } from "../../kernel-as/schema.ts";
import type { Label } from "../history/labels.ts";
import type { RecordBatch } from "../source/source.ts";
import { readLabel } from "./read-label.ts";

export interface TopicLabels {
  readonly labels: readonly Label[];
  /** What is no label, in sentences. */
  readonly refused: readonly string[];
}

/** The labels of some records of their topic: given when they were appended, numbered by their offsets, so that a record that is read twice says the same. */
export function labelsOfRecords(schema: Pick<Schema, "time">, { topic, partition, count, values, bounds, offsets, appendTimesMs }: RecordBatch): TopicLabels {
  const text = new TextDecoder();
  const labels: Label[] = [];
  const refused: string[] = [];
  for (let record = 0; record < count; record++) {
    const read = readLabel(schema, parsed(text.decode(values.subarray(bounds[record], bounds[record + 1]))));
    if ("sensor" in read) labels.push({ ...read, givenMs: Number.isNaN(appendTimesMs[record]!) ? 0 : Math.floor(appendTimesMs[record]!), number: offsets[record]! });
    else refused.push(`record ${offsets[record]} of ${topic}/${partition} is no label: ${read.map(({ detail }) => detail).join("; ")}`);
  }
  return { labels, refused };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
