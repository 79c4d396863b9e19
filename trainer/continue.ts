import { Forest } from "../kernel-as/host/forest.ts";
import { withoutCard } from "../kernel-as/model/card.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { ForestModel } from "../kernel-as/model/forest.ts";
import { outputsOf, type LabelledRows, type TrainingParameters } from "../kernel-as/model/training.ts";
import { MangroveError } from "../kernel-as/errors.ts";

/** Margins of a model that is trained on, of each row. Throws `MGV_TRAIN_DATA` for a model to which these trees cannot be added. */
export function marginsOf(kernel: Kernel, model: ForestModel, { features, labels }: LabelledRows, parameters: TrainingParameters): Float32Array {
  const width = features.length / labels.length;
  const fault =
    model.family !== "xgboost" || model.trees.some(({ linear, vectors }) => linear !== null || vectors !== null)
      ? "only models of XGBoost's kind with plain leaves can be trained on; convert it first"
      : model.objective.name !== parameters.objective
        ? `its objective is ${model.objective.name}, not ${parameters.objective}`
        : model.featureCount !== width
          ? `it has ${model.featureCount} features, the rows have ${width}`
          : model.outputs !== outputsOf(parameters)
            ? `it has ${model.outputs} outputs, not ${outputsOf(parameters)}`
            : null;
  if (fault !== null) throw new MangroveError("MGV_TRAIN_DATA", `The model to begin with does not fit: ${fault}.`);
  using forest = new Forest(kernel, model);
  return forest.margins(features) as Float32Array;
}

/** The first model with the trees of the second behind its own. What was said of the first alone, its card and its best round, is not of this one. */
export function continued(first: ForestModel, second: ForestModel): ForestModel {
  const before = first.trees.length;
  const { best_iteration: _, best_score: __, ...attributes } = first.attributes;
  return {
    ...withoutCard({ ...first, attributes }),
    featureTypes: first.featureTypes ?? second.featureTypes,
    trees: [...first.trees, ...second.trees],
    roundStarts: Uint32Array.from([...first.roundStarts, ...second.roundStarts.subarray(1).map((start) => start + before)]),
  };
}
