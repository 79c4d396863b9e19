import { MangroveError } from "../errors.ts";
import type { ForestModel, Tree } from "../model/forest.ts";
import { treesAsForest } from "../model/trained-forest.ts";
import { baseScoreFor, outputsOf, type TrainingInput } from "../model/training.ts";
import { mustTake } from "../options.ts";
import type { Kernel } from "./kernel.ts";
import { checkTraining } from "./training/checks.ts";
import { Team } from "./training/team.ts";
import { Training } from "./training/training.ts";
import { Validation } from "./training/validation.ts";

/** Values that are looked at, about, between two turns of the event loop. */
const VALUES_A_TURN = 2 ** 24;

/** How a training went on, a round each. Losses are means: logloss, or the root of the mean squared error. */
export interface RoundReport {
  /** Rounds so far, from 1 on. */
  readonly round: number;
  /** Of the rows that are learned from, after the round. */
  readonly loss: number;
  /** Of the validation rows; null without any. */
  readonly validationLoss: number | null;
}

export interface TrainOptions {
  /** Threads that look for splits, the caller's own among them (1). The trees do not depend on it; each takes memory for all rows. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onRound?: (report: RoundReport) => void;
}

export interface Trained {
  readonly forest: ForestModel;
  readonly history: readonly RoundReport[];
}

const words = ["workers", "signal", "onRound"] satisfies (keyof TrainOptions)[];

/**
 * Histogram boosting in the kernel. The same input gives the same bits on every runtime. About rows × features × log(leaves) / 2 histogram updates a tree; 40 bytes a
 * row (more with several outputs) besides the bins. With early stopping the forest ends with its best round. Throws `MGV_TRAIN_DATA`, `MGV_TRAIN_PARAMETER`, the signal's reason when aborted.
 */
export async function trainForest(kernel: Kernel, input: TrainingInput, options: TrainOptions = {}): Promise<Trained> {
  mustTake("A training", options, words);
  checkTraining(input);
  const { parameters, bins, roundsBefore = 0 } = input;
  const outputs = outputsOf(parameters);
  const baseScore = baseScoreFor(input, parameters);
  using held = new DisposableStack();
  const threads = threadsFor(options.workers ?? 1, bins.length);
  const team = threads > 1 ? held.use(await Team.start(threads, input, baseScore)) : null;
  const training = held.use(new Training(kernel, input, baseScore, team?.exchange ?? null));
  const validation = input.validation ? held.use(new Validation(kernel, training, input.validation, input, baseScore)) : null;
  const roundsATurn = Math.min(Math.max(1, Math.floor(VALUES_A_TURN / (input.features.length * outputs))), 10);
  const trees: Tree[] = [];
  const history: RoundReport[] = [];
  let best = { round: 0, loss: Infinity };
  training.beginRound(roundsBefore);
  for (let round = 0; round < parameters.rounds; round++) {
    if (round % roundsATurn === 0) await new Promise((resolve) => setImmediate(resolve));
    options.signal?.throwIfAborted();
    for (let output = 0; output < outputs; output++) {
      trees.push(training.grow(roundsBefore * outputs + trees.length, output));
      validation?.add(output);
    }
    const report: RoundReport = { round: round + 1, loss: training.beginRound(roundsBefore + round + 1), validationLoss: validation?.loss() ?? null };
    history.push(report);
    options.onRound?.(report);
    if (report.validationLoss !== null && report.validationLoss < best.loss) best = { round: report.round, loss: report.validationLoss };
    const { early_stopping_rounds: patience } = parameters;
    if (validation && patience > 0 && report.round - best.round >= patience) break;
  }
  const stops = validation !== null && parameters.early_stopping_rounds > 0;
  return { forest: treesAsForest(stops ? trees.slice(0, best.round * outputs) : trees, { bins, parameters }, baseScore), history };
}

/** No more threads than groups of features, of which each looks at some. */
function threadsFor(workers: number, features: number): number {
  if (Number.isInteger(workers) && workers >= 1 && workers <= 256) return Math.min(workers, Math.ceil(features / 8));
  throw new MangroveError("MGV_ARGUMENT", `workers is ${workers}; it must be a whole number from 1 to 256.`);
}
