import { featureNames } from "../../engine/features/features.ts";
import { readTrailingName } from "../../engine/features/trailing-kinds.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import type { FeatureSet } from "../../engine/pipeline/feature-set.ts";
import { pipeline, type Pipeline } from "../../engine/pipeline/pipeline.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { ModelCard } from "../../kernel-as/model/card.ts";
import { field } from "../../kernel-as/schema.ts";
import { engineered } from "../../pipelines/engineered.ts";
import { ratios } from "../../pipelines/travelling.ts";

/** No key of a message: predictions need no label, and one that cannot be read must not reject its reading. */
const NO_LABEL = "\0";

/** Whether features look back over windows, so that they have to be computed from readings. */
export function looksBack(names: readonly string[]): boolean {
  return names.some((name) => readTrailingName(name, names) !== null);
}

/**
 * The pipeline whose features a card names: `own`, with the sets of features that the card names, or one of the same kind with the card's fields, as `train` makes one up for a CSV of another
 * kind. Throws `MGV_MODEL_FEATURES` when no pipeline computes just these features.
 */
export function pipelineOf({ pipeline: name, features }: ModelCard, own: Pipeline): Pipeline {
  const found = (name === own.name ? ownWith(features, own) : madeUp(features, own)).labelled(NO_LABEL);
  const computed = featureNames(found);
  const at = features.findIndex((feature, i) => feature !== computed[i]);
  if (at === -1 && features.length === computed.length) return found;
  throw new MangroveError(
    "MGV_MODEL_FEATURES",
    `The model was trained for the pipeline ${JSON.stringify(name)} with ${features.length} features, such as ${JSON.stringify(features[Math.max(at, 0)])}, which this version does not compute from readings. Give a CSV that holds them as columns, or train the model again.`,
  );
}

function ownWith(features: readonly string[], own: Pipeline): Pipeline {
  const sets = [engineered(), ratios()].filter(({ derived = {} }) => Object.keys(derived).every((each) => features.includes(each)));
  return pipeline(own.name).from(topic(own.readings), own.schema).features(lookingBack(features), ...sets.map(({ derived = {} }) => ({ derived })));
}

function madeUp(features: readonly string[], own: Pipeline): Pipeline {
  const fields = features.filter((name) => !readTrailingName(name, features)).map((name) => field(name, { aliases: [] }));
  return pipeline("custom").from(topic(own.readings), { ...own.schema, fields }).features(lookingBack(features));
}

/** The spans that names tell of, and what is computed over them. */
function lookingBack(features: readonly string[]): FeatureSet<never> {
  const read = features.flatMap((name) => readTrailingName(name, features) ?? []);
  const trailing = [...new Set(read.map(({ kind }) => kind))];
  return { spansMs: [...new Set(read.map(({ spanMs }) => spanMs))].filter((spanMs) => spanMs > 0), ...(trailing.length > 0 && { trailing }) };
}
