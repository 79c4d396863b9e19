import { MangroveError } from "../../kernel-as/errors.ts";
import type { ModelFile } from "../model/file.ts";
import { counted } from "../terminal.ts";
import { categoryCodes } from "./categories.ts";
import { columnsOf, type Offered, type Wanted } from "./columns.ts";
import { CsvRows } from "./csv-rows.ts";
import { FilePieces } from "./file-pieces.ts";
import { JsonRows } from "./json-rows.ts";
import { TableInput } from "./table-input.ts";

const SPACE = /\s/;

/** A CSV or JSON lines of which the first row, or the header, has been read. */
export interface OpenTable extends AsyncDisposable {
  readonly pieces: FilePieces;
  readonly rows: CsvRows | JsonRows;
  readonly offered: Offered;
}

/** The two are told apart by the first character. Throws `MGV_FILE_READ`, `MGV_CSV_EMPTY`, `MGV_CSV_COLUMN`, `MGV_JSON`. */
export async function openTable(path: string): Promise<OpenTable> {
  await using opened = new AsyncDisposableStack();
  const pieces = opened.use(await FilePieces.open(path));
  const rows = await openRows(pieces);
  const offered: Offered = rows instanceof CsvRows ? { source: path, names: rows.header, ordered: true } : { source: `${path}, line 1`, names: rows.keys, ordered: false };
  opened.move();
  return { pieces, rows, offered, [Symbol.asyncDispose]: () => pieces[Symbol.asyncDispose]() };
}

function openRows(pieces: FilePieces): Promise<CsvRows | JsonRows> {
  let at = pieces.start;
  while (at < pieces.end && SPACE.test(String.fromCharCode(pieces.buffer[at]!))) at++;
  const first = String.fromCharCode(pieces.buffer[at] ?? 0);
  if (first === "[") throw new MangroveError("MGV_JSON", `${pieces.path} is a JSON array; what is read is JSON lines, one object a line, or a CSV with a header.`);
  return first === "{" ? JsonRows.open(pieces) : CsvRows.open(pieces);
}

export interface TableInputOptions {
  /** Numbers that a row of the output has. */
  readonly outputs: number;
  /** Called after each row, while the table still tells its cells. */
  readonly onRow?: () => void;
  /** Names of columns that are no features, for a model that has no names and reads columns in their order. */
  readonly aside?: readonly string[];
}

/** The features of a table's rows, which are its columns. Throws `MGV_CSV_COLUMN`, `MGV_FIELD_MISSING`, `MGV_MODEL_FEATURES`. */
export function tableInput({ pieces, rows, offered }: OpenTable, file: ModelFile, { outputs, onRow, aside = [] }: TableInputOptions): TableInput {
  const wanted = wantedOf(file);
  const categories = categoryCodes(file.model);
  const kept = Array.from(offered.names.keys()).filter((at) => wanted.names !== null || !aside.includes(offered.names[at]!));
  const columns = columnsOf(wanted, { ...offered, names: kept.map((at) => offered.names[at]!) });
  const places = columns.at.map((at) => kept[at]!);
  const nextRow = rows.reader(places, categories);
  return new TableInput({
    pieces,
    description: `${pieces.path}, ${counted(wanted.count, "feature")} by ${columns.by}`,
    width: Math.max(wanted.count, outputs),
    features: wanted.count,
    categories,
    names: wanted.names ?? [],
    columns: Array.from(places, (at) => offered.names[at]!),
    nextRow: onRow
      ? (values, at) => {
          const isThere = nextRow(values, at);
          if (isThere) onRow();
          return isThere;
        }
      : nextRow,
  });
}

function wantedOf({ model, card, path }: ModelFile): Wanted {
  const count = model.featureCount;
  if (model.featureNames !== null || card === null) return { count, names: model.featureNames };
  if (card.features.length === count) return { count, names: card.features };
  throw new MangroveError("MGV_MODEL_FEATURES", `${path}: the trees read ${count} features, and the model's card names ${card.features.length}.`);
}
