import { featureNames } from "../../engine/features/features.ts";
import { readTrailingName } from "../../engine/features/trailing-kinds.ts";
import { durationText } from "../../engine/pipeline/duration.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import type { FeatureSet } from "../../engine/pipeline/feature-set.ts";
import { pipeline, type Pipeline } from "../../engine/pipeline/pipeline.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { ModelCard } from "../../kernel-as/model/card.ts";
import { field } from "../../kernel-as/schema.ts";
import { engineered } from "../../pipelines/engineered.ts";
import smoke from "../../pipelines/smoke.ts";
import { ratios } from "../../pipelines/travelling.ts";

/** The name of pipelines that `train` makes up for a CSV of another kind. */
const MADE_UP = "custom";

/** No key of a message: predictions need no label, and one that cannot be read must not reject its reading. */
const NO_LABEL = "\0";

/** Whether features look back over windows, so that they have to be computed from readings. */
export function looksBack(names: readonly string[]): boolean {
  return names.some((name) => readTrailingName(name, names) !== null);
}

/** Throws `MGV_MODEL_FEATURES` for the card of a pipeline that is another one, by whose names of time, sensor and label nothing would be found. */
export function mustBeOf({ pipeline: name }: ModelCard, own: Pipeline): void {
  if (name === own.name || name === MADE_UP) return;
  const said = name === smoke.name ? `Leave the file out: ${JSON.stringify(name)} comes along.` : `Give the file of ${JSON.stringify(name)} before the flags, as in ${name}.ts --model FILE.`;
  throw new MangroveError("MGV_MODEL_FEATURES", `The model was trained for the pipeline ${JSON.stringify(name)}, and the data would be read as that of ${JSON.stringify(own.name)}, which has other names for time, sensor and label. ${said}`);
}

/**
 * The pipeline whose features a card names: `own`, or it with the sets of features that the card names, or one of the same kind with the card's fields, as `train` makes one up for a CSV of another
 * kind. Throws `MGV_MODEL_FEATURES` when no pipeline computes just these features, and as {@link mustBeOf} does.
 */
export function pipelineOf(card: ModelCard, own: Pipeline): Pipeline {
  mustBeOf(card, own);
  const { pipeline: name, features } = card;
  const others = () => (name === own.name ? ownWith(features, own) : madeUp(features, own));
  const found = (name === own.name && isSame(featureNames(own), features) ? own : others()).labelled(NO_LABEL);
  const computed = featureNames(found);
  if (isSame(computed, features)) return found;
  const at = features.findIndex((feature, i) => feature !== computed[i]);
  throw new MangroveError(
    "MGV_MODEL_FEATURES",
    `The model was trained for the pipeline ${JSON.stringify(name)} with ${features.length} features, such as ${JSON.stringify(features[Math.max(at, 0)])}, which this version does not compute from readings. Give a CSV that holds them as columns, or train the model again.`,
  );
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  return names.length === others.length && names.every((name, i) => name === others[i]);
}

function ownWith(features: readonly string[], own: Pipeline): Pipeline {
  const known = own.name === smoke.name ? [engineered(), ratios()].map(({ derived = {} }) => derived) : [own.derived];
  const sets = known.filter((derived) => Object.keys(derived).every((each) => features.includes(each)));
  return pipeline(own.name)
    .from(topic(own.readings), own.schema)
    .eventTime(own.schema.time.keys[0]!, { maxOutOfOrderness: durationText(own.maxOutOfOrdernessMs) })
    .features(lookingBack(features), ...sets.map((derived) => ({ derived })));
}

function madeUp(features: readonly string[], own: Pipeline): Pipeline {
  const fields = features.filter((name) => !readTrailingName(name, features)).map((name) => field(name, { aliases: [] }));
  return pipeline(MADE_UP).from(topic(own.readings), { ...own.schema, fields }).features(lookingBack(features));
}

/** The spans that names tell of, and what is computed over them. */
function lookingBack(features: readonly string[]): FeatureSet<never> {
  const read = features.flatMap((name) => readTrailingName(name, features) ?? []);
  const trailing = [...new Set(read.map(({ kind }) => kind))];
  return { spansMs: [...new Set(read.map(({ spanMs }) => spanMs))].filter((spanMs) => spanMs > 0), ...(trailing.length > 0 && { trailing }) };
}
