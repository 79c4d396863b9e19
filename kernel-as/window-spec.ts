import { MangroveError } from "./errors.ts";

/** How event time goes on. All times are milliseconds. */
export interface ClockSpec {
  /** `sensor`: a watermark for each sensor, which is its own newest event time less `maxOutOfOrdernessMs`. `partition`: one for all. */
  readonly clock: "sensor" | "partition";
  readonly maxOutOfOrdernessMs: number;
  /** A clock unheard for so long of append time runs on with it. Null: it stands still. */
  readonly idleAfterMs: number | null;
  /** A sensor unheard for so long of append time is forgotten. Null: never, unless the caller says so. */
  readonly forgetAfterMs: number | null;
}

/** Windows are [start, end). Tumbling and hopping ones start at multiples of their hop from the epoch; a session ends `gapMs` after its last reading. */
export type WindowShape =
  | { readonly kind: "tumbling"; readonly sizeMs: number }
  | { readonly kind: "hopping"; readonly sizeMs: number; readonly hopMs: number }
  | { readonly kind: "session"; readonly gapMs: number };

/**
 * What is computed of a window. All but `records` and `nulls` look at the values of a column that are not missing (NaN), and are NaN where there are none
 * (`count`, `ones` and `sum`: 0).
 */
export type Aggregate =
  /** Readings, whatever they hold. */
  | { readonly kind: "records" }
  | { readonly kind: ColumnAggregate; readonly column: number }
  /** Interpolated between neighbours, as DuckDB's quantile_cont and NumPy do. */
  | { readonly kind: "percentile"; readonly column: number; readonly percent: number };

type ColumnAggregate =
  | "count" // of values
  | "nulls"
  | "ones" // values that equal 1
  | "sum"
  | "mean"
  | "min"
  | "max"
  | "first" // by event time, equals by arrival
  | "last"
  | "variance" // of a sample, divided by n - 1; NaN for one value
  | "stddev"
  | "slope" // per second of event time, by least squares; NaN unless two times differ
  | "median";

export type WindowSpec = WindowShape &
  ClockSpec & {
    /** A window is gone once the watermark has reached its end + this; a reading that is in no other window is then late. */
    readonly allowedLatenessMs: number;
    /** `final`: one result, when the window is gone. `updates`: one when the watermark reaches its end, and one after each reading that then still changes it. */
    readonly emit: "final" | "updates";
    readonly aggregates: readonly Aggregate[];
    /** Columns that are kept, so that results come with their readings. */
    readonly columns?: readonly number[];
  };

/** A window for each reading: the readings of its sensor already seen with event time in (t - `sizeMs`, t]. */
export interface SlidingSpec {
  readonly kind: "sliding";
  readonly sizeMs: number;
  /** How much later than its sensor's newest reading one may come and still find its whole window. */
  readonly maxOutOfOrdernessMs: number;
  readonly aggregates: readonly Aggregate[];
  /** Columns that are kept though no aggregate is of them. */
  readonly columns?: readonly number[];
}

/** The greatest event time, that of a `Date`. A reading with another, or none, is late and moves no clock. */
export const LAST_TIME_MS = 8.64e15;

/** Throws `MGV_ARGUMENT` where a clock cannot run so. */
export function checkClock(spec: ClockSpec): void {
  mustBe("maxOutOfOrdernessMs", spec.maxOutOfOrdernessMs, 0);
  if (spec.idleAfterMs !== null) mustBe("idleAfterMs", spec.idleAfterMs, 0);
  if (spec.forgetAfterMs !== null) mustBe("forgetAfterMs", spec.forgetAfterMs, 0);
}

/** Throws `MGV_ARGUMENT` where windows cannot be cut so. */
export function checkWindows(spec: WindowSpec): void {
  checkClock(spec);
  mustBe("allowedLatenessMs", spec.allowedLatenessMs, 0);
  if (spec.kind === "session") mustBe("gapMs", spec.gapMs, 1);
  else mustBe("sizeMs", spec.sizeMs, 1);
  if (spec.kind === "hopping") mustBe("hopMs", spec.hopMs, 1, spec.sizeMs);
  checkAggregates(spec.aggregates);
}

/** Throws `MGV_ARGUMENT` where windows cannot slide so. */
export function checkSliding({ sizeMs, maxOutOfOrdernessMs, aggregates }: SlidingSpec): void {
  mustBe("sizeMs", sizeMs, 1);
  mustBe("maxOutOfOrdernessMs", maxOutOfOrdernessMs, 0);
  checkAggregates(aggregates);
}

function checkAggregates(aggregates: readonly Aggregate[]): void {
  for (const aggregate of aggregates) {
    if (aggregate.kind === "percentile" && !(aggregate.percent >= 0 && aggregate.percent <= 100)) {
      throw new MangroveError("MGV_ARGUMENT", `A percentile lies in 0…100, ${aggregate.percent} does not.`);
    }
  }
}

/** A year, in which sums of a few are exact. */
const LONGEST_MS = 366 * 86_400_000;

function mustBe(name: string, value: number, least: number, most = LONGEST_MS): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new MangroveError("MGV_ARGUMENT", `${name} is ${value}; it must be a whole number of milliseconds in ${least}…${most}.`);
}
