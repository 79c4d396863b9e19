import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { spellings } from "../../kernel-as/schema.ts";
import type { ModelFile } from "../model/file.ts";
import { counted } from "../terminal.ts";
import { categoryCodes } from "./categories.ts";
import { absence, columnsOf, lacking, type Offered, type Wanted } from "./columns.ts";
import { CsvRows } from "./csv-rows.ts";
import { FilePieces } from "./file-pieces.ts";
import type { Input } from "./input.ts";
import { JsonRows } from "./json-rows.ts";
import { looksBack, pipelineOf } from "./readings-pipeline.ts";
import { ReadingsInput } from "./readings-input.ts";
import { TableInput } from "./table-input.ts";

const SPACE = /\s/;

export interface OpenInputOptions {
  readonly path: string;
  readonly file: ModelFile;
  readonly kernel: Kernel;
  /** Of this project: models that it trained may read its features. */
  readonly own: Pipeline;
  /** Numbers that a row of the output has. */
  readonly outputs: number;
  readonly signal: AbortSignal;
}

/**
 * Opens a CSV or JSON lines, told apart by the first character. Columns are the features themselves; where a model of this project reads windows
 * that are no columns, they are computed from the readings. Throws `MGV_FILE_READ`, `MGV_CSV_EMPTY`, `MGV_CSV_COLUMN`, `MGV_FIELD_MISSING`,
 * `MGV_JSON`, `MGV_MODEL_FEATURES`.
 */
export async function openInput(options: OpenInputOptions): Promise<Input> {
  const { path, file, outputs } = options;
  const { model, card } = file;
  await using opened = new AsyncDisposableStack();
  const pieces = opened.use(await FilePieces.open(path));
  const rows = await openRows(pieces);
  const offered: Offered = rows instanceof CsvRows ? { source: path, names: rows.header, ordered: true } : { source: `${path}, line 1`, names: rows.keys, ordered: false };
  const wanted = wantedOf(file);
  if (card && model.featureNames === null && looksBack(card.features) && lacking(card.features, offered.names).length > 0) {
    return readings(options, offered, pieces.size === null);
  }
  const categories = categoryCodes(model);
  const columns = columnsOf(wanted, offered);
  const nextRow = rows.reader(columns.at, categories);
  opened.move();
  return new TableInput({
    pieces,
    description: `${path}, ${counted(wanted.count, "feature")} by ${columns.by}`,
    width: Math.max(wanted.count, outputs),
    features: wanted.count,
    categories,
    names: wanted.names ?? [],
    nextRow,
  });
}

function openRows(pieces: FilePieces): Promise<CsvRows | JsonRows> {
  let at = pieces.start;
  while (at < pieces.end && SPACE.test(String.fromCharCode(pieces.buffer[at]!))) at++;
  const first = String.fromCharCode(pieces.buffer[at] ?? 0);
  if (first === "[") throw new MangroveError("MGV_JSON", `${pieces.path} is a JSON array; what is read is JSON lines, one object a line, or a CSV with a header.`);
  return first === "{" ? JsonRows.open(pieces) : CsvRows.open(pieces);
}

function wantedOf({ model, card, path }: ModelFile): Wanted {
  const count = model.featureCount;
  if (model.featureNames !== null || card === null) return { count, names: model.featureNames };
  if (card.features.length === count) return { count, names: card.features };
  throw new MangroveError("MGV_MODEL_FEATURES", `${path}: the trees read ${count} features, and the model's card names ${card.features.length}.`);
}

function readings({ path, file, kernel, own, signal }: OpenInputOptions, offered: Offered, isPipe: boolean): Input {
  const pipeline = pipelineOf(file.card!, own);
  const { fields, time } = pipeline.schema;
  const absent = fields.filter((field) => field.missing !== "absent" && !spellings(field).some((name) => offered.names.includes(name)));
  if (absent.length > 0 && offered.ordered) throw absence(absent.map(({ name }) => name), offered);
  if (isPipe) throw new MangroveError("MGV_FILE_READ", `${path} is a pipe; readings for this model must be in a file.`);
  const timed = !offered.ordered || offered.names.some((name) => time.keys.includes(name));
  return new ReadingsInput({ kernel, pipeline, path, timed, signal });
}
