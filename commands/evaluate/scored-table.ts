import { eventTime, labelValue } from "../../engine/decode/value.ts";
import { readTrailingName } from "../../engine/features/trailing-kinds.ts";
import { Recordings } from "../../engine/source/recordings.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Floats } from "../../kernel-as/model/forest.ts";
import { numbered } from "../../trainer/measure.ts";
import { tableInput, type OpenTable } from "../predict/open-table.ts";
import { counted } from "../terminal.ts";
import type { ScoredRows, TableToScore } from "./scored-rows.ts";
import { probabilities } from "../../trainer/probabilities.ts";

/** What a row says beside its features. */
interface Told {
  /** 0, 1, or NaN for none. */
  readonly label: number;
  /** NaN for none, and for one that cannot be read. */
  readonly timeMs: number;
  /** What is wrong with its time, with the line; null where nothing is. */
  readonly timeless: string | null;
  readonly recording: string;
}

/** Rows whose columns are the model's features. A LightGBM model scores them as f64, which the dataset does not keep. Throws `MGV_LABEL`. */
export async function scoredTable({ table, file, forest, own, label }: TableToScore): Promise<ScoredRows> {
  const schema = own.labelled(label).schema;
  const told: Told[] = [];
  const tell = teller(table, schema);
  const input = tableInput(table, file, { outputs: 1, onRow: () => told.push(tell()), aside: [label, ...schema.time.keys, ...schema.sensorKeys] });
  const features: Float32Array[] = [];
  const scores: number[] = [];
  for await (const { rows, features: values } of input.batches()) {
    const predicted = probabilities(forest, values);
    const width = values.length / rows;
    const first = told.length - rows;
    const labelled = Array.from({ length: rows }, (_, row) => row).filter((row) => !Number.isNaN(told[first + row]!.label));
    for (const row of labelled) scores.push(predicted[row]!);
    features.push(joined(labelled.map((row) => values.subarray(row * width, (row + 1) * width)), labelled.length * width));
  }
  const rows = told.filter((each) => !Number.isNaN(each.label));
  if (rows.length === 0) throw new MangroveError("MGV_LABEL", `None of the ${told.length} rows has a label: "${label}" never holds 0 or 1. Name the column or key with --label.`);
  const { names, groupOf } = numbered(rows.map(({ recording }) => recording));
  const named = file.card?.features ?? [];
  const firstTrailing = named.findIndex((name) => readTrailingName(name, named) !== null);
  const points = firstTrailing === -1 ? forest.featureCount : firstTrailing;
  const timeless = rows.flatMap((row) => row.timeless ?? []);
  return {
    dataset: {
      event: label === own.schema.label ? own.event : label,
      rows: rows.length,
      featureNames: input.columns,
      fieldFeatures: points,
      pointFeatures: points,
      features: joined(features, rows.length * forest.featureCount),
      labels: Float32Array.from(rows, (row) => row.label),
      timesMs: Float64Array.from(rows, (row) => row.timeMs),
      recordingOf: groupOf,
      recordings: names.map(String),
      longestSpanMs: 0,
    },
    readings: null,
    probabilities: scores,
    untimed: timeless.length === 0 ? null : `Alarms cannot be counted: ${timeless.length} of ${counted(rows.length, "row")} tell no time, in a column ${schema.time.keys.join(" or ")}. The first is ${timeless[0]!}.`,
    schema,
    remarks: [...input.remarks(), ...(rows.length === told.length ? [] : [`${counted(told.length - rows.length, "row")} without a label, left out`])],
  };
}

/** Reads what the row at hand tells. Throws `MGV_LABEL` with the line. */
function teller({ rows, pieces }: OpenTable, schema: ScoredRows["schema"]): () => Told {
  const [labelOf, timeOf, sensorOf] = [rows.valueReader([schema.label]), rows.valueReader(schema.time.keys), rows.valueReader(schema.sensorKeys)];
  const recordings = new Recordings();
  return () => {
    const [label, time, sensor] = [labelValue(schema, labelOf()), eventTime(schema, timeOf(), NaN), sensorOf()];
    if (typeof label !== "number") throw new MangroveError(label.code, `${pieces.path}, line ${rows.line}: ${label.detail}.`);
    const timeMs = typeof time === "number" ? time : NaN;
    const recording = typeof sensor === "string" || typeof sensor === "number" ? String(sensor) : recordings.nameOf(timeMs);
    return { label, timeMs, recording, timeless: typeof time === "number" ? null : `line ${rows.line}: ${time.detail}` };
  };
}

/** One behind the other, as f32. */
function joined(parts: readonly Floats[], length: number): Float32Array {
  const all = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
