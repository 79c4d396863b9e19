import type { Derived } from "../features/derived.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { defaultTrailing, orderedKinds, type TrailingFeature } from "../features/trailing-kinds.ts";
import { isObject } from "./check-step.ts";
import { durationMs, type Duration } from "./duration.ts";

/** What a model reads of a reading, beside the values of its fields. */
export interface FeatureSet<Field extends string = string> {
  /** Trailing spans of event time. */
  readonly spansMs?: readonly number[];
  /** What is computed of each field over each of them: how far the value is from its mean, where nothing is said. */
  readonly trailing?: readonly TrailingFeature[];
  /** Features that come from the fields of the same reading. */
  readonly derived?: Derived<Field>;
}

interface TrailingOptions {
  /** Of `level`, `change` (the default), `slope`, `spread`, `baseline` and `alone`: see docs/features.md. */
  readonly of: readonly TrailingFeature[];
}

/** What is computed of each of the schema's feature fields over these spans: `trailing("1m", "5m")`, `trailing("10s", "1m", { of: ["slope", "spread"] })`. Throws `MGV_USAGE`. */
export function trailing(...spans: readonly Duration[] | readonly [...Duration[], TrailingOptions]): FeatureSet<never> {
  const last = spans.at(-1);
  const options = typeof last === "object" ? last : null;
  const durations = (options ? spans.slice(0, -1) : spans) as readonly Duration[];
  return { spansMs: durations.map((span) => durationMs(span, "A trailing span")), ...(options && { trailing: kindsOf(options) }) };
}

function kindsOf(options: TrailingOptions): TrailingFeature[] {
  const isSaid = Object.keys(options).join() === "of" && Array.isArray(options.of);
  if (!isSaid) throw new MangroveError("MGV_USAGE", 'trailing(…) takes spans, and behind them nothing but what is computed over each: trailing("10s", "1m", { of: ["slope", "spread"] }).');
  return orderedKinds(options.of);
}

/** Features that are computed from one or two fields each, by name: `derived({ pm_ratio: { ratio: ["PM1.0", "PM2.5"] } })`. Throws `MGV_USAGE` without them. */
export function derived<const Field extends string>(features: Derived<Field>): FeatureSet<Field> {
  if (!isObject(features)) throw new MangroveError("MGV_USAGE", 'derived(…) takes features by their names: derived({ pm_ratio: { ratio: ["PM1.0", "PM2.5"] } }).');
  return { derived: features };
}

/** What sets ask of their spans, all alike; nothing where that is the default. Throws `MGV_USAGE` when they differ. */
export function trailingOf(sets: readonly FeatureSet[]): Pick<FeatureSet, "trailing"> {
  const asked = sets.flatMap(({ spansMs, trailing: of = defaultTrailing }) => (spansMs?.length ? [orderedKinds(of)] : []));
  const [first = defaultTrailing, ...others] = asked;
  const other = others.find((of) => of.join() !== first.join());
  if (other) throw new MangroveError("MGV_USAGE", `Trailing spans are asked for ${first.join(", ")} and for ${other.join(", ")}: ask for all in one trailing(…, { of }).`);
  return first.join() === defaultTrailing.join() ? {} : { trailing: first };
}
