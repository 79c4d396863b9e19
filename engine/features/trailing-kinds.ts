import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";

interface TrailingKind {
  readonly kind: string;
  /** What the feature of a field is called, for a span. */
  readonly name: (field: string, span: string) => string;
  /** `u` is that of the field. */
  readonly unit: string;
  readonly range: string;
  readonly formula: string;
  readonly missing: string;
}

const FEW = "the span has fewer than two values";

/**
 * What can be computed of a field over trailing spans: the one table of names, units, ranges and formulas, in the order of the model's columns. The kernel knows each by its place here. `v` is the reading's own
 * value and `t` its event time, `x` are the values that are there among the readings already seen with event time in (t − span, t], itself included, and `s` those times in seconds.
 */
export const trailingKinds = [
  { kind: "level", name: (field, span) => `${field} mean ${span}`, unit: "u", range: "that of the field", formula: "mean(x)", missing: FEW },
  { kind: "change", name: (field, span) => `${field} - mean ${span}`, unit: "u", range: "± the width of the field's range", formula: "v − mean(x)", missing: `v is missing, or ${FEW}` },
  { kind: "slope", name: (field, span) => `${field} slope ${span}`, unit: "u/s", range: "any", formula: "Σ (s − mean(s)) (x − mean(x)) / Σ (s − mean(s))²", missing: `${FEW}, or all of one time` },
  { kind: "spread", name: (field, span) => `${field} spread ${span}`, unit: "u", range: "0 to 0.71 times the width of the field's range", formula: "√(Σ (x − mean(x))² / (n − 1))", missing: FEW },
  {
    kind: "baseline",
    name: (field, span) => `${field} - baseline ${span}`,
    unit: "u",
    range: "± the width of the field's range",
    formula: "v − mean of the values in (t − longest span, t − longest span / 2]",
    missing: "v is missing, or that half has no value",
  },
  { kind: "alone", name: (field, span) => `${field} alone ${span}`, unit: "u", range: "that of the field", formula: "v", missing: "v is missing, or the longest span has another reading" },
] as const satisfies readonly TrailingKind[];

export type TrailingFeature = (typeof trailingKinds)[number]["kind"];

/** What is computed where nothing else is asked for. */
export const defaultTrailing: readonly TrailingFeature[] = ["change"];

/** These in the table's order, each once. Throws `MGV_USAGE` for one that is not there, and for none. */
export function orderedKinds(of: readonly TrailingFeature[]): TrailingFeature[] {
  const all = trailingKinds.map(({ kind }) => kind);
  const unknown = of.find((kind) => !all.includes(kind));
  if (unknown !== undefined) throw new MangroveError("MGV_USAGE", `No trailing feature is called ${JSON.stringify(unknown)}.${didYouMean(unknown, all)} There are ${all.join(", ")}.`);
  if (of.length === 0) throw new MangroveError("MGV_USAGE", `Trailing spans are to be computed of nothing: name some of ${all.join(", ")}.`);
  return all.filter((kind) => of.includes(kind));
}

/** As the kernel is told of them: a bit for each place in the table. */
export function kindBits(of: readonly TrailingFeature[]): number {
  return trailingKinds.reduce((bits, { kind }, i) => bits | (of.includes(kind) ? 1 << i : 0), 0);
}

/** Whether it is written once, of the longest span. */
export function isOnce(kind: string): kind is "baseline" | "alone" {
  return kind === "baseline" || kind === "alone";
}

/** Names of the columns that look back: per span each kind of all fields, then all fields for each kind that is one for all spans. */
export function trailingNames(fields: readonly string[], spansMs: readonly number[], of: readonly TrailingFeature[]): string[] {
  const textOf = (spanMs: number) => `${spanMs / 1000}s`;
  const asked: readonly TrailingKind[] = trailingKinds.filter(({ kind }) => of.includes(kind));
  const perSpan = asked.filter(({ kind }) => !isOnce(kind));
  const namesOf = (kinds: readonly TrailingKind[], spanMs: number) => kinds.flatMap(({ name }) => fields.map((field) => name(field, textOf(spanMs))));
  const ofLongest = asked.filter((each) => !perSpan.includes(each));
  return [...spansMs.flatMap((spanMs) => namesOf(perSpan, spanMs)), ...spansMs.slice(-1).flatMap((spanMs) => namesOf(ofLongest, spanMs))];
}

const NAME = /^(.*?) (- mean|mean|slope|spread|- baseline|alone) (\d+(?:\.\d+)?)s$/s;
const WORDS: Readonly<Record<string, TrailingFeature>> = { mean: "level", "- mean": "change", slope: "slope", spread: "spread", "- baseline": "baseline", alone: "alone" };

/** What a name among a model's features tells that {@link trailingNames} gave; null for any other. */
export function readTrailingName(name: string, features: readonly string[]): { kind: TrailingFeature; field: string; spanMs: number } | null {
  const found = NAME.exec(name);
  if (!found || !features.includes(found[1]!)) return null;
  return { kind: WORDS[found[2]!]!, field: found[1]!, spanMs: Number(found[3]) * 1000 };
}
