import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { featureFields, type Schema } from "../../kernel-as/schema.ts";

/**
 * How a feature comes from one or two values of the same reading. Computed in f64 of values that were rounded to f32, then rounded to f32 itself. What is no finite number is
 * missing: of a value that is missing, divided by 0, the logarithm of 0 and below, beyond f32.
 */
export type Derivation<Field extends string = string> =
  | { readonly product: readonly [Field, Field] }
  | { readonly ratio: readonly [Field, Field] }
  /** The first, and `weight` (1) times the second. */
  | { readonly sum: readonly [Field, Field]; readonly weight?: number }
  /** The natural logarithm of the value and `plus` (0). */
  | { readonly log: Field; readonly plus?: number }
  /** How far the value is from `from`, never below 0. */
  | { readonly distance: Field; readonly from: number };

/** Derivations by the names of their features, which stand in this order. */
export type Derived<Field extends string = string> = Readonly<Record<string, Derivation<Field>>>;

/** How each is written, in the order that assembly/trailing/derived.ts numbers them: of so many fields, and with a constant, which has to be given where nothing stands for it otherwise. */
const forms = [
  { word: "product", fields: 2, constant: null, otherwise: 0, written: '{ product: ["a", "b"] }' },
  { word: "ratio", fields: 2, constant: null, otherwise: 0, written: '{ ratio: ["a", "b"] }' },
  { word: "sum", fields: 2, constant: "weight", otherwise: 1, written: '{ sum: ["a", "b"], weight: -1 }' },
  { word: "log", fields: 1, constant: "plus", otherwise: 0, written: '{ log: "a", plus: 1 }' },
  { word: "distance", fields: 1, constant: "from", otherwise: null, written: '{ distance: "a", from: 20 }' },
] as const;

/** An operation of the kernel on one field or two and a constant. Throws `MGV_USAGE` for what is written otherwise. */
function operationOf(name: string, derivation: unknown): { number: number; of: readonly string[]; constant: number } {
  const said = (derivation ?? {}) as Readonly<Record<string, unknown>>;
  const words = Object.keys(said);
  const number = forms.findIndex(({ word }) => words.includes(word));
  const meant = number === -1 ? forms : [forms[number]!];
  const refused = (what: string) => new MangroveError("MGV_USAGE", `The feature ${JSON.stringify(name)} ${what} It is written like this: ${meant.map(({ written }) => written).join(" or ")}.`);
  const taken = meant.flatMap(({ word, constant }) => (constant === null ? [word] : [word, constant]));
  const other = words.find((word) => !taken.includes(word as (typeof taken)[number]));
  if (other !== undefined) throw refused(`is derived with ${JSON.stringify(other)}, which counts for nothing.${didYouMean(other, taken)}`);
  const [form] = meant;
  if (number === -1 || !form) throw refused("is derived from nothing.");
  const of: unknown = form.fields === 1 ? [said[form.word]] : said[form.word];
  if (!Array.isArray(of) || of.length !== form.fields || !of.every((field) => typeof field === "string")) {
    throw refused(`is the ${form.word} of ${form.fields === 1 ? "one field" : "two fields"}, and others were given.`);
  }
  const constant = (form.constant === null ? undefined : said[form.constant]) ?? form.otherwise;
  if (typeof constant !== "number" || !Number.isFinite(constant)) throw refused(`needs a finite number for ${form.constant}.`);
  return { number, of, constant };
}

const ENTRY_BYTES = 24;

/** What the kernel is told of them: the table of assembly/trailing/derived.ts. Throws `MGV_USAGE` for a name that is taken, for a field that no model may see, and for what is no derivation. */
export function derivedTable(schema: Schema, derived: Derived): Uint8Array {
  const fields = featureFields(schema).map((index) => schema.fields[index]!.name);
  const entries = Object.entries(derived);
  const table = new DataView(new ArrayBuffer(entries.length * ENTRY_BYTES));
  entries.forEach(([name, derivation], i) => {
    if (fields.includes(name)) throw new MangroveError("MGV_USAGE", `The feature ${JSON.stringify(name)} is derived, but a field is called that already: give it another name.`);
    const { number, of, constant } = operationOf(name, derivation);
    const lacking = of.find((field) => !fields.includes(field));
    if (lacking !== undefined) {
      throw new MangroveError("MGV_USAGE", `The feature ${JSON.stringify(name)} is derived from ${JSON.stringify(lacking)}, which is no field that a model may see.${didYouMean(lacking, fields)} There are ${fields.join(", ")}.`);
    }
    const at = i * ENTRY_BYTES;
    table.setUint32(at, number, true);
    table.setUint32(at + 4, fields.indexOf(of[0]!), true);
    table.setUint32(at + 8, fields.indexOf(of[1] ?? of[0]!), true);
    table.setFloat64(at + 16, constant, true);
  });
  return new Uint8Array(table.buffer);
}
