import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ReferenceDecoder } from "../../engine/decode/reference.ts";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { RecordBatchBuilder } from "../../engine/source/record-batch.ts";
import { textTable } from "../text-table.ts";
import type { Sample } from "./sample.ts";

const ROWS = 10;

/** The first messages as the pipeline of a file decodes them: what it will work with. */
export async function firstRows(path: string, sample: Sample): Promise<string[]> {
  const { default: pipeline } = (await import(pathToFileURL(resolve(path)).href)) as { default: Pipeline };
  const { schema } = pipeline;
  const bytes = new TextEncoder();
  const builder = new RecordBatchBuilder(pipeline.readings, 0);
  for (const [i, message] of sample.messages.slice(0, ROWS).entries()) {
    const key = sample.keys[i] ?? null;
    builder.add(i, NaN, key === null ? null : bytes.encode(key), bytes.encode(JSON.stringify(message)));
  }
  const { batch, deadLetters } = new ReferenceDecoder(schema, { kind: "json" }, { maxAheadMs: Infinity }).decode(builder.take());
  const rows = Array.from({ length: batch.count }, (_, row) => [new Date(batch.timesMs[row]!).toISOString(), batch.names.of(batch.sensors[row]!), ...schema.fields.map((__, field) => shown(batch.columns[field]![row]!)), shown(batch.labels[row]!)]);
  const refused = deadLetters.slice(0, 1).map(({ code, reason }) => `${deadLetters.length} of the first ${ROWS} would be dead letters: ${code}: ${reason}`);
  return [...textTable(["time", "sensor", ...schema.fields.map(({ name }) => name), schema.label], rows), ...refused];
}

function shown(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
