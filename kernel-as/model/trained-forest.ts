import type { ForestModel, Tree } from "./forest.ts";
import { objectiveNamed } from "./formats/xgboost/objective-parameters.ts";
import { outputsOf, type TrainingInput } from "./training.ts";

/** A model of this project: for each round a tree for each output, no names. */
export function treesAsForest(trees: readonly Tree[], { bins, parameters }: Pick<TrainingInput, "bins" | "parameters">, baseScore: number): ForestModel {
  const outputs = outputsOf(parameters);
  const objective = objectiveNamed(parameters.objective, outputs);
  return {
    family: "xgboost",
    objective,
    featureCount: bins.length,
    featureNames: null,
    featureTypes: bins.some(({ kind }) => kind === "categorical") ? bins.map(({ kind }) => (kind === "categorical" ? "c" : "float")) : null,
    outputs,
    baseScores: Float32Array.of(baseScore),
    trees,
    roundStarts: Uint32Array.from({ length: trees.length / outputs + 1 }, (_, round) => round * outputs),
    averaged: false,
    categoryNames: null,
    attributes: {},
  };
}
