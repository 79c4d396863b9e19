import type { Schema } from "../../kernel-as/schema.ts";
import type { Derived } from "../features/derived.ts";
import type { TrailingFeature } from "../features/trailing-kinds.ts";
import type { AnomalyOptions } from "../rules/anomaly.ts";
import type { RuleProfile } from "../rules/profile.ts";
import type { Aggregate } from "./aggregate.ts";
import type { ModelReference } from "./endpoint.ts";
import type { ColumnMap, RowFlatMap, RowMap, RowTest, ColumnTest } from "./user-function.ts";
import type { WindowKind } from "./window-kind.ts";

/** Decodes the messages of a topic into rows. */
interface SourceStep {
  readonly kind: "source";
  readonly topic: string;
  readonly schema: Schema;
  /** The topic for messages that cannot be decoded. */
  readonly deadLetters: string;
}

/** Whose readings move the clock, and how: see the section Clock of ARCHITECTURE.md. */
export interface ClockSettings {
  readonly per: "sensor" | "partition";
  /** A reading older than the newest by more than this is late. */
  readonly maxOutOfOrdernessMs: number;
  /** Event times further than this ahead of the broker's append time are refused. */
  readonly maxAheadMs: number;
  /** A sensor silent for so long no longer holds its windows open; null: it always does. */
  readonly idleAfterMs: number | null;
  /** A sensor silent for so long is forgotten with all its state. */
  readonly forgetAfterMs: number;
}

export const defaultClock: ClockSettings = { per: "sensor", maxOutOfOrdernessMs: 10_000, maxAheadMs: 300_000, idleAfterMs: null, forgetAfterMs: 86_400_000 };

interface ClockStep extends ClockSettings {
  readonly kind: "clock";
}

/** Adds fields to each row. */
interface MapStep {
  readonly kind: "map";
  readonly adds: readonly string[];
  readonly row: RowMap | null;
  readonly columns: ColumnMap | null;
  /** Makes the state of a sensor that has none yet; null: the function keeps nothing. */
  readonly state: (() => unknown) | null;
}

interface FilterStep {
  readonly kind: "filter";
  readonly row: RowTest | null;
  readonly columns: ColumnTest | null;
}

/** Any number of rows for each row, with other fields. */
interface FlatMapStep {
  readonly kind: "flatMap";
  readonly row: RowFlatMap;
}

/** What the model reads: fields, what is derived from them, and what is computed of each over trailing spans. */
interface FeaturesStep {
  readonly kind: "features";
  /** Rising. */
  readonly spansMs: readonly number[];
  /** Not there: how far each value is from its mean. */
  readonly trailing?: readonly TrailingFeature[];
  readonly derived: Derived;
}

interface ScoreStep {
  readonly kind: "score";
  readonly model: ModelReference;
}

interface AlertStep {
  readonly kind: "alert";
  /** What people are told of: `fire`. */
  readonly of: string;
  /** A probability, or the threshold that the model brings. */
  readonly above: number | "threshold";
  /** An alert is not repeated while its cause goes on with gaps of at most this. */
  readonly holdOffMs: number;
  readonly topic: string;
}

interface RulesStep {
  readonly kind: "rules";
  readonly profile: RuleProfile;
  readonly holdOffMs: number;
  readonly topic: string;
}

interface AnomaliesStep extends AnomalyOptions {
  readonly kind: "anomalies";
  readonly topic: string;
}

/** Rows become results of windows: one field for each aggregate. */
export interface WindowStep {
  readonly kind: "window";
  readonly window: WindowKind;
  readonly allowedLatenessMs: number;
  /** `final`: one result when nothing can change it any more. `updates`: one when the window ends, then one for each late reading. */
  readonly emit: "final" | "updates";
  readonly aggregates: Readonly<Record<string, Aggregate>>;
  /** Where readings go that come after all their windows have gone; null: they are counted only. */
  readonly late: string | null;
}

/** Rows are written. */
interface OutputStep {
  readonly kind: "output";
  readonly topics: readonly string[];
  readonly history: boolean;
}

export type StepKind = SourceStep | ClockStep | MapStep | FilterStep | FlatMapStep | FeaturesStep | ScoreStep | AlertStep | RulesStep | AnomaliesStep | WindowStep | OutputStep;

/** One step of a pipeline. Its name is that of its state, its metrics and its errors. */
export type Step = StepKind & {
  readonly name: string;
  /** The step whose rows it takes; null for the source. */
  readonly input: string | null;
  /** Of the rows that it gives. */
  readonly fields: readonly string[];
};

export type StepOf<Kind extends StepKind["kind"]> = Extract<Step, { kind: Kind }>;
