import { eventTime, labelValue } from "../../engine/decode/value.ts";
import { readTrailingName } from "../../engine/features/trailing-kinds.ts";
import { Recordings } from "../../engine/source/recordings.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { featureNamesOf } from "../../kernel-as/model/card.ts";
import { numbered } from "../../trainer/measure.ts";
import { tableInput, type OpenTable } from "../predict/open-table.ts";
import { counted } from "../terminal.ts";
import type { ScoredRows, TableToScore } from "./scored-rows.ts";

/** What a row says beside its features. */
interface Told {
  /** 0, 1, or NaN for none. */
  readonly label: number;
  /** NaN for none. */
  readonly timeMs: number;
  readonly recording: string;
}

/** Rows whose columns are the model's features; a LightGBM model reads them as f64. */
export async function scoredTable({ table, file, forest, own, label }: TableToScore): Promise<ScoredRows> {
  const schema = own.labelled(label).schema;
  const told: Told[] = [];
  const tell = teller(table, schema);
  const input = tableInput(table, file, { outputs: 1, onRow: () => told.push(tell()), aside: [label, ...schema.time.keys, ...schema.sensorKeys] });
  const features: Float32Array[] = [];
  const probabilities: number[] = [];
  for await (const batch of input.batches()) {
    const predicted = forest.predict(batch.features);
    const width = batch.features.length / batch.rows;
    // once more as the dataset keeps them, for the search for leaks
    const before = told.length - batch.rows;
    for (let row = 0; row < batch.rows; row++) {
      if (Number.isNaN(told[before + row]!.label)) continue;
      features.push(Float32Array.from(batch.features.subarray(row * width, (row + 1) * width)));
      probabilities.push(predicted[row]!);
    }
  }
  const rows = told.filter((each) => !Number.isNaN(each.label));
  if (rows.length === 0) throw new MangroveError("MGV_LABEL", `None of the ${told.length} rows has a label: "${label}" never holds 0 or 1. Name the column or key with --label.`);
  const { names, groupOf } = numbered(rows.map(({ recording }) => recording));
  const featureNames = featureNamesOf(file.model) ?? Array.from({ length: forest.featureCount }, (_, i) => `f${i}`);
  const firstTrailing = file.card ? featureNames.findIndex((name) => readTrailingName(name, featureNames) !== null) : -1;
  const points = firstTrailing === -1 ? featureNames.length : firstTrailing;
  const timeless = rows.filter(({ timeMs }) => Number.isNaN(timeMs)).length;
  return {
    dataset: {
      rows: rows.length,
      featureNames,
      fieldFeatures: points,
      pointFeatures: points,
      features: joined(features, featureNames.length),
      labels: Float32Array.from(rows, (row) => row.label),
      timesMs: Float64Array.from(rows, (row) => row.timeMs),
      recordingOf: groupOf,
      recordings: names.map(String),
      longestSpanMs: 0,
    },
    probabilities,
    untimed: timeless === 0 ? null : `${timeless === rows.length ? "No row tells" : `${counted(timeless, "row")} of ${rows.length} do not tell`} a time (${schema.time.keys.join(" or ")}), so alarms cannot be counted.`,
    schema,
    remarks: [...input.remarks(), ...(rows.length === told.length ? [] : [`${counted(told.length - rows.length, "row")} without a label, left out`])],
  };
}

/** Reads what the row at hand tells. Throws `MGV_LABEL`, `MGV_TIME` with the line. */
function teller({ rows, pieces }: OpenTable, schema: ScoredRows["schema"]): () => Told {
  const [label, time, sensor] = [rows.valueReader([schema.label]), rows.valueReader(schema.time.keys), rows.valueReader(schema.sensorKeys)];
  const recordings = new Recordings();
  const checked = (value: ReturnType<typeof labelValue>) => {
    if (typeof value === "number") return value;
    throw new MangroveError(value.code, `${pieces.path}, line ${rows.line}: ${value.detail}.`);
  };
  return () => {
    const [given, named] = [time(), sensor()];
    const timeMs = given === undefined || given === null ? NaN : checked(eventTime(schema, given, NaN));
    return { label: checked(labelValue(schema, label())), timeMs, recording: typeof named === "string" || typeof named === "number" ? String(named) : recordings.nameOf(timeMs) };
  };
}

function joined(rows: readonly Float32Array[], width: number): Float32Array {
  const all = new Float32Array(rows.length * width);
  rows.forEach((row, i) => all.set(row, i * width));
  return all;
}
