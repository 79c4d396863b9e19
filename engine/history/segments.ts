import { alertLevels } from "../task/alerts.ts";
import type { Scores } from "../task/output.ts";
import type { NumberArray } from "./array-tables.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { KeptOutput, OpenSegment } from "./open-segment.ts";
import { alertColumns, offsetOf, rowColumns, textColumn } from "./other-columns.ts";
import type { Segment, SegmentColumn } from "./segment.ts";
import { asBigint, asTime, asTinyint, literal } from "./sql.ts";

/** What goes into the history, for people. */
export const WRITTEN = "readings, predictions, alerts and analytics";

/** The readings of a segment, their predictions, its alerts and its rows; of kinds that have none nothing. `run` tells files of one process from those of another. */
export function segmentsOf(pipeline: Pipeline, run: string, { topic, partition, range, names, outputs, alerts, rows }: OpenSegment): Segment[] {
  const name = `${topic}-${partition}-${range}-${run}`;
  const place: SegmentColumn[] = [
    { name: "topic", sql: () => literal(topic) },
    { name: "partition", sql: () => `CAST(${partition} AS INTEGER)` },
  ];

  const ofReadings = (kind: string, those: readonly KeptOutput[], pick: PickRows, own: readonly SegmentColumn[]): Segment => {
    const parts = <Values extends NumberArray>(of: (output: KeptOutput) => Values) => those.map((output) => pick(output, of(output)));
    const timesMs = parts((output) => output.timesMs);
    const keys: SegmentColumn[] = [
      { name: "sensor", parts: parts(({ sensors }) => sensors), texts: names },
      { name: "event_time", parts: timesMs, sql: asTime },
      ...place,
      { name: "offset", parts: parts(({ offsets }) => offsets), sql: asBigint },
    ];
    return { kind, name, timesMs, columns: [...keys, ...own] };
  };

  const ofOthers = <Row extends { readonly sensor: string; readonly timeMs: number }>(kind: string, those: readonly Row[], offset: (row: Row) => number, own: readonly SegmentColumn[]): Segment => {
    const timesMs = [Float64Array.from(those, ({ timeMs }) => timeMs)];
    const keys: SegmentColumn[] = [
      textColumn("sensor", those, ({ sensor }) => sensor),
      { name: "event_time", parts: timesMs, sql: asTime },
      ...place,
      { name: "offset", parts: [Float64Array.from(those, offset)], sql: asBigint },
    ];
    return { kind, name, timesMs, columns: [...keys, ...own] };
  };

  const segments: Segment[] = [];
  if (outputs.length > 0) {
    segments.push(
      ofReadings("readings", outputs, (_, values) => values, [
        { name: "append_time", parts: outputs.map(({ appendTimesMs }) => appendTimesMs), sql: asTime },
        ...pipeline.schema.fields.map((field, index) => ({ name: field.name, parts: outputs.map(({ columns }) => columns[index]!) })),
        { name: "label", parts: outputs.map(({ labels }) => labels), sql: asTinyint },
      ]),
    );
    const predicted = outputs.filter(({ scores }) => scores !== null);
    const scored = predicted.map(({ scores }) => scores!);
    const versions = [...new Set(scored.flatMap(({ models }) => models.map(({ modelVersion }) => modelVersion)))];
    if (scored.length > 0) {
      segments.push(
        ofReadings("predictions", predicted, pickScored, [
          { name: "prediction", parts: scored.map(({ predictions }) => predictions), sql: asTinyint },
          { name: "probability", parts: scored.map(({ probabilities }) => new Float64Array(probabilities)) },
          { name: "margin", parts: scored.map(({ margins }) => new Float64Array(margins)) },
          { name: "late", parts: predicted.map((output) => pickScored(output, output.late)), sql: (column) => `CAST(${column} AS BOOLEAN)` },
          { name: "alert_level", parts: scored.map(({ levels }) => levels), texts: alertLevels },
          { name: "model_version", parts: scored.map((scores) => placesOf(scores, versions)), texts: versions },
        ]),
      );
    }
  }
  if (alerts.length > 0) segments.push(ofOthers("alerts", alerts, offsetOf, alertColumns(alerts)));
  if (rows.length > 0) segments.push(ofOthers("analytics", rows, ({ offset }) => offset, rowColumns(rows)));
  return segments;
}

/** The places in `versions` of the models that scored the rows. */
function placesOf({ models, arms, levels }: Scores, versions: readonly string[]): Uint32Array {
  const places = models.map(({ modelVersion }) => versions.indexOf(modelVersion));
  return arms ? Uint32Array.from(arms, (arm) => places[arm]!) : new Uint32Array(levels.length).fill(places[0]!);
}

/** Those of an output's rows that go into a segment. */
type PickRows = <Values extends NumberArray>(output: KeptOutput, values: Values) => Values;

const pickScored: PickRows = ({ scored }, values) => {
  if (scored === null) return values;
  const picked = new (values.constructor as new (length: number) => typeof values)(scored.length);
  for (let i = 0; i < scored.length; i++) picked[i] = values[scored[i]!]!;
  return picked;
};
