import { splitCsv } from "../../engine/decode/csv.ts";
import { cellValue } from "../../engine/decode/rows.ts";
import { eventTime, labelValue } from "../../engine/decode/value.ts";
import { readTableLines } from "../../engine/source/table-lines.ts";
import { Recordings } from "../../engine/source/recordings.ts";
import { headerOf } from "../../engine/source/replay.ts";
import type { Schema } from "../../kernel-as/schema.ts";
import type { Dataset } from "../dataset.ts";
import { textHash } from "./row-hash.ts";

/** Labelled rows that can be gone through more than once, without being held. */
export interface Table {
  readonly columns: readonly string[];
  /** Columns that tell the time or the sensor: never compared. */
  readonly keys: ReadonlySet<string>;
  /** Whether recordings follow one another, so that the label may change between them. */
  readonly isSuccessive: boolean;
  rows(): AsyncIterable<TableRow>;
}

interface TableRow {
  /** A number for each column, NaN where missing, a hash for a text; the next row overwrites them. */
  readonly cells: Float64Array;
  /** 0 or 1, NaN for none. */
  readonly label: number;
  readonly recording: string;
}

/** All columns of a CSV, also those that no model reads, or null for JSON lines. Rows of another length than the header's are passed over. Throws `MGV_FILE_READ`. */
export async function csvTable(path: string, schema: Schema): Promise<Table | null> {
  const text = new TextDecoder();
  const first = await firstOf(readTableLines(path));
  const headline = text.decode(first);
  if (first === undefined || headline.trimStart().startsWith("{")) return null;
  const header = headerOf(headline);
  const labelAt = header.indexOf(schema.label);
  const timeAt = header.findIndex((name) => schema.time.keys.includes(name));
  const sensorAt = header.findIndex((name) => schema.sensorKeys.includes(name));
  const kept = Array.from(header.keys()).filter((at) => at !== labelAt);
  return {
    columns: kept.map((at) => header[at]!),
    isSuccessive: sensorAt === -1,
    keys: new Set([timeAt, sensorAt].filter((at) => at !== -1).map((at) => header[at]!)),
    async *rows() {
      const recordings = new Recordings();
      const cells = new Float64Array(kept.length);
      let isHeader = true;
      for await (const line of readTableLines(path)) {
        const row = splitCsv(text.decode(line));
        if (isHeader || row.length !== header.length) {
          isHeader = false;
          continue;
        }
        kept.forEach((at, i) => (cells[i] = numberOf(row[at]!)));
        const [timeMs, label] = [eventTime(schema, valueAt(row, timeAt), NaN), labelValue(schema, valueAt(row, labelAt))];
        yield {
          cells,
          label: typeof label === "number" ? label : NaN,
          recording: sensorAt === -1 ? recordings.nameOf(typeof timeMs === "number" ? timeMs : NaN) : row[sensorAt]!,
        };
      }
    },
  };
}

/** The plain features of a dataset, for want of its file. */
export function datasetTable({ featureNames, pointFeatures, features, labels, recordingOf, recordings }: Dataset): Table {
  const width = featureNames.length;
  return {
    columns: featureNames.slice(0, pointFeatures),
    isSuccessive: recordingOf.every((recording, row) => row === 0 || recording >= recordingOf[row - 1]!),
    keys: new Set(),
    async *rows() {
      const cells = new Float64Array(pointFeatures);
      for (let row = 0; row < labels.length; row++) {
        cells.set(features.subarray(row * width, row * width + pointFeatures));
        yield { cells, label: labels[row]!, recording: recordings[recordingOf[row]!]! };
      }
    },
  };
}

async function firstOf<Item>(items: AsyncGenerator<Item>): Promise<Item | undefined> {
  for await (const item of items) return item;
  return undefined;
}

function valueAt(row: readonly string[], at: number): number | string | null {
  return at === -1 ? null : cellValue(row[at]!);
}

function numberOf(cell: string): number {
  const value = cellValue(cell);
  return typeof value === "string" ? textHash(value) : (value ?? NaN);
}
