import type { Derived } from "../features/derived.ts";
import { durationMs, type Duration } from "./duration.ts";

/** What a model reads of a reading, beside the values of its fields. */
export interface FeatureSet<Field extends string = string> {
  /** Trailing spans of event time: beside each value stands how far it is from its mean over each of them. */
  readonly spansMs?: readonly number[];
  /** Features that come from the fields of the same reading. */
  readonly derived?: Derived<Field>;
}

/** How far each of the schema's feature fields is from its mean over these spans. Throws `MGV_USAGE`. */
export function trailing(...spans: readonly Duration[]): FeatureSet<never> {
  return { spansMs: spans.map((span) => durationMs(span, "A trailing span")) };
}

/** Features that are computed from one or two fields each, by name: `derived({ pm_ratio: { ratio: ["PM1.0", "PM2.5"] } })`. */
export function derived<const Field extends string>(features: Derived<Field>): FeatureSet<Field> {
  return { derived: features };
}
