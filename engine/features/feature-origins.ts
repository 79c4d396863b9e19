import { featureFields, type Field } from "../../kernel-as/schema.ts";
import type { Derivation } from "./derived.ts";
import { featureNames, type FeatureSpec } from "./features.ts";
import { readTrailingName, trailingKinds } from "./trailing-kinds.ts";

/** Where a feature comes from. */
export interface FeatureOrigin {
  readonly name: string;
  /** The field that it is computed of, or the two. */
  readonly fields: readonly string[];
  /** Empty where it has none, or where it is not known. */
  readonly unit: string;
}

/** Of each column of the model, in order. */
export function featureOrigins(spec: Omit<FeatureSpec, "maxOutOfOrdernessMs">): FeatureOrigin[] {
  const { schema, derived = {} } = spec;
  const fields = featureFields(schema).map((index) => schema.fields[index]!);
  const names = fields.map((field) => field.name);
  const unitOf = (name: string) => fields.find((field) => field.name === name)!.unit;
  return featureNames(spec).map((name, column) => {
    if (column < fields.length) return { name, fields: [name], unit: fields[column]!.unit };
    const derivation = derived[name];
    if (derivation && column < fields.length + Object.keys(derived).length) return { name, ...derivedOrigin(derivation, unitOf) };
    return { name, ...trailingOrigin(name, names, fields) };
  });
}

function derivedOrigin(derivation: Derivation, unitOf: (field: string) => string): Omit<FeatureOrigin, "name"> {
  if ("distance" in derivation) return { fields: [derivation.distance], unit: unitOf(derivation.distance) };
  if ("log" in derivation) return { fields: [derivation.log], unit: "" };
  const fields = "product" in derivation ? derivation.product : "ratio" in derivation ? derivation.ratio : derivation.sum;
  return { fields: [...new Set(fields)], unit: "" };
}

function trailingOrigin(name: string, names: readonly string[], fields: readonly Field[]): Omit<FeatureOrigin, "name"> {
  const { kind, field } = readTrailingName(name, names)!;
  const { unit } = trailingKinds.find((each) => each.kind === kind)!;
  const own = fields[names.indexOf(field)]!.unit;
  return { fields: [field], unit: own === "" ? "" : unit.replace("u", () => own) };
}
