import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { TrainingParameters } from "../../kernel-as/model/training.ts";
import type { Fold } from "../../trainer/split.ts";
import { joined } from "./compare.ts";
import { comparisonOf, type Comparison } from "./comparison.ts";
import { figuresOf, type Judged } from "./figures.ts";
import { predictedByUs, type Job, type Predicted, type QualityData } from "./task.ts";

/** Two sets of features; which of them is better is told by folds of the training rows. */
export interface FeatureChoice {
  readonly name: string;
  readonly title: string;
  /** Columns by the set's name. */
  readonly sets: ReadonlyMap<string, readonly number[]>;
  /** Folds by several chances. */
  readonly trials: readonly (readonly Fold[])[];
  readonly groupOf: Int32Array;
}

export interface FeatureChoiceResult extends Comparison {
  /** In how many folds a set was chosen. */
  readonly chosen: Readonly<Record<string, number>>;
}

interface ChoiceOptions {
  readonly kernel: Kernel;
  readonly parameters: TrainingParameters;
  readonly signal: AbortSignal;
  readonly onStep: (what: string) => void;
}

/** Judges our models with each set, and with the one that had the least log loss on folds of the training rows alone. */
export async function chooseFeatures(data: QualityData, { name, title, sets, trials, groupOf }: FeatureChoice, options: ChoiceOptions): Promise<FeatureChoiceResult> {
  const judged = new Map<string, Judged[]>([...sets.keys(), "chosen by inner folds"].map((each) => [each, []]));
  const chosen: Record<string, number> = Object.fromEntries(Array.from(sets.keys(), (set) => [set, 0]));
  for (const [trial, folds] of trials.entries()) {
    const predict = (each: readonly Fold[], columns: readonly number[]) => predictAll(data, each, columns, options);
    const outer = new Map<string, Predicted>();
    for (const [set, columns] of sets) outer.set(set, await predict(folds, columns));
    const best: ArrayLike<number>[] = [];
    for (const k of folds.keys()) {
      options.onStep(`${name}: draw ${trial + 1} of ${trials.length}, fold ${k + 1} of ${folds.length}`);
      const inner = innerFolds(folds, k);
      const losses = new Map<string, number>();
      for (const [set, columns] of sets) losses.set(set, figuresOf(joined(data, inner, await predict(inner, columns), null)).logloss!);
      const [[set]] = [...losses].sort(([, a], [, b]) => a - b) as [[string, number]];
      chosen[set]!++;
      best.push(outer.get(set)![k]!);
    }
    for (const [set, predicted] of outer) judged.get(set)!.push(joined(data, folds, predicted, groupOf));
    judged.get("chosen by inner folds")!.push(joined(data, folds, best, groupOf));
  }
  return { ...comparisonOf(name, title, judged, { allDrawn: true }), chosen };
}

function predictAll(data: QualityData, folds: readonly Fold[], columns: readonly number[], { kernel, parameters, signal }: ChoiceOptions): Promise<Predicted> {
  const jobs = folds.map(({ train, test }, i): Job => ({ name: String(i), columns, train, test }));
  return predictedByUs({ data, parameters, jobs }, { kernel, signal });
}

/** The training rows of fold k, parted as the other folds part them: nothing of what k tests, or what lies near to it, is on either side. */
export function innerFolds(folds: readonly Fold[], k: number): Fold[] {
  const learned = new Set(folds[k]!.train);
  const within = (rows: Uint32Array) => rows.filter((row) => learned.has(row));
  return folds.filter((_, j) => j !== k).map(({ train, test }) => ({ train: within(train), test: within(test) }));
}
