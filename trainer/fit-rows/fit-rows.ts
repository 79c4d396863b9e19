import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { trainForest, type Trained, type TrainOptions } from "../../kernel-as/host/train.ts";
import { binsOf } from "../../kernel-as/model/feature-bins.ts";
import type { LabelledRows, TrainingParameters } from "../../kernel-as/model/training.ts";

export interface RowsToFit {
  readonly learned: LabelledRows;
  /** Features of a row. */
  readonly width: number;
  readonly parameters: TrainingParameters;
  /** Rows whose loss is told after each round; null: none. */
  readonly heldOut: LabelledRows | null;
}

/** Bins the rows and trains on them. Throws what {@link trainForest} does. */
export async function fitRows(kernel: Kernel, { learned, width, parameters, heldOut }: RowsToFit, options: Omit<TrainOptions, "workers">): Promise<Trained> {
  const bins = binsOf(learned.features, width, { most: parameters.max_bin });
  return trainForest(kernel, { ...learned, bins, parameters, ...(heldOut && { validation: heldOut }) }, options);
}
