import { MangroveError } from "../kernel-as/errors.ts";
import { sharedKernel, type Kernel } from "../kernel-as/host/kernel.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import { mustTake } from "../kernel-as/options.ts";
import { folded, together, type CrossValidation, type Folding, type Spread } from "./cross-validate.ts";
import { fitFold, lossName, type FoldResult } from "./fit-fold.ts";
import { rungsOf, someRows, type Halving, type Rung } from "./halving.ts";
import type { GivenParameters } from "./parameters.ts";
import type { TrainData } from "./rows.ts";
import { withDrawn, type SearchSpace } from "./search-space.ts";
import { drawTrials, ranked, type Runner } from "./trials.ts";

export interface SearchProgress {
  /** Its number in the table. */
  readonly trial: number;
  /** From 1 on. */
  readonly rung: number;
  readonly ofRungs: number;
  /** Trials that this rung is through with, and that it has. */
  readonly done: number;
  readonly ofTrials: number;
  /** The best of the last rung that has results. */
  readonly best: { readonly trial: number; readonly loss: number };
  /** At the pace so far. */
  readonly remainingMs: number;
}

export interface SearchSettings extends Folding {
  /** What is fixed: the objective, the number of rounds, and whatever the space does not name. */
  readonly parameters?: GivenParameters;
  /** What is drawn. Without one: learning rate, size of trees, regularisation and sampling; the first trial is then `parameters` as they are. */
  readonly space?: SearchSpace;
  /** How many sets of parameters are tried (20). */
  readonly trials?: number;
  /** Of all that is drawn (0). */
  readonly seed?: number;
  /** `false`: every trial gets all rows and rounds. */
  readonly halving?: Halving | false;
  /** Threads that look for splits (1). Nothing depends on it but time. */
  readonly workers?: number;
  readonly kernel?: Kernel;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Milliseconds, for the time that remains. */
  readonly now?: () => number;
}

export interface Trial {
  /** In the order in which they were drawn, from 1 on. */
  readonly number: number;
  /** 1 is the best: those that came furthest, by their loss there. */
  readonly rank: number;
  /** What was drawn. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The mean of the folds' losses, on each rung that it came to. */
  readonly losses: readonly number[];
  /** Of the folds' losses and areas on the last of them. */
  readonly sd: number;
  readonly auc: Spread | null;
  readonly rounds: number;
}

export interface SearchResult {
  readonly metric: CrossValidation["metric"];
  readonly folds: number;
  readonly resource: "rows" | "rounds";
  readonly rungs: readonly Rung[];
  /** By rank. */
  readonly trials: readonly Trial[];
  /** All parameters of the best trial, for `train`: early stopping has become a number of rounds. */
  readonly best: TrainingParameters;
}

const words = ["folds", "groups", "parameters", "space", "trials", "seed", "halving", "workers", "kernel", "signal", "onProgress", "now"] satisfies (keyof SearchSettings)[];

/**
 * Looks for good parameters by random search with successive halving, judged by cross-validation. It sees the rows of `data` and no others: what is to judge the model in the end must not be
 * among them, because the best of many trials looks better than it is. The same data and seed give the same table, byte for byte, on every runtime. Costs about rungs × trials × folds trainings on the
 * smallest share. Throws what {@link crossValidate} does, before anything is trained where parameters are at fault.
 */
export async function search(data: TrainData, settings: SearchSettings = {}): Promise<SearchResult> {
  mustTake("A search", settings, words);
  const { parameters: fixed = {}, trials = 20, seed = 0, halving = {}, workers = 1, signal, onProgress, now = () => performance.now() } = settings;
  if (!(Number.isInteger(trials) && trials >= 1)) throw new MangroveError("MGV_ARGUMENT", `trials is ${trials}; there must be 1 or more, a whole number.`);
  const base = withDrawn(fixed, {});
  const { given, folds } = folded(data, base, settings, seed);
  const runners = drawTrials(fixed, settings.space ?? null, { trials, seed, features: given.width });
  const resource = (halving || {}).resource ?? "rows";
  const available = resource === "rows" ? Math.min(...folds.map(({ train }) => train.length)) : base.rounds;
  const rungs = halving === false ? [{ trials, share: 1 }] : rungsOf(trials, available, halving);
  const kernel = settings.kernel ?? (await sharedKernel());

  const startedMs = now();
  const cost = rungs.reduce((sum, rung) => sum + rung.trials * rung.share, 0);
  let spent = 0;
  let running = runners;
  for (const [i, { trials: many, share }] of rungs.entries()) {
    running = running.slice(0, many).sort((a, b) => a.number - b.number);
    for (const [done, runner] of running.entries()) {
      const parameters = resource === "rounds" ? { ...runner.parameters, rounds: Math.ceil(runner.parameters.rounds * share) } : runner.parameters;
      const results: FoldResult[] = [];
      for (const { train, test } of folds) {
        const learned = resource === "rows" ? someRows(train, given.rows.labels, share, seed) : train;
        results.push(await fitFold(kernel, given, { train: learned, test }, parameters, { workers, ...(signal && { signal }) }));
      }
      runner.last = together(results, parameters);
      runner.losses.push(runner.last.loss.mean);
      spent += share;
      const best = ranked(running.slice(0, done + 1))[0]!;
      const remainingMs = ((now() - startedMs) / spent) * Math.max(0, cost - spent);
      onProgress?.({ trial: runner.number, rung: i + 1, ofRungs: rungs.length, done: done + 1, ofTrials: many, best: { trial: best.number, loss: best.losses.at(-1)! }, remainingMs });
    }
    running = ranked(running);
  }
  const all = ranked(runners);
  const [best] = all as [Runner];
  return {
    metric: lossName[base.objective],
    folds: folds.length,
    resource,
    rungs,
    trials: all.map(({ number, drawn, losses, last }, i) => ({ number, rank: i + 1, parameters: drawn, losses, sd: last!.loss.sd, auc: last!.auc, rounds: last!.rounds })),
    best: { ...best.parameters, rounds: best.last!.rounds, early_stopping_rounds: 0 },
  };
}
