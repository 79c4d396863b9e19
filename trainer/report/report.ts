import type { RoundReport } from "../../kernel-as/host/train.ts";
import type { Calibration } from "../../kernel-as/model/calibration.ts";
import type { AlarmFigures, AlarmMetrics } from "../alarm-metrics.ts";
import type { Intervals } from "../bootstrap.ts";
import type { Finding } from "../leaks.ts";
import type { Measures } from "../metrics.ts";
import type { SearchResult } from "../search.ts";

/** What is known of a model's worth, as `--report FILE.json` writes it and the page shows it. Plain data; null where a figure has no meaning. */
export interface Report {
  readonly model: ReportedModel;
  readonly data: DataProfile;
  /** Of a trained model its splits; of one that was only evaluated a single one, all rows. */
  readonly splits: readonly JudgedSplit[];
  /** What makes the figures better than they should be. */
  readonly findings: readonly Finding[];
  /** Log loss after each round of the model's own training, and of held-out rows; null where nothing was trained. */
  readonly rounds: readonly RoundReport[] | null;
  /** In the order of the model's features. */
  readonly features: readonly FeatureWeight[];
  /** Trials that the parameters were chosen from; null where they were given. */
  readonly search: SearchResult | null;
  readonly cost: Cost;
}

export interface ReportedModel {
  /** `smoke_detection_model`, the file's name without its ending. */
  readonly name: string;
  /** The first 12 digits of the file's SHA-256. */
  readonly version: string;
  readonly algorithm: string;
  readonly trees: number;
  /** Of its pipeline; null for a model from elsewhere. */
  readonly pipeline: string | null;
  /** What a label of 1 is called: `fire`. */
  readonly event: string;
  /** `simulated`, or a file and its hash; `unknown` for a model from elsewhere. */
  readonly trainedOn: string;
  /** Probabilities from here on are fire. */
  readonly threshold: number;
  /** Why it is this one, in a sentence or two. */
  readonly thresholdReason: string;
  readonly calibration: Calibration | null;
  /** Those of its training by name; empty where they are not known. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface DataProfile {
  /** File, or what was simulated. */
  readonly source: string;
  readonly rows: number;
  readonly positives: number;
  readonly recordings: readonly RecordingProfile[];
  /** Of each feature that comes from the reading alone. */
  readonly fields: readonly FieldProfile[];
}

export interface RecordingProfile {
  readonly name: string;
  readonly rows: number;
  readonly positives: number;
  readonly labelChanges: number;
  /** Event times, epoch ms; null where its rows tell none. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Of another recording that it is a copy of but for one field; null for none. */
  readonly copyOf: string | null;
}

/** Null where a field has no value at all. */
export interface FieldProfile {
  readonly name: string;
  readonly missing: number;
  readonly least: number | null;
  readonly median: number | null;
  readonly mean: number | null;
  readonly most: number | null;
  readonly sd: number | null;
}

/** One way of holding rows back, and all that came of it. */
export interface JudgedSplit {
  /** `random`, `blocks`, `recordings`, … */
  readonly name: string;
  readonly title: string;
  readonly meaning: string;
  /** What has to be said of its figures in plain words, such as that they are those of chance; null where nothing has. */
  readonly verdict: string | null;
  /** Null when the data cannot be split in this way; `meaning` then says why. */
  readonly judgement: Judgement | null;
}

/** Figures of predictions: of a training on rows that the model had not seen. */
export interface Judgement {
  readonly measures: Measures;
  readonly intervals: Intervals<Exclude<keyof Measures, "rows" | "positives">>;
  readonly byRecording: readonly { readonly recording: string; readonly measures: Measures }[];
  /** At the threshold in use, of a training that which each fold chose in its training part. */
  readonly confusion: { readonly truePositives: number; readonly falsePositives: number; readonly falseNegatives: number; readonly trueNegatives: number };
  /** Null where rows have no sensor and time. */
  readonly alarms: (AlarmMetrics & { readonly intervals: Intervals<keyof AlarmFigures> }) | null;
  /** The same rows as single readings that nothing is known before; null where no feature looks back. */
  readonly alone: Measures | null;
  /** By the model's calibration, of a training that which each fold fitted in its training part, on rows that its model had not seen; null where there is none. */
  readonly calibrated: Measures | null;
  readonly curves: Curves;
}

/** Points of curves, thinned out to what a picture shows: a few hundred at most. */
export interface Curves {
  /** From (0, 0) to (1, 1): share of negatives and of positives above a threshold that falls. */
  readonly roc: readonly { readonly falsePositiveRate: number; readonly truePositiveRate: number }[];
  readonly precisionRecall: readonly { readonly recall: number; readonly precision: number }[];
  /** Ten bins of equal width, empty ones left out: mean probability, and share of positives. */
  readonly calibration: readonly CalibrationPoint[];
  /** The same of the calibrated probabilities; null where there is no calibration. */
  readonly calibrated: readonly CalibrationPoint[] | null;
  /** From the highest threshold down; empty where rows have no sensor and time. */
  readonly alarms: readonly AlarmMetrics[];
}

export interface CalibrationPoint {
  readonly rows: number;
  readonly probability: number;
  readonly share: number;
}

export interface FeatureWeight {
  readonly name: string;
  /** Share of all splits' gain in loss, 0…1. */
  readonly gain: number;
  readonly splits: number;
  /** Mean size of what it adds to the margin (SHAP) over a sample of rows; null where the model's file does not tell what is needed for that. */
  readonly contribution: number | null;
  /** Some rows: the feature's value, null where it is missing, and what it adds. */
  readonly sample: readonly { readonly value: number | null; readonly contribution: number }[];
}

export interface Cost {
  readonly phases: readonly { readonly name: string; readonly ms: number }[];
  /** The most memory that the process has had, MiB; null where the system does not say. */
  readonly peakMiB: number | null;
}
