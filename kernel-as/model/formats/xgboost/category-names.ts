import { MangroveError } from "../../../errors.ts";
import type { ForestModel } from "../../forest.ts";
import { LongIntegers, type Document, type DocumentObject } from "./document.ts";
import type { Part } from "./part.ts";

/*
 * `cats` since 3.1 (src/data/cat_container.cc): for each feature the categories in the order of their codes, texts as UTF-8 bytes with
 * offsets, whole numbers with the type of their array; `feature_segments`, where those of each feature begin; and `sorted_idx`, the codes of
 * each feature in the order of their categories, by which XGBoost finds the codes of other data.
 */

/** XGBoost's number for an array of 64-bit integers, which is what pandas makes of whole numbers. */
const INT64 = 15;

/**
 * The attribute in which a model that was read keeps the types of its numeric categories where one is not INT64: XGBoost refuses data of another
 * type. It is never written as an attribute.
 */
const TYPES = "cats.types";

/** XGBoost's numbers for arrays of whole numbers (include/xgboost/json.h), those of which it can write. */
const arrayOf: ReadonlyMap<number, (values: number[]) => Document> = new Map<number, (values: number[]) => Document>([
  [9, (values) => Int8Array.from(values)],
  [10, (values) => Uint8Array.from(values)],
  [11, (values) => Int16Array.from(values)],
  [13, (values) => Int32Array.from(values)],
  [INT64, (values) => new LongIntegers(values)],
]);

type Names = NonNullable<ForestModel["categoryNames"]>;

export function readCategories(cats: Part | null, featureCount: number): { names: Names | null; types: Record<string, string> } {
  const list = cats?.member("enc");
  if (!list || list.size === 0) return { names: null, types: {} };
  if (list.size !== featureCount) list.fail(`has ${list.size} entries for ${featureCount} features`);
  const found = [...list.elements()];
  const types = found.map((each) => each.maybe("type")?.count() ?? null);
  const known = types.every((type) => type === null || type === INT64);
  return { names: found.map(readFeature), types: known ? {} : { [TYPES]: JSON.stringify(types) } };
}

function readFeature(feature: Part): (string | number)[] | null {
  const values = feature.member("values");
  if (feature.maybe("type")) return values.safeIntegers();
  const offsets = feature.member("offsets").integers();
  if (offsets.length === 0) return null;
  const bytes = Uint8Array.from(values.integers());
  const texts = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return Array.from(offsets.subarray(1), (end, i) => {
    const start = offsets[i]!;
    if (start < 0 || end < start || end > bytes.length) feature.member("offsets").fail(`gives category ${i} the bytes from ${start} to ${end} of ${bytes.length}`);
    try {
      return texts.decode(bytes.subarray(start, end));
    } catch {
      return values.fail(`holds a category ${i} that is not UTF-8`);
    }
  });
}

export function withoutTypes(attributes: ForestModel["attributes"]): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== TYPES));
}

/** The types that {@link readCategories} kept, by feature; anything else in their place is as if there were none. */
function keptTypes(attributes: ForestModel["attributes"]): unknown[] {
  try {
    const types: unknown = JSON.parse(attributes[TYPES] ?? "[]");
    return Array.isArray(types) ? types : [];
  } catch {
    return [];
  }
}

/** Throws `MGV_MODEL_CONVERT` for categories that are neither texts nor whole numbers. */
export function catsDocument({ categoryNames, attributes }: ForestModel): DocumentObject {
  const types = keptTypes(attributes);
  const names = categoryNames ?? [];
  let end = 0;
  return {
    enc: names.map((each, feature) => featureDocument(each, types[feature], feature)),
    feature_segments: Int32Array.from([0, ...names.map((each) => (end += each?.length ?? 0))]),
    sorted_idx: Int32Array.from(names.flatMap((each) => sortedCodes(each ?? []))),
  };
}

function featureDocument(names: Names[number], type: unknown, feature: number): DocumentObject {
  if (names === null) return { offsets: new Int32Array(0), values: new Int8Array(0) };
  const kept = typeof type === "number" && arrayOf.has(type) ? type : null;
  if (names.length + (kept ?? 0) > 0 && names.every((name) => Number.isSafeInteger(name))) {
    const kind = kept ?? INT64;
    return { type: kind, values: arrayOf.get(kind)!(names as number[]) };
  }
  const odd = names.find((name) => typeof name !== "string");
  if (odd !== undefined) {
    throw new MangroveError("MGV_MODEL_CONVERT", `XGBoost knows categories that are texts, or else whole numbers; feature ${feature} has ${JSON.stringify(odd)} among its own.`);
  }
  const texts = names.map((name) => new TextEncoder().encode(name as string));
  let end = 0;
  return {
    offsets: Int32Array.from([0, ...texts.map((text) => (end += text.length))]),
    values: Int8Array.from(texts.flatMap((text) => [...text])),
  };
}

/** Texts by their bytes, numbers by size. */
function sortedCodes(names: NonNullable<Names[number]>): number[] {
  const keys = names.map((name) => (typeof name === "string" ? new TextEncoder().encode(name) : [Number(name)]));
  return [...keys.keys()].sort((a, b) => compare(keys[a]!, keys[b]!) || a - b);
}

function compare(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
