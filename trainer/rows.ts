import type { LabelledRows } from "../kernel-as/model/training.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { didYouMean } from "../kernel-as/nearest.ts";
import { mustTake } from "../kernel-as/options.ts";
import { told } from "../kernel-as/told.ts";
import { hash } from "./split.ts";

/** Rows with what is to be learned of them. */
export interface TrainData {
  /** Row-major [rows][features], or a list of rows. NaN and null are missing. A category is its code, a whole number from 0 on. Values are rounded to f32. */
  readonly rows: Float32Array | Float64Array | readonly ArrayLike<number | null>[];
  /** Names of the features; needed where `rows` is one array, unless {@link width} is given. Any character may occur. */
  readonly features?: readonly string[];
  /** Number of features, where they have no names. */
  readonly width?: number;
  /** 0 or 1, the class, or the value of each row. */
  readonly labels: ArrayLike<number | boolean>;
  /** Above 0. */
  readonly weights?: ArrayLike<number>;
  /** What belongs together and is never parted by a split: a recording, a room. */
  readonly groups?: ArrayLike<number | string>;
  /** Features that hold categories, by name or number. */
  readonly categorical?: readonly (string | number)[];
}

export interface GivenRows {
  readonly rows: LabelledRows;
  readonly width: number;
  readonly names: readonly string[] | null;
  readonly categorical: readonly boolean[];
  readonly groups: ArrayLike<number | string> | null;
}

const words = ["rows", "features", "width", "labels", "weights", "groups", "categorical"] satisfies (keyof TrainData)[];

/** What a caller gives, as arrays of the kernel's types. Throws `MGV_TRAIN_DATA` for sizes that do not fit, and for what is no number. */
export function labelledRows(data: TrainData): GivenRows {
  mustTake("What is trained on", data, words, "MGV_TRAIN_DATA");
  const { rows, features, labels, weights, groups = null } = data;
  if (!rows || !labels) fail(`There are no ${rows ? "labels" : "rows"}: give { rows, labels }.`);
  const isFlat = rows instanceof Float32Array || rows instanceof Float64Array;
  const width = features?.length ?? data.width ?? (isFlat ? NaN : (rows[0]?.length ?? 0));
  if (!(width >= 1)) fail("How many features has a row? Give their names as features, or their number as width.");
  const values = isFlat ? (rows instanceof Float32Array ? rows : Float32Array.from(rows)) : flat(rows, width);
  if (values.length !== labels.length * width) fail(`There are ${labels.length} labels, and ${values.length} values in rows of ${width}: that makes ${values.length / width} rows.`);
  if (groups && groups.length !== labels.length) fail(`There are ${groups.length} groups for ${labels.length} rows.`);
  return {
    rows: { features: values, labels: numbers("label", labels), weights: weights ? numbers("weight", weights) : null },
    width,
    names: features ?? null,
    categorical: categories(data.categorical ?? [], features ?? null, width),
    groups,
  };
}

function fail(message: string): never {
  throw new MangroveError("MGV_TRAIN_DATA", message);
}

function flat(rows: readonly ArrayLike<number | null>[], width: number): Float32Array {
  const values = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    if (typeof row?.length !== "number") fail(`Row ${i} is no list of ${width} values.`);
    if (row.length !== width) fail(`Row ${i} has ${row.length} values, not ${width}.`);
    for (let feature = 0; feature < width; feature++) {
      const cell = row[feature] ?? NaN;
      if (typeof cell !== "number") fail(`Value ${feature} of row ${i} is ${told(cell)}; it must be a number, or null where it is missing.`);
      values[i * width + feature] = cell;
    }
  });
  return values;
}

function numbers(what: "label" | "weight", given: ArrayLike<number | boolean>): Float32Array {
  return Float32Array.from(given, (each, row) => {
    if (typeof each === "number" || (what === "label" && typeof each === "boolean")) return Number(each);
    return fail(`The ${what} of row ${row} is ${told(each)}; it must be a number${what === "label" ? ", true or false" : ""}.`);
  });
}

function categories(chosen: readonly (string | number)[], names: readonly string[] | null, width: number): boolean[] {
  const are = Array.from({ length: width }, () => false);
  for (const each of chosen) {
    const feature = typeof each === "number" ? each : (names?.indexOf(each) ?? -1);
    if (!(feature in are)) fail(`There is no feature ${JSON.stringify(each)} to be categorical.${typeof each === "string" ? didYouMean(each, names ?? []) : ""}`);
    are[feature] = true;
  }
  return are;
}

/** About `share` of the rows held back, whole groups where there are any; the same ones every time. Throws `MGV_TRAIN_DATA` when that leaves nothing. */
export function splitOff({ rows, groups }: GivenRows, share: number): { kept: Uint32Array; heldBack: Uint32Array } {
  if (!(share > 0 && share < 1)) throw new MangroveError("MGV_ARGUMENT", `validation is ${share}; a share must be between 0 and 1.`);
  const numbers = new Map<number | string, number>();
  const numberOf = (row: number) => {
    if (!groups) return row;
    if (!numbers.has(groups[row]!)) numbers.set(groups[row]!, numbers.size);
    return numbers.get(groups[row]!)!;
  };
  const all = Uint32Array.from(rows.labels, (_, row) => row);
  const isHeldBack = (row: number) => hash(numberOf(row)) / 2 ** 31 < share;
  const parts = { kept: all.filter((row) => !isHeldBack(row)), heldBack: all.filter(isHeldBack) };
  if (parts.kept.length > 0 && parts.heldBack.length > 0) return parts;
  return fail(`There are too few ${groups ? "groups" : "rows"} to hold ${share} of them back: give validation rows of your own.`);
}

/** Some rows of row-major features, one behind the other. */
export function pickFeatures(features: Float32Array, width: number, picked: Uint32Array): Float32Array<ArrayBuffer> {
  const some = new Float32Array(picked.length * width);
  picked.forEach((row, i) => some.set(features.subarray(row * width, (row + 1) * width), i * width));
  return some;
}

export function pickRows({ rows, width }: GivenRows, picked: Uint32Array): LabelledRows {
  const { features, labels, weights } = rows;
  return { features: pickFeatures(features, width, picked), labels: Float32Array.from(picked, (row) => labels[row]!), weights: weights ? Float32Array.from(picked, (row) => weights[row]!) : null };
}
