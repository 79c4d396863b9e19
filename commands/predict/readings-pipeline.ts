import { featureNames } from "../../engine/features/features.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline, type Pipeline } from "../../engine/pipeline/pipeline.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { ModelCard } from "../../kernel-as/model/card.ts";
import { field } from "../../kernel-as/schema.ts";
import { engineered } from "../../pipelines/engineered.ts";

/** How `featureNames` calls a feature that looks back over a span of so many seconds. */
const TRAILING = /^(.*) - mean (\d+(?:\.\d+)?)s$/s;

/** No key of a message: predictions need no label, and one that cannot be read must not reject its reading. */
const NO_LABEL = "\0";

/** Whether features look back over windows, so that they have to be computed from readings. */
export function looksBack(names: readonly string[]): boolean {
  return names.some((name) => TRAILING.test(name));
}

/**
 * The pipeline whose features a card names: `own`, with the engineered features where the card names them, or one of the same kind with the card's fields, as `train` makes one up for a CSV of another
 * kind. Throws `MGV_MODEL_FEATURES` when no pipeline computes just these features.
 */
export function pipelineOf({ pipeline: name, features }: ModelCard, own: Pipeline): Pipeline {
  const isOwn = name === own.name;
  const hasEngineered = isOwn && Object.keys(engineered().derived ?? {}).every((each) => features.includes(each));
  const found = (hasEngineered ? withEngineered(own) : isOwn ? own : madeUp(features, own)).labelled(NO_LABEL);
  const computed = featureNames(found);
  const at = features.findIndex((feature, i) => feature !== computed[i]);
  if (at === -1 && features.length === computed.length) return found;
  throw new MangroveError(
    "MGV_MODEL_FEATURES",
    `The model was trained for the pipeline ${JSON.stringify(name)} with ${features.length} features, such as ${JSON.stringify(features[Math.max(at, 0)])}, which this version does not compute from readings. Give a CSV that holds them as columns, or train the model again.`,
  );
}

function withEngineered(own: Pipeline): Pipeline {
  return pipeline(own.name).from(topic(own.readings), own.schema).features({ spansMs: own.spansMs }, engineered());
}

function madeUp(features: readonly string[], own: Pipeline): Pipeline {
  const fields = features.filter((name) => !TRAILING.test(name)).map((name) => field(name, { aliases: [] }));
  const spans = new Set(features.flatMap((name) => Number(TRAILING.exec(name)?.[2] ?? []) * 1000));
  const spansMs = [...spans].filter((spanMs) => spanMs > 0);
  return pipeline("custom").from(topic(own.readings), { ...own.schema, fields }).features({ spansMs });
}
