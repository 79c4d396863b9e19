import { durationMs, type Duration } from "./duration.ts";

/** What a model reads of a reading. */
export interface FeatureSet {
  /** Trailing spans of event time, rising: beside each value stands how far it is from its mean over each of them. */
  readonly spansMs: readonly number[];
}

/** The schema's feature fields, and how far each is from its mean over these spans. Throws `MGV_USAGE`. */
export function trailing(...spans: readonly Duration[]): FeatureSet {
  return { spansMs: spans.map((span) => durationMs(span, "A trailing span")).sort((a, b) => a - b) };
}
