import { MangroveError } from "../../kernel-as/errors.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { alertLevels } from "../task/alerts.ts";
import type { NumberArray } from "./array-tables.ts";
import type { KeptOutput, OpenSegment } from "./open-segment.ts";
import type { Segment, SegmentColumn } from "./segment.ts";
import { literal } from "./sql.ts";

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

const time = (column: string) => `epoch_ms(CAST(${column} AS BIGINT))`;
const tinyint = (column: string) => `CAST(${column} AS TINYINT)`;

/** The readings of a segment, and their predictions where all outputs were scored. `run` tells files of one process from those of another. */
export function segmentsOf(pipeline: Pipeline, run: string, { topic, partition, names, outputs }: OpenSegment): Segment[] {
  const name = `${topic}-${partition}-${outputs[0]!.offsets[0]}-${outputs.at(-1)!.offsets.at(-1)}-${run}`;

  const segment = (kind: string, pick: PickRows, own: readonly SegmentColumn[]): Segment => {
    const parts = <Values extends NumberArray>(of: (output: KeptOutput) => Values) => outputs.map((output) => pick(output, of(output)));
    const timesMs = parts((output) => output.timesMs);
    const keys: SegmentColumn[] = [
      { name: "sensor", parts: parts(({ sensors }) => sensors), texts: names },
      { name: "event_time", parts: timesMs, sql: time },
      { name: "topic", sql: () => literal(topic) },
      { name: "partition", sql: () => `CAST(${partition} AS INTEGER)` },
      { name: "offset", parts: parts(({ offsets }) => offsets), sql: (column) => `CAST(${column} AS BIGINT)` },
    ];
    return { kind, name, timesMs, columns: [...keys, ...own] };
  };

  const readings = segment("readings", (_, values) => values, [
    { name: "append_time", parts: outputs.map(({ appendTimesMs }) => appendTimesMs), sql: time },
    ...pipeline.schema.fields.map((field, index) => ({ name: field.name, parts: outputs.map(({ columns }) => columns[index]!) })),
    { name: "label", parts: outputs.map(({ labels }) => labels), sql: tinyint },
  ]);
  const scored = outputs.flatMap(({ scores }) => scores ?? []);
  if (scored.length < outputs.length) return [readings];

  const versions = [...new Set(scored.map(({ modelVersion }) => modelVersion))];
  const predictions = segment("predictions", pickScored, [
    { name: "prediction", parts: scored.map(({ predictions }) => predictions), sql: tinyint },
    { name: "probability", parts: scored.map(({ probabilities }) => new Float64Array(probabilities)) },
    { name: "margin", parts: scored.map(({ margins }) => new Float64Array(margins)) },
    { name: "late", parts: outputs.map((output) => pickScored(output, output.late)), sql: (column) => `CAST(${column} AS BOOLEAN)` },
    { name: "alert_level", parts: scored.map(({ levels }) => levels), texts: alertLevels },
    { name: "model_version", parts: scored.map(({ modelVersion, levels }) => new Uint32Array(levels.length).fill(versions.indexOf(modelVersion))), texts: versions },
  ]);
  return [readings, predictions];
}

/** Those of an output's rows that go into a segment. */
type PickRows = <Values extends NumberArray>(output: KeptOutput, values: Values) => Values;

const pickScored: PickRows = ({ scored }, values) => {
  if (scored === null) return values;
  const picked = new (values.constructor as new (length: number) => typeof values)(scored.length);
  for (let i = 0; i < scored.length; i++) picked[i] = values[scored[i]!]!;
  return picked;
};
