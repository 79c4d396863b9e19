import { MangroveError } from "./errors.ts";
import { mustTake } from "./options.ts";

/** One named number of a reading. */
export interface Field<Name extends string = string> {
  /** As a message spells it, brackets included: `Temperature[C]`. */
  readonly name: Name;
  /** Other spellings that are read as this field. The name without its brackets is one of them. */
  readonly aliases: readonly string[];
  readonly unit: string;
  /** The least and the greatest value that the device can report; outside, the reading is rejected. */
  readonly min: number;
  readonly max: number;
  /**
   * What a reading may lack. `never`: a number must be there. `null`: the key must be there, its value may be `null`
   * or `"NULL"`. `absent`: the key itself may be left out. A lacking value is NaN in a column.
   */
  readonly missing: "never" | "null" | "absent";
  /** `false`: carried along and kept in the history, but no model ever sees it (counters, row numbers). */
  readonly feature: boolean;
}

/** What a message of one topic holds. The names are types too, so that an editor knows them. */
export interface Schema<Name extends string = string, TimeKey extends string = string, SensorKey extends string = string, Label extends string = string> {
  readonly fields: readonly Field<Name>[];
  /** Keys that may hold the event time, first found wins; a number in `unit` or an ISO 8601 string. */
  readonly time: { readonly keys: readonly TimeKey[]; readonly unit: "s" | "ms" };
  /** Keys that may name the sensor when the record has no key, first found wins. */
  readonly sensorKeys: readonly SensorKey[];
  /** The key of the 0/1 label in labelled data. Never a feature. */
  readonly label: Label;
  /** Readings to try the pipeline with. */
  readonly samples?: Samples;
}

/** Readings as messages hold them, without time and label: `usual` when nothing is the matter, `event` when what is predicted may well be so. */
export interface Samples<Name extends string = string> {
  readonly usual: Sample<Name>;
  readonly event?: Sample<Name>;
}

type Sample<Name extends string = string> = Readonly<Partial<Record<Name, number | null>>>;

/** A schema whose names the compiler knows. */
export function schema<const Name extends string, const TimeKey extends string, const SensorKey extends string, const Label extends string>(
  parts: Schema<Name, TimeKey, SensorKey, Label> & { readonly samples?: Samples<NoInfer<Name>> },
): Schema<Name, TimeKey, SensorKey, Label> {
  return parts;
}

const taken = ["aliases", "unit", "min", "max", "missing", "feature"];

/** Describes a field; what is left out is: unit none, any f32, `null` allowed, a feature. Throws `MGV_USAGE` without a name, or for a word that it does not take. */
export function field<const Name extends string>(name: Name, options: Partial<Omit<Field, "name">> = {}): Field<Name> {
  if (typeof name !== "string") throw new MangroveError("MGV_USAGE", `field(${JSON.stringify(name)}): a name is wanted, as messages spell it: field("temperature").`);
  mustTake(`field(${JSON.stringify(name)})`, options, taken, "MGV_USAGE");
  const bare = name.replace(/\[.*\]$/, "");
  const { aliases: others = [] } = options;
  if (!Array.isArray(others)) throw new MangroveError("MGV_USAGE", `field(${JSON.stringify(name)}): aliases must be a list: aliases: [${JSON.stringify(others)}].`);
  const aliases = new Set<string>([bare, ...(others as readonly string[])]);
  for (const none of [name, ""]) aliases.delete(none);
  return {
    name,
    unit: options.unit ?? /\[(.*)\]$/.exec(name)?.[1] ?? "",
    min: options.min ?? -LARGEST_VALUE,
    max: options.max ?? LARGEST_VALUE,
    missing: options.missing ?? "null",
    feature: options.feature ?? true,
    aliases: [...aliases],
  };
}

/** Every key that a field may stand under, first found wins. */
export function spellings(field: Field): string[] {
  return [field.name, ...field.aliases];
}

/** The greatest f32, which is what a model reads. */
export const LARGEST_VALUE = 3.4028234663852886e38;

/** Indexes of the fields that a model may see, in schema order. */
export function featureFields(schema: Schema): readonly number[] {
  return schema.fields.flatMap((each, index) => (each.feature ? [index] : []));
}
