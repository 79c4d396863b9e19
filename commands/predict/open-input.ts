import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { spellings } from "../../kernel-as/schema.ts";
import type { ModelFile } from "../model/file.ts";
import { absence, lacking } from "./columns.ts";
import type { Input } from "./input.ts";
import { openTable, tableInput, type OpenTable } from "./open-table.ts";
import { looksBack, pipelineOf } from "./readings-pipeline.ts";
import { ReadingsInput } from "./readings-input.ts";

export interface OpenInputOptions {
  readonly path: string;
  readonly file: ModelFile;
  readonly kernel: Kernel;
  /** Models that it trained may read its features; others none but what stands in columns. */
  readonly own: Pipeline;
  /** Numbers that a row of the output has. */
  readonly outputs: number;
  readonly signal: AbortSignal;
}

/**
 * Opens a CSV or JSON lines. Columns are the features themselves; where a model of this project reads windows
 * that are no columns, they are computed from the readings. Throws `MGV_FILE_READ`, `MGV_CSV_EMPTY`, `MGV_CSV_COLUMN`, `MGV_FIELD_MISSING`,
 * `MGV_JSON`, `MGV_MODEL_FEATURES`.
 */
export async function openInput({ path, file, kernel, own, outputs, signal }: OpenInputOptions): Promise<Input> {
  await using opened = new AsyncDisposableStack();
  const table = opened.use(await openTable(path));
  if (readsReadings(file, table)) return new ReadingsInput({ kernel, ...readingsOf(file, table, own, file.card?.group ?? null), path, signal });
  const input = tableInput(table, file, { outputs });
  opened.move();
  return input;
}

/** Whether features of the model are no columns, so that they have to be computed. */
export function readsReadings({ model, card }: ModelFile, { offered }: OpenTable): boolean {
  return card !== null && model.featureNames === null && looksBack(card.features) && lacking(card.features, offered.names).length > 0;
}

/**
 * The pipeline that computes the model's features from a table's readings, and whether those tell their times. `group`: the column that names the sensor; null: as the pipeline says. Throws `MGV_CSV_COLUMN`,
 * `MGV_FIELD_MISSING` without the one that the model's training had, `MGV_FILE_READ` for a pipe, `MGV_MODEL_FEATURES`.
 */
export function readingsOf(file: ModelFile, { offered, pieces }: OpenTable, own: Pipeline, group: string | null): { pipeline: Pipeline; timed: boolean } {
  const ungrouped = pipelineOf(file.card!, own);
  if (group !== null && group === file.card!.group && !offered.names.includes(group)) throw absence([group], offered, "by which the model tells sensors apart since its training with --group");
  const pipeline = group === null ? ungrouped : ungrouped.groupedBy(group);
  const { fields, time } = pipeline.schema;
  const absent = fields.filter((field) => field.missing !== "absent" && !spellings(field).some((name) => offered.names.includes(name)));
  if (absent.length > 0 && offered.ordered) throw absence(absent.map(({ name }) => name), offered);
  if (pieces.size === null) throw new MangroveError("MGV_FILE_READ", `${pieces.path} is a pipe; readings for this model must be in a file.`);
  return { pipeline, timed: !offered.ordered || offered.names.some((name) => time.keys.includes(name)) };
}
