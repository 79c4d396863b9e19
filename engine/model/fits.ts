import { MangroveError } from "../../kernel-as/errors.ts";
import type { ModelCard } from "../../kernel-as/model/card.ts";
import type { ForestModel } from "../../kernel-as/model/forest.ts";
import { transformOf } from "../../kernel-as/model/objective.ts";
import { featureNames } from "../features/features.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";

/** Names of a list that are said; a file may have any number of them. */
const MOST_NAMES = 200;

/** Whether a pipeline can score by a model. Throws `MGV_MODEL_FEATURES`, with the features of both, and `MGV_MODEL_UNSUPPORTED` for a model that predicts no probability. */
export function checkFits(pipeline: Pipeline, model: ForestModel, card: ModelCard | null): void {
  checkFeatures(pipeline, model, card);
  if (transformOf(model) === "sigmoid" && model.outputs === 1) return;
  const outputs = model.outputs === 1 ? "" : ` with ${model.outputs} outputs`;
  throw new MangroveError("MGV_MODEL_UNSUPPORTED", `The pipeline needs a model that predicts one probability, such as binary:logistic of XGBoost or binary of LightGBM; this one's objective is ${model.objective.name}${outputs}.`);
}

function checkFeatures(pipeline: Pipeline, { featureCount: count, featureNames: names }: ForestModel, card: ModelCard | null): void {
  const wanted = featureNames(pipeline);
  // names such as f0 or Column_0 say nothing; some of ours say that all of them are meant
  const found = card?.features ?? (names?.some((name) => wanted.includes(name)) ? names : undefined);
  const first = wanted.findIndex((name, i) => found !== undefined && found[i] !== name);
  if (count === wanted.length && first === -1) return;
  const difference = first === -1 ? `it reads ${count} features, the pipeline computes ${wanted.length}` : `its feature ${first} is "${found?.[first]}", the pipeline's "${wanted[first]}"`;
  const another = card === null || card.pipeline === pipeline.name ? "Train it again" : `It is of the pipeline ${card.pipeline}: name another one, or train it again`;
  throw new MangroveError(
    "MGV_MODEL_FEATURES",
    `The model does not fit the pipeline: ${difference}. ${another} with \`npm run train\`. The model reads ${listed(card?.features ?? names, count)}. The pipeline computes ${listed(wanted, wanted.length)}.`,
  );
}

function listed(names: readonly string[] | null, count: number): string {
  if (names === null) return `${count} features without names`;
  const more = names.length > MOST_NAMES ? `, … ${names.length} in all` : "";
  return names.slice(0, MOST_NAMES).join(", ") + more;
}
