import { MangroveError } from "../errors.ts";
import { isCalibration, type Calibration } from "./calibration.ts";
import { isFieldReference, type FieldReference } from "./field-reference.ts";
import type { ForestModel } from "./forest.ts";
import { isSplitReport, type Metrics, type SplitReport } from "./split-report.ts";
import type { TrainingParameters } from "./training.ts";

/** The attribute of a model that holds its card. */
const CARD_ATTRIBUTE = "mangrove";

/** What every model of this project is. */
export const ALGORITHM = "gradient-boosted trees";

export type TrainedOn =
  | { readonly kind: "simulated"; readonly sensors: number; readonly rateHz: number; readonly seconds: number; readonly seed: number }
  /** All readings that were seen, with and without a label, in the order of their arrival; times in epoch ms; the hash is of their content. */
  | { readonly kind: "readings"; readonly count: number; readonly firstMs: number; readonly lastMs: number; readonly sha256: string }
  /** In cards of earlier versions: a file, and its hash. */
  | { readonly kind: "file"; readonly name: string; readonly sha256: string };

/**
 * What a model file says of itself beside its trees. Kept as JSON in one XGBoost attribute, so XGBoost reads and keeps
 * it. No clock: the same data and parameters give the same card.
 */
export interface ModelCard {
  readonly pipeline: string;
  /** What a label of 1 is called; `fire` where the card does not say. */
  readonly event?: string;
  /** Names of the model's columns, in order. */
  readonly features: readonly string[];
  /** The column that named the sensor in what it was trained on, in place of the pipeline's keys; not there where those did. */
  readonly group?: string;
  /** Probabilities from here on are fire. */
  readonly threshold: number;
  /** Why it is this one, in a sentence or two; not there where it was not chosen. */
  readonly thresholdReason?: string;
  readonly trainedOn: TrainedOn;
  readonly rows: number;
  readonly positives: number;
  readonly parameters: TrainingParameters;
  readonly splits: readonly SplitReport[];
  /** What makes probabilities such as can be taken at their word; the threshold is for those that are not calibrated. */
  readonly calibration?: Calibration;
  /** What makes the figures of the splits better than they should be, in sentences. */
  readonly findings?: readonly string[];
  /** Of the rows held out in blocks, each scored as a single reading without history; not there where no feature looks back, or nothing could be held out. */
  readonly alone?: Metrics;
  /** How each field was spread over the rows that were learned from; not there in cards of before. */
  readonly reference?: readonly FieldReference[];
}

/** The card of a model; null for a model from elsewhere, or of no pipeline. Throws `MGV_MODEL_FORMAT` for a card that cannot be used. */
export function cardOf(model: Pick<ForestModel, "attributes">): ModelCard | null {
  const card = readAttribute(model);
  if (card === undefined || (card !== null && Object.keys(card).join() === "features")) return null;
  if (!isCard(card)) throw new MangroveError("MGV_MODEL_FORMAT", `The attribute "${CARD_ATTRIBUTE}" of the model file does not describe a model.`);
  return card;
}

/** What the attribute holds; undefined where there is none. */
function readAttribute({ attributes }: Pick<ForestModel, "attributes">): Partial<ModelCard> | null | undefined {
  if (!Object.hasOwn(attributes, CARD_ATTRIBUTE)) return undefined;
  try {
    return JSON.parse(attributes[CARD_ATTRIBUTE]!) as Partial<ModelCard> | null;
  } catch (cause) {
    throw new MangroveError("MGV_MODEL_FORMAT", `The attribute "${CARD_ATTRIBUTE}" of the model file is not JSON.`, { cause });
  }
}

