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

/** An operation of the kernel, as assembly/trailing/derived.ts numbers it, on one field or two and a constant. */
function operationOf(derivation: Derivation): { number: number; of: readonly string[]; constant: number } {
  if ("product" in derivation) return { number: 0, of: derivation.product, constant: 0 };
  if ("ratio" in derivation) return { number: 1, of: derivation.ratio, constant: 0 };
  if ("sum" in derivation) return { number: 2, of: derivation.sum, constant: derivation.weight ?? 1 };
  if ("log" in derivation) return { number: 3, of: [derivation.log], constant: derivation.plus ?? 0 };
  return { number: 4, of: [derivation.distance], constant: derivation.from };
}

const ENTRY_BYTES = 24;

/** What the kernel is told of them: the table of assembly/trailing/derived.ts. Throws `MGV_USAGE` for a name that is taken, and for a field that no model may see. */
export function derivedTable(schema: Schema, derived: Derived): Uint8Array {
  const fields = featureFields(schema).map((index) => schema.fields[index]!.name);
  const entries = Object.entries(derived);
  const table = new DataView(new ArrayBuffer(entries.length * ENTRY_BYTES));
  entries.forEach(([name, derivation], i) => {
    if (fields.includes(name)) throw new MangroveError("MGV_USAGE", `The feature ${JSON.stringify(name)} is derived, but a field is called that already: give it another name.`);
    const { number, of, constant } = operationOf(derivation);
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
