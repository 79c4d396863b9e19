import { Forest } from "../kernel-as/host/forest.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { RoundReport } from "../kernel-as/host/train.ts";
import type { ForestModel } from "../kernel-as/model/forest.ts";
import type { LabelledRows, TrainingParameters } from "../kernel-as/model/training.ts";
import type { Dataset } from "./dataset.ts";
import { fitRows, type RowsToFit } from "./fit-rows/fit-rows.ts";
import type { FitThreads } from "./fit-rows/threads.ts";
import { probabilities } from "./probabilities.ts";
import { pickFeatures } from "./rows.ts";
import { asLearned, showAlone } from "./shown-alone.ts";

export interface TrainProgress {
  /** What is being trained, for people; of several at once the one that was begun last. */
  readonly what: string;
  readonly trees: number;
  readonly ofTrees: number;
}

export interface RowTrainerOptions {
  readonly kernel: Kernel;
  readonly dataset: Dataset;
  readonly parameters: TrainingParameters;
  /** See {@link asLearned}. */
  readonly forNewRooms?: boolean;
  /** That train; without them the caller's own does. */
  readonly threads?: FitThreads | null;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
}

/** What was learned from some rows of a dataset. */
export interface RowModel {
  /** Null where all of the rows have one label, which is then what it predicts. */
  readonly forest: ForestModel | null;
  readonly history: readonly RoundReport[];
  /** Probabilities of other rows; `alone` as single readings that nothing is known before. */
  predict(rows: Uint32Array, alone?: boolean): ArrayLike<number>;
}

export function bothClasses({ labels }: Pick<Dataset, "labels">, rows: Uint32Array): boolean {
  return rows.some((row) => labels[row] !== labels[rows[0]!]);
}

/** Trains models on rows of one dataset, some of them shown without their history, and tells how far all of them together are. */
export class RowTrainer {
  readonly dataset: Dataset;
  readonly #options: RowTrainerOptions;
  readonly #ofTrees: number;
  #trees = 0;
  #what = "";

  /** `parts` are the rows of all models to come. */
  constructor(options: RowTrainerOptions, parts: readonly Uint32Array[]) {
    this.dataset = options.dataset;
    this.#options = options;
    this.#ofTrees = parts.filter((rows) => bothClasses(options.dataset, rows)).length * options.parameters.rounds;
  }

  /** The history has the loss of `heldOut` after each round, where there are such. Throws what {@link trainForest} does. */
  async train(rows: Uint32Array, what: string, heldOut?: Uint32Array): Promise<RowModel> {
    const { dataset } = this;
    if (!bothClasses(dataset, rows)) {
      const label = dataset.labels[rows[0] ?? 0]!;
      return { forest: null, history: [], predict: (others) => new Float32Array(others.length).fill(label) };
    }
    const { kernel, parameters: given, forNewRooms = false, threads = null, signal, onProgress } = this.#options;
    // rows that judge must not choose the round to stop at
    const parameters = heldOut ? { ...given, early_stopping_rounds: 0 } : given;
    const toFit = (): RowsToFit => {
      this.#what = what;
      const learned = this.#rows(rows);
      asLearned(learned.features, dataset, rows, { seed: parameters.seed, forNewRooms });
      return { learned, width: dataset.featureNames.length, parameters, heldOut: heldOut ? this.#rows(heldOut) : null };
    };
    const options = { onRound: () => onProgress?.({ what: this.#what, trees: ++this.#trees, ofTrees: this.#ofTrees }), ...(signal && { signal }) };
    const { forest, history } = await (threads ? threads.fit(toFit, options) : fitRows(kernel, toFit(), options));
    return { forest, history, predict: (others, alone) => this.#predict(forest, others, alone) };
  }

  /** A copy, row-major. */
  featuresOf(rows: Uint32Array): Float32Array<ArrayBuffer> {
    const { features, featureNames } = this.dataset;
    return pickFeatures(features, featureNames.length, rows);
  }

  #rows(rows: Uint32Array): LabelledRows {
    const { labels } = this.dataset;
    return { features: this.featuresOf(rows), labels: Float32Array.from(rows, (row) => labels[row]!), weights: null };
  }

  #predict(forest: ForestModel, rows: Uint32Array, alone = false): Float64Array {
    const features = this.featuresOf(rows);
    if (alone) showAlone(features, this.dataset, rows.keys());
    using scorer = new Forest(this.#options.kernel, forest);
    return probabilities(scorer, features);
  }
}