/** Names of the features: the file's own, or those that our attribute holds, where XGBoost's rules for names do not reach; null where there are none. */
export function featureNamesOf(model: Pick<ForestModel, "attributes" | "featureNames" | "featureCount">): readonly string[] | null {
  if (model.featureNames) return model.featureNames;
  let features: unknown;
  try {
    features = readAttribute(model)?.features;
  } catch {
    return null; // whoever needs the card is told
  }
  const isOfModel = (names: unknown): names is string[] => Array.isArray(names) && names.length === model.featureCount && names.every((name) => typeof name === "string");
  return isOfModel(features) ? features : null;
}

/** The model with names of its features, but with no other card. */
export function withFeatureNames(model: ForestModel, features: readonly string[]): ForestModel {
  return { ...model, attributes: { ...model.attributes, [CARD_ATTRIBUTE]: attributeText({ features }) } };
}

/** The model with the names of its features, where it has some, and nothing else of a card. */
export function withoutCard(model: ForestModel): ForestModel {
  const { [CARD_ATTRIBUTE]: card, ...attributes } = model.attributes;
  const names = card === undefined ? null : featureNamesOf(model);
  return names === null ? { ...model, attributes } : withFeatureNames(model, names);
}

/** Without `=`, which ends a name in LightGBM's files. */
function attributeText(content: Partial<ModelCard>): string {
  return JSON.stringify(content).replaceAll("=", "\\u003d");
}

/** The model with a card, in place of any that it had. */
export function withCard(model: ForestModel, card: ModelCard): ForestModel {
  return { ...model, attributes: { ...model.attributes, [CARD_ATTRIBUTE]: attributeText(card) } };
}

/** Whether what a file holds can be used as a card: all that is read of one is there and of its type. */
function isCard(card: Partial<ModelCard> | null): card is ModelCard {
  if (typeof card !== "object" || card === null) return false;
  const { features, threshold, trainedOn, thresholdReason = "", splits, alone, parameters, rows, positives, pipeline, event = "", group = "", calibration, findings = [], reference = [] } = card;
  const named = Array.isArray(features) && features.every((name) => typeof name === "string") && typeof group === "string";
  const known = isTrainedOn(trainedOn);
  const told = Array.isArray(splits) && splits.every(isSplitReport) && typeof thresholdReason === "string";
  const aloneFits = alone === undefined || (typeof alone === "object" && alone !== null && [alone.rows, alone.positives, alone.accuracy, alone.logloss].every(Number.isFinite));
  const judged = aloneFits && (calibration === undefined || isCalibration(calibration)) && Array.isArray(findings) && findings.every((finding) => typeof finding === "string");
  const spread = Array.isArray(reference) && reference.every(isFieldReference);
  const counted = Number.isInteger(rows) && Number.isInteger(positives);
  return spread && named && known && told && judged && counted && typeof parameters === "object" && parameters !== null && typeof pipeline === "string" && typeof event === "string" && typeof threshold === "number" && threshold >= 0 && threshold <= 1;
}

function isTrainedOn(trainedOn: TrainedOn | undefined): boolean {
  if (trainedOn?.kind === "readings") return typeof trainedOn.sha256 === "string" && [trainedOn.count, trainedOn.firstMs, trainedOn.lastMs].every(Number.isFinite);
  if (trainedOn?.kind === "file") return typeof trainedOn.sha256 === "string" && typeof trainedOn.name === "string";
  return trainedOn?.kind === "simulated";
}

/** `simulated`, or the days of the readings and the first digits of their hash. */
export function describeTrainedOn(trainedOn: TrainedOn): string {
  if (trainedOn.kind === "simulated") return "simulated";
  const what = trainedOn.kind === "file" ? trainedOn.name : `readings of ${daysText(trainedOn)}`;
  return `${what} (sha256 ${trainedOn.sha256.slice(0, 12)})`;
}

function daysText({ firstMs, lastMs }: { readonly firstMs: number; readonly lastMs: number }): string {
  const [first, last] = [firstMs, lastMs].map((timeMs) => new Date(timeMs).toISOString().slice(0, 10)) as [string, string];
  return first === last ? first : `${first} to ${last}`;
}
