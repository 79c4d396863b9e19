import { MangroveError, type ErrorCode } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { field, spellings } from "../../kernel-as/schema.ts";

/** More names than this make no sentence. */
const MOST_NAMES = 20;

/** The features that a model reads. */
export interface Wanted {
  readonly count: number;
  /** In order; null where neither the model nor its card names them. */
  readonly names: readonly string[] | null;
}

/** What the data calls its columns. */
export interface Offered {
  /** `data.csv`, for people. */
  readonly source: string;
  readonly names: readonly string[];
  /** Whether the columns have an order that means something: those of a CSV have, keys of JSON have not. */
  readonly ordered: boolean;
}

/** For each feature the column that holds it, and how it was found. */
export interface Columns {
  readonly at: Int32Array;
  readonly by: "name" | "position";
}

/**
 * Names may stand with brackets or without, and with `_` for spaces (LightGBM writes them so); the
 * closest spelling wins. A model without names reads columns `f0`, `f1`, …, or all there are, in their order. Throws `MGV_CSV_COLUMN`, or
 * `MGV_FIELD_MISSING` for keys of JSON.
 */
export function columnsOf(wanted: Wanted, offered: Offered): Columns {
  if (wanted.names !== null) return { at: byName(wanted.names, offered), by: "name" };
  const { names, ordered } = offered;
  // before a name is made for each: a model may claim any number of features
  if (names.length >= wanted.count) {
    for (const prefix of ["f", "Column_"]) {
      const made = Array.from({ length: wanted.count }, (_, i) => `${prefix}${i}`);
      if (made.every((name) => names.includes(name))) return { at: byName(made, offered), by: "name" };
    }
  }
  if (ordered && names.length === wanted.count) return { at: Int32Array.from(names.keys()), by: "position" };
  throw new MangroveError(
    codeFor(offered),
    `The model has no names for its ${wanted.count} features, and ${offered.source} has ${names.length} ${ordered ? "columns" : "keys"}. Name them f0 to f${wanted.count - 1}${ordered ? `, or leave only the ${wanted.count} columns that the model was trained on, in that order` : ""}.`,
  );
}

/** Which of the names are not among those that are offered, in any spelling. */
export function lacking(names: readonly string[], offered: readonly string[]): string[] {
  const columns = indexed(offered);
  return names.filter((name) => matches(name, columns).length === 0);
}

function byName(names: readonly string[], offered: Offered): Int32Array {
  const columns = indexed(offered.names);
  const absent: string[] = [];
  const found = names.map((name) => {
    const [column, second] = matches(name, columns);
    if (column === undefined) absent.push(name);
    if (second !== undefined) throw new MangroveError(codeFor(offered), `${offered.source} has more than one column that may be ${JSON.stringify(name)}: ${quoted([column!, second].map((at) => offered.names[at]!))}.`);
    return column ?? -1;
  });
  if (absent.length > 0) throw absence(absent, offered);
  return Int32Array.from(found);
}

/** `MGV_CSV_COLUMN`, or `MGV_FIELD_MISSING` for keys of JSON, with what was probably meant. `use`: what is lacking, as a clause. */
export function absence(absent: readonly string[], offered: Offered, use = "which the model reads"): MangroveError {
  const { names, ordered, source } = offered;
  const near = absent.slice(0, 3).map((name) => didYouMean(name, names)).join("");
  const hint = ordered && names.length === 1 && names[0]!.includes("|") ? ' Its cells seem to be separated by "|"; separate them by commas.' : "";
  return new MangroveError(
    codeFor(offered),
    `${source} has no ${ordered ? "column" : "key"} ${quoted(absent)}, ${use}.${near}${hint} ${ordered ? "Its columns are" : "It has"} ${quoted(names)}.`,
  );
}

function codeFor({ ordered }: Offered): ErrorCode {
  return ordered ? "MGV_CSV_COLUMN" : "MGV_FIELD_MISSING";
}

function quoted(names: readonly string[]): string {
  const more = names.length > MOST_NAMES ? `, … ${names.length} in all` : "";
  return names.slice(0, MOST_NAMES).map((name) => JSON.stringify(name)).join(", ") + more;
}

/** Columns by all spellings of their names: as they are, then in other ways. */
interface Indexed {
  readonly exact: ReadonlyMap<string, readonly number[]>;
  readonly bare: ReadonlyMap<string, readonly number[]>;
  readonly joined: ReadonlyMap<string, readonly number[]>;
  readonly joinedBare: ReadonlyMap<string, readonly number[]>;
}

const bareOf = (name: string) => spellings(field(name))[1] ?? name;
const joinedOf = (name: string) => name.replaceAll(" ", "_");

function indexed(names: readonly string[]): Indexed {
  const by = (spell: (name: string) => string) => Map.groupBy(names.keys(), (column) => spell(names[column]!));
  return { exact: by((name) => name), bare: by(bareOf), joined: by(joinedOf), joinedBare: by((name) => joinedOf(bareOf(name))) };
}

/** The columns in the closest spelling that there is. Two names with different brackets are different names. */
function matches(name: string, { exact, bare, joined, joinedBare }: Indexed): readonly number[] {
  const short = bareOf(name);
  const tries = [
    exact.get(name),
    exact.get(short),
    name === short ? bare.get(name) : undefined,
    joined.get(joinedOf(name)),
    joined.get(joinedOf(short)),
    name === short ? joinedBare.get(joinedOf(name)) : undefined,
  ];
  return tries.find((columns) => columns !== undefined) ?? [];
}
