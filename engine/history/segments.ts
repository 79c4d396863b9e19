import { MangroveError } from "../../kernel-as/errors.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { alertLevels } from "../task/alerts.ts";
import type { TaskOutput } from "../task/output.ts";
import type { Segment, SegmentColumn } from "./segment.ts";

/** The columns that every reading has beside its fields, and those that the folders' names give. */
const OWN_COLUMNS = ["sensor", "event_time", "topic", "partition", "offset", "append_time", "label", "kind", "date"];

/** Throws `MGV_HISTORY` for fields that a table cannot tell apart: SQL does not see upper and lower case. */
export function checkNames({ schema }: Pipeline): void {
  const taken = new Set(OWN_COLUMNS);
  for (const { name } of schema.fields) {
    if (taken.has(name.toLowerCase())) throw new MangroveError("MGV_HISTORY", `The history cannot hold a field called "${name}": another column has that name. Rename the field in the schema.`);
    taken.add(name.toLowerCase());
  }
}

/** The readings of outputs that follow each other, and their predictions where they were scored. `run` tells files of one process from those of another. */
export function segmentsOf(pipeline: Pipeline, run: string, outputs: readonly TaskOutput[]): Segment[] {
  const first = outputs[0]!.batch;
  const last = outputs.at(-1)!.batch;
  const name = `${first.topic}-${first.partition}-${first.offsets[0]}-${last.offsets.at(-1)}-${run}`;
  const rows = outputs.reduce((sum, { batch }) => sum + batch.count, 0);
  const numbers = (column: (output: TaskOutput) => ArrayLike<number>) => {
    const parts = outputs.map(column);
    const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const values of parts) {
      all.set(values, at);
      at += values.length;
    }
    return all;
  };
  const asTime = "epoch_ms(CAST($ AS BIGINT))";
  const keys: SegmentColumn[] = [
    { name: "sensor", values: outputs.flatMap(({ batch }) => Array.from(batch.sensors, (number) => batch.names.of(number))) },
    { name: "event_time", values: numbers(({ batch }) => batch.timesMs), sql: asTime },
    { name: "topic", values: outputs.flatMap(({ batch }) => new Array<string>(batch.count).fill(batch.topic)) },
    { name: "partition", values: numbers(({ batch }) => new Float64Array(batch.count).fill(batch.partition)), sql: "CAST($ AS INTEGER)" },
    { name: "offset", values: numbers(({ batch }) => batch.offsets), sql: "CAST($ AS BIGINT)" },
  ];
  const readings: SegmentColumn[] = [
    ...keys,
    { name: "append_time", values: numbers(({ batch }) => batch.appendTimesMs), sql: asTime },
    ...pipeline.schema.fields.map((field, index) => ({ name: field.name, values: numbers(({ batch }) => batch.columns[index]!) })),
    { name: "label", values: numbers(({ batch }) => batch.labels), sql: "CAST($ AS TINYINT)" },
  ];
  if (outputs.some(({ scores }) => !scores)) return [{ kind: "readings", name, rows, columns: readings }];
  const places = scoredPlaces(outputs);
  const predictions: SegmentColumn[] = [
    ...keys.map((column) => ({ ...column, values: pick(column.values, places) })),
    { name: "prediction", values: numbers(({ scores }) => scores!.predictions), sql: "CAST($ AS TINYINT)" },
    { name: "probability", values: numbers(({ scores }) => scores!.probabilities) },
    { name: "margin", values: numbers(({ scores }) => scores!.margins) },
    { name: "late", values: pick(numbers(({ late }) => late), places), sql: "CAST($ AS BOOLEAN)" },
    { name: "alert_level", values: outputs.flatMap(({ scores }) => Array.from(scores!.levels, (level) => alertLevels[level]!)) },
    { name: "model_version", values: outputs.flatMap(({ scores }) => new Array<string>(scores!.predictions.length).fill(scores!.modelVersion)) },
  ];
  return [
    { kind: "readings", name, rows, columns: readings },
    { kind: "predictions", name, rows: places?.length ?? rows, columns: predictions },
  ];
}

/** Among the readings of all outputs the places of those that were scored; null: all were. */
function scoredPlaces(outputs: readonly TaskOutput[]): number[] | null {
  if (outputs.every(({ scored }) => scored === null)) return null;
  let before = 0;
  return outputs.flatMap(({ batch, scored }) => {
    const first = before;
    before += batch.count;
    return Array.from({ length: scored?.length ?? batch.count }, (_, i) => first + (scored?.[i] ?? i));
  });
}

function pick(values: SegmentColumn["values"], places: readonly number[] | null): SegmentColumn["values"] {
  return places === null ? values : (places.map((place) => values[place]!) as number[] | string[]);
}
