import { splitCsv } from "../engine/decode/csv.ts";
import { topic } from "../engine/pipeline/endpoint.ts";
import { pipeline, type Pipeline } from "../engine/pipeline/pipeline.ts";
import { readTableLines } from "../engine/source/table-lines.ts";
import { headerOf } from "../engine/source/replay.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { didYouMean } from "../kernel-as/nearest.ts";
import { field } from "../kernel-as/schema.ts";

/** Rows that are looked at to tell what a column holds. */
const SAMPLED_ROWS = 1000;

export interface TrainingPipeline {
  readonly pipeline: Pipeline;
  /** Columns that are not learned from, each with the reason; null when the file is of the pipeline's own kind. */
  readonly leftOut: readonly string[] | null;
}

/**
 * The pipeline that reads a training file: the given one when the file is JSON lines or has its columns, else one made up for the
 * file's numeric columns. `group` is a column whose values part the readings, as sensors do. Throws `MGV_CSV_EMPTY`, `MGV_CSV_COLUMN`, `MGV_LABEL`.
 */
export async function pipelineFor(ungrouped: Pipeline, path: string, label: string | null, group: string | null = null): Promise<TrainingPipeline> {
  const { header, rows } = await sample(path);
  if (group !== null && header !== null && !header.includes(group)) {
    throw new MangroveError("MGV_CSV_COLUMN", `${path} has no column "${group}" to group by.${didYouMean(group, header)} The columns are ${header.join(", ")}.`);
  }
  const own = group === null ? ungrouped : ungrouped.groupedBy(group);
  const relabelled = label === null ? own : own.labelled(label);
  if (header === null) return { pipeline: relabelled, leftOut: null };
  const wanted = label ?? own.schema.label;
  if (!header.includes(wanted)) {
    throw new MangroveError("MGV_LABEL", `${path} has no column "${wanted}" to learn from.${didYouMean(wanted, header)} Name the column of 0 and 1 with --label. The columns are ${header.join(", ")}.`);
  }
  const isOwn = own.schema.fields.every(({ name, aliases, missing }) => missing === "absent" || header.some((each) => each === name || aliases.includes(each)));
  // The decoder names what is missing when the label was not chosen on purpose.
  if (isOwn || label === null) return { pipeline: relabelled, leftOut: null };
  return madeUp(own, header, rows, label);
}

function madeUp(own: Pipeline, header: readonly string[], rows: readonly (readonly string[])[], label: string): TrainingPipeline {
  const { time, sensorKeys } = own.schema;
  const leftOut: string[] = [];
  const fields = header.flatMap((name, column) => {
    if (name === label || time.keys.includes(name) || sensorKeys.includes(name)) return [];
    const cells = rows.map((row) => row[column] ?? "").filter((cell) => cell !== "" && cell !== "NULL");
    const values = cells.map(Number);
    const reason = cells.length === 0 ? "empty" : values.some(Number.isNaN) ? "not numbers" : counts(values) ? "counts rows" : name === "" ? "no name" : header.indexOf(name) < column ? "named as another" : null;
    if (reason === null) return [field(name, { aliases: [] })];
    leftOut.push(`"${name}" (${reason})`);
    return [];
  });
  if (fields.length === 0) throw new MangroveError("MGV_CSV_COLUMN", `There is no column to learn "${label}" from. Left out: ${leftOut.join(", ")}.`);
  const hasTime = header.some((name) => time.keys.includes(name));
  const made = pipeline("custom").from(topic(own.readings), { ...own.schema, fields, label });
  return { pipeline: hasTime ? made.features({ spansMs: own.spansMs }) : made, leftOut };
}

/** A column that grows by exactly one from row to row tells where the row stands, not what was measured. */
function counts(values: readonly number[]): boolean {
  return values.length > 2 && values.every((value, i) => i === 0 || value === values[i - 1]! + 1);
}

/** The header and the first rows; a null header for JSON lines. */
async function sample(path: string): Promise<{ header: string[] | null; rows: string[][] }> {
  const text = new TextDecoder();
  let header: string[] | null = null;
  const rows: string[][] = [];
  for await (const line of readTableLines(path)) {
    const row = text.decode(line).replace(/^\uFEFF/, "");
    if (header === null && row.trimStart().startsWith("{")) return { header: null, rows };
    if (header === null) header = headerOf(row);
    else rows.push(splitCsv(row));
    if (rows.length === SAMPLED_ROWS) break;
  }
  if (header === null) throw new MangroveError("MGV_CSV_EMPTY", `${path} is empty: it has not even a header.`);
  if (rows.length === 0) throw new MangroveError("MGV_CSV_EMPTY", `${path} has a header but no rows.`);
  return { header, rows };
}
