import { MangroveError } from "../../../errors.ts";
import type { ForestModel } from "../../forest.ts";
import { baseScoreText } from "./base-score.ts";
import { catsDocument, withoutTypes } from "./category-names.ts";
import { Single, type Document, type DocumentObject } from "./document.ts";
import { fromLightgbm } from "./from-lightgbm.ts";
import { treeDocument } from "./write-tree.ts";

/** The first version whose readers know all that the document may say; 2.1 where it says nothing that 2.1 does not know. */
const PLAIN = [2, 1, 0];
const FULL = [3, 2, 0];

/** A model as XGBoost's document; one of the other family is converted. Throws `MGV_MODEL_CONVERT` for what XGBoost cannot say. */
export function modelDocument(given: ForestModel): DocumentObject {
  const model = given.family === "xgboost" ? given : fromLightgbm(given);
  const { objective, outputs, trees, categoryNames, baseScores } = model;
  const cats = categoryNames && { cats: catsDocument(model) };
  const hasClasses = objective.name.startsWith("multi:");
  const plain = !cats && baseScores.length === 1 && trees.every(({ vectors }) => vectors === null);
  return {
    learner: {
      attributes: withoutTypes(model.attributes),
      feature_names: model.featureNames ?? [],
      feature_types: model.featureTypes ?? [],
      gradient_booster: boosterDocument(model, cats ?? {}),
      learner_model_param: {
        base_score: baseScoreText(baseScores),
        boost_from_average: "0",
        num_class: hasClasses ? String(outputs) : "0",
        num_feature: String(model.featureCount),
        num_target: hasClasses ? "1" : String(outputs),
      },
      objective: { ...(objective.parameters as DocumentObject), name: objective.name },
    },
    version: plain ? PLAIN : FULL,
  };
}

function boosterDocument(model: ForestModel, cats: DocumentObject): DocumentObject {
  const { trees, featureCount, outputs } = model;
  if (trees.some(({ linear }) => linear !== null)) throw new MangroveError("MGV_MODEL_CONVERT", "XGBoost has no linear leaves.");
  const weights: Document[] = trees.map(({ weight }) => new Single(weight));
  const booster = {
    model: {
      ...cats,
      gbtree_model_param: { num_parallel_tree: String(parallelTrees(model)), num_trees: String(trees.length) },
      iteration_indptr: Array.from(model.roundStarts),
      tree_info: trees.map(({ output }) => output),
      trees: trees.map((tree, id) => treeDocument(tree, id, featureCount, outputs)),
    },
    name: "gbtree",
  };
  return trees.every(({ weight }) => weight === 1) ? booster : { gbtree: booster, name: "dart", weight_drop: weights };
}

/** Trees of a round for one output, by the first round; 1 where that is no whole number. */
function parallelTrees({ trees, outputs, roundStarts }: ForestModel): number {
  const parallel = (roundStarts[1] ?? 1) / (trees[0]?.vectors ? 1 : outputs);
  return Number.isInteger(parallel) && parallel > 0 ? parallel : 1;
}
