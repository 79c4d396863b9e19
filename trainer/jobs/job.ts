import type { HistoryReader } from "../../engine/history/reader.ts";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { ModelCard } from "../../kernel-as/model/card.ts";
import type { ForestModel } from "../../kernel-as/model/forest.ts";
import type { Timetable } from "../next-run.ts";
import type { Section } from "../report/page/section.ts";
import type { RetrainOutcome } from "../retrain.ts";

/** Every job, in the order in which they are listed. */
export const jobNames = ["training", "quality", "performance", "drift", "historical", "aggregation", "batch"] as const;

export type JobName = (typeof jobNames)[number];

/** Work of a pipeline that is done again and again, by the clock or when somebody asks for it. */
export interface Job {
  readonly name: JobName;
  readonly title: string;
  /** The folder of its reports, below that of all jobs. */
  readonly folder: string;
  /** Whether it has bounds that people are told of when they are crossed. */
  readonly isWatching: boolean;
  timetable(settings: JobSettings): Timetable;
  /** Throws what went wrong; whoever runs it decides whether it is tried again. */
  run(context: JobContext): Promise<JobReport>;
}

/** What the environment says of timetables. */
interface JobSettings {
  /** Of the training, as {@link Timetable} has them. */
  readonly trainingIntervalHours: number;
  readonly retrainHour: number;
  readonly timeZone: string;
}

export interface JobContext {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  /** May write what does not fit into its memory to a folder. */
  readonly history: HistoryReader;
  /** Null where there is none. */
  readonly model: ModelInUse | null;
  /** The model that is kept beside it to be tried; null where there is none. */
  readonly challenger: ModelInUse | null;
  /** The moment that the job is run for, epoch ms: nothing later counts. */
  readonly atMs: number;
  readonly timeZone: string;
  /** Where the job leaves files of its own. */
  readonly directory: string;
  /** The data of the job's last report; null where there is none. */
  readonly before: unknown;
  /** Days that files of the jobs are kept. */
  readonly retentionDays: number;
  /** Deletes the files of all jobs that are older; their number. */
  readonly deleteOld: () => Promise<number>;
  readonly retrain: () => Promise<RetrainOutcome>;
  /** A clock for durations, ms. */
  readonly clock: () => number;
  readonly signal?: AbortSignal;
}

export interface ModelInUse {
  readonly version: string;
  readonly model: ForestModel;
  readonly card: ModelCard | null;
  /** From which probability on it says the event. */
  readonly threshold: number;
}

/** What a run leaves behind. */
export interface JobReport {
  /** One sentence or two. */
  readonly detail: string;
  readonly alerts: readonly JobAlert[];
  /** Plain data, as the report's JSON has it. */
  readonly data: object;
  readonly facts: readonly Fact[];
  readonly sections: readonly Section[];
  readonly figures: JobFigures;
}

/** A name and a value, at the head of a page. */
type Fact = readonly [name: string, value: string];

/** A threshold that has been crossed. */
export interface JobAlert {
  readonly severity: "warning" | "critical";
  /** What it is about, in one word, such as `completeness`. */
  readonly about: string;
  readonly message: string;
}

/** What Prometheus is told; absent where the job has no such figure. */
export interface JobFigures {
  /** 0…1. */
  readonly quality?: number | null;
  readonly performance?: { readonly accuracy: number | null; readonly precision: number | null; readonly recall: number | null };
  readonly drift?: readonly { readonly feature: string; readonly method: string; readonly distance: number; readonly psi: number }[];
}

/** A figure, or why there is none. */
export interface Unknown {
  readonly value: null;
  readonly reason: string;
}

export function unknown(reason: string): Unknown {
  return { value: null, reason };
}
