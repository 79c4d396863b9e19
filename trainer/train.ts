import { Forest } from "../kernel-as/host/forest.ts";
import { sharedKernel, type Kernel } from "../kernel-as/host/kernel.ts";
import { trainForest, type RoundReport } from "../kernel-as/host/train.ts";
import { withFeatureNames } from "../kernel-as/model/card.ts";
import { binsOf } from "../kernel-as/model/feature-bins.ts";
import type { ForestModel } from "../kernel-as/model/forest.ts";
import { outputsOf, type TrainingParameters } from "../kernel-as/model/training.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { mustTake } from "../kernel-as/options.ts";
import { continued, marginsOf } from "./continue.ts";
import { trainingParameters, type GivenParameters } from "./parameters.ts";
import { labelledRows, pickRows, splitOff, type TrainData } from "./rows.ts";

export interface TrainProgress extends RoundReport {
  readonly ofRounds: number;
  readonly trees: number;
  /** At the pace so far, if all rounds are run. */
  readonly remainingMs: number;
}

export interface TrainSettings {
  /** Rows to judge by after each round, or the share of the rows that is held back for it: whole groups, where rows have groups. */
  readonly validation?: TrainData | number;
  /** A model of the same features and objective, of the family of XGBoost, to whose trees others are added: with the same rows and seed, those that one longer training would have grown. */
  readonly init?: Forest | ForestModel;
  /** Threads that look for splits (1). The model does not depend on it. */
  readonly workers?: number;
  readonly kernel?: Kernel;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Milliseconds, for the time that remains. */
  readonly now?: () => number;
}

export interface TrainResult {
  /** Close it when it is not needed any more. */
  readonly forest: Forest;
  readonly parameters: TrainingParameters;
  /** Losses after each round: logloss, or the root of the mean squared error. */
  readonly history: readonly RoundReport[];
}

const words = ["validation", "init", "workers", "kernel", "signal", "onProgress", "now"] satisfies (keyof TrainSettings)[];

/**
 * Trains gradient-boosted trees. Parameters go by XGBoost's names or LightGBM's. The same rows and parameters give the same model, byte for byte, on every runtime. The caller's rows are read once and not
 * kept: a byte for each value, about 40 bytes for each row. Throws `MGV_TRAIN_PARAMETER`, `MGV_TRAIN_DATA`, `MGV_ARGUMENT`, and the signal's reason when it is aborted.
 *
 * All-missing features are never split by; more features than rows are allowed; a single class or label is an error but for reg:squarederror.
 */
export async function train(data: TrainData, parameters: GivenParameters = {}, settings: TrainSettings = {}): Promise<TrainResult> {
  mustTake("A training", settings, words);
  const { signal, onProgress, now = () => performance.now(), init } = settings;
  const chosen = trainingParameters(parameters);
  const given = labelledRows(data);
  const { learned, validation } = parted(given, settings.validation);
  const kernel = settings.kernel ?? (await sharedKernel());
  const start = init instanceof Forest ? init.model : init;
  const withMargins = (rows: typeof learned) => (start ? { ...rows, margins: marginsOf(kernel, start, rows, chosen) } : rows);
  const startedMs = now();
  const tell = (report: RoundReport) =>
    onProgress?.({
      ...report,
      ofRounds: chosen.rounds,
      trees: report.round * outputsOf(chosen),
      remainingMs: ((now() - startedMs) / report.round) * (chosen.rounds - report.round),
    });
  const bins = binsOf(learned.features, given.width, { most: chosen.max_bin, categorical: given.categorical });
  const input = { ...withMargins(learned), bins, parameters: chosen, validation: validation && withMargins(validation), roundsBefore: start ? start.roundStarts.length - 1 : 0 };
  const trained = await trainForest(kernel, input, { workers: settings.workers ?? 1, ...(signal && { signal }), onRound: tell });
  const model = start ? continued(start, trained.forest) : trained.forest;
  return { forest: new Forest(kernel, given.names ? withFeatureNames(model, given.names) : model), parameters: chosen, history: trained.history };
}

function parted(given: ReturnType<typeof labelledRows>, validation: TrainData | number | undefined) {
  if (validation === undefined) return { learned: given.rows, validation: null };
  if (typeof validation === "number") {
    const { kept, heldBack } = splitOff(given, validation);
    return { learned: pickRows(given, kept), validation: pickRows(given, heldBack) };
  }
  const other = labelledRows(validation);
  if (other.width !== given.width) throw new MangroveError("MGV_TRAIN_DATA", `The validation rows have ${other.width} features, the others ${given.width}.`);
  return { learned: given.rows, validation: other.rows };
}
