import { MangroveError } from "../../errors.ts";
import { defaultParameters, mostLeaves, outputsOf, type LabelledRows, type TrainingInput, type TrainingParameters } from "../../model/training.ts";
import { mustTake } from "../../options.ts";
import { told } from "../../told.ts";
import { LARGEST_BLOCK } from "../kernel.ts";

const MOST_LEAVES = 65_536;

const rowWords = ["features", "labels", "weights", "margins"] satisfies (keyof LabelledRows)[];
const inputWords = [...rowWords, "bins", "parameters", "roundsBefore", "validation"] satisfies (keyof TrainingInput)[];

/** Throws `MGV_TRAIN_PARAMETER` for parameters out of range or at odds, `MGV_TRAIN_DATA` for rows that cannot be learned from. */
export function checkTraining(input: TrainingInput): void {
  const { bins, parameters, validation } = input;
  mustTake("A training", input, inputWords, "MGV_TRAIN_DATA");
  if (validation) mustTake("The validation of a training", validation, rowWords, "MGV_TRAIN_DATA");
  checkParameters(parameters, bins.length);
  const ordered = bins.findIndex(({ kind }, feature) => kind === "categorical" && (parameters.monotone_constraints?.[feature] ?? 0) !== 0);
  if (ordered >= 0) fail(`monotone_constraints gives feature ${ordered} a direction, and categories have no order: give it 0.`);
  checkRows(input, input, "");
  if (validation) checkRows(validation, input, "validation ");
  checkClasses(input);
  if (parameters.early_stopping_rounds > 0 && !validation) {
    throw new MangroveError("MGV_TRAIN_PARAMETER", "early_stopping_rounds needs validation rows to stop by.");
  }
  checkSize(input);
}

type Numeric = { [Name in keyof TrainingParameters]: TrainingParameters[Name] extends number ? Name : never }[keyof TrainingParameters];

/** Whether a parameter must be a whole number. */
export function isWhole(name: keyof TrainingParameters): boolean {
  return name in ranges && ranges[name as Numeric].whole === true;
}

/** Least and greatest value of each number, and whether it must be whole. `above`: the least itself is out of range. */
const ranges: Readonly<Record<Numeric, { least: number; most: number; whole?: true; above?: true }>> = {
  num_class: { least: 0, most: 1000, whole: true },
  rounds: { least: 1, most: 100_000, whole: true },
  early_stopping_rounds: { least: 0, most: 100_000, whole: true },
  max_depth: { least: 0, most: 64, whole: true },
  max_leaves: { least: 0, most: MOST_LEAVES, whole: true },
  eta: { least: 0, most: 1, above: true },
  lambda: { least: 0, most: Number.MAX_VALUE },
  alpha: { least: 0, most: Number.MAX_VALUE },
  gamma: { least: 0, most: Number.MAX_VALUE },
  min_child_weight: { least: 0, most: Number.MAX_VALUE },
  min_data_in_leaf: { least: 0, most: 2 ** 30, whole: true },
  max_delta_step: { least: 0, most: Number.MAX_VALUE },
  subsample: { least: 0, most: 1, above: true },
  top_rate: { least: 0, most: 1, above: true },
  other_rate: { least: 0, most: 1, above: true },
  colsample_bytree: { least: 0, most: 1, above: true },
  colsample_bynode: { least: 0, most: 1, above: true },
  scale_pos_weight: { least: 0, most: 1e9, above: true },
  max_bin: { least: 2, most: 255, whole: true },
  max_cat_to_onehot: { least: 0, most: 255, whole: true },
  max_cat_threshold: { least: 1, most: 255, whole: true },
  cat_smooth: { least: 0, most: Number.MAX_VALUE },
  cat_l2: { least: 0, most: Number.MAX_VALUE },
  seed: { least: 0, most: 2 ** 32 - 1, whole: true },
};

function fail(message: string): never {
  throw new MangroveError("MGV_TRAIN_PARAMETER", message);
}

const choices = {
  objective: ["binary:logistic", "multi:softprob", "multi:softmax", "reg:squarederror"],
  grow_policy: ["depthwise", "lossguide"],
  sampling_method: ["uniform", "goss"],
  quantized: [true, false],
} satisfies Partial<{ [Name in keyof TrainingParameters]: readonly TrainingParameters[Name][] }>;

/** Throws `MGV_TRAIN_PARAMETER` for parameters that are unknown, out of range or at odds, whatever the rows. */
export function checkParameters(parameters: TrainingParameters, features: number): void {
  mustTake("A training", parameters, Object.keys(defaultParameters), "MGV_TRAIN_PARAMETER");
  for (const [name, values] of Object.entries(choices) as [keyof typeof choices, readonly unknown[]][]) {
    if (!values.includes(parameters[name])) fail(`${name} is ${told(parameters[name])}; it must be ${values.join(" or ")}.`);
  }
  for (const [name, { least, most, whole, above }] of Object.entries(ranges) as [Numeric, (typeof ranges)[Numeric]][]) {
    const value = parameters[name];
    if (typeof value === "number" && value >= least && value <= most && !(above && value === least) && (!whole || Number.isInteger(value))) continue;
    const upper = most === Number.MAX_VALUE ? "" : ` and at most ${most}`;
    fail(`${name} is ${told(value)}; it must be ${whole ? "a whole number, " : ""}${above ? `above ${least}` : `${least} or more`}${upper}.`);
  }
  const { objective, base_score, max_depth, max_leaves, sampling_method, subsample, top_rate, other_rate, num_class } = parameters;
  const multi = objective.startsWith("multi:");
  if (multi && num_class < 2) fail(`num_class is ${num_class}; ${objective} needs the number of classes, 2 or more.`);
  if (!multi && num_class > 1) fail(`num_class is ${num_class}, but ${objective} has no classes: take multi:softprob, or leave it out.`);
  if (max_depth === 0 && max_leaves === 0) fail("max_depth and max_leaves are both 0, so nothing would end a tree: set one of them.");
  if (max_leaves === 1) fail("max_leaves is 1; a tree needs 2 or more, 0 means no limit.");
  if (base_score !== null && !Number.isFinite(base_score)) fail(`base_score is ${base_score}; it must be a number.`);
  if (objective === "binary:logistic" && base_score !== null && !(base_score > 0 && base_score < 1)) fail(`base_score is ${base_score}; for binary:logistic it must be a probability, between 0 and 1.`);
  if (sampling_method === "goss" && subsample < 1) fail(`sampling_method goss chooses rows itself: leave out subsample, which is ${subsample}.`);
  if (sampling_method === "goss" && top_rate + other_rate > 1) fail(`top_rate and other_rate are ${top_rate} and ${other_rate}: together they must not be above 1.`);
  checkConstraints(parameters, features);
}

function checkConstraints({ monotone_constraints: monotone, interaction_constraints: sets }: TrainingParameters, features: number): void {
  if (monotone !== null && monotone.length !== features) fail(`monotone_constraints has ${monotone.length} entries; it needs one for each of the ${features} features.`);
  const odd = monotone?.find((direction) => ![-1, 0, 1].includes(direction));
  if (odd !== undefined) fail(`monotone_constraints has ${odd}; an entry must be -1, 0 or 1.`);
  const unknown = sets?.flat().find((feature) => !(Number.isInteger(feature) && feature >= 0 && feature < features));
  if (unknown !== undefined) fail(`interaction_constraints names feature ${unknown}; features are numbered 0 to ${features - 1}.`);
}

function checkRows({ features, labels, weights, margins }: LabelledRows, { bins, parameters }: TrainingInput, which: string): void {
  const data = (message: string): never => {
    throw new MangroveError("MGV_TRAIN_DATA", message);
  };
  if (labels.length === 0) data(`There are no ${which}rows.`);
  if (bins.length === 0) data("There are no features.");
  if (features.length !== labels.length * bins.length) data(`There are ${features.length} ${which}values for ${labels.length} labels: ${bins.length} features need ${labels.length * bins.length}.`);
  if (weights && weights.length !== labels.length) data(`There are ${weights.length} ${which}weights for ${labels.length} rows.`);
  const outputs = outputsOf(parameters);
  if (margins && margins.length !== labels.length * outputs) data(`There are ${margins.length} ${which}margins for ${labels.length} rows of ${outputs}.`);
  const badWeight = weights?.findIndex((weight) => !(weight > 0 && weight < Infinity)) ?? -1;
  if (badWeight >= 0) data(`The weight of ${which}row ${badWeight} is ${weights![badWeight]}; weights must be above 0. Leave out rows that should not count.`);
  const classes = { "binary:logistic": 2, "multi:softprob": parameters.num_class, "multi:softmax": parameters.num_class, "reg:squarederror": Infinity }[parameters.objective];
  const allowed = (label: number) => (classes === Infinity ? Number.isFinite(label) : Number.isInteger(label) && label >= 0 && label < classes);
  const badLabel = labels.findIndex((label) => !allowed(label));
  const wanted = classes === Infinity ? "finite numbers" : classes === 2 ? "0 or 1" : `whole numbers from 0 to ${classes - 1}`;
  if (badLabel >= 0) data(`The label of ${which}row ${badLabel} is ${labels[badLabel]}; labels of ${parameters.objective} must be ${wanted}.`);
}

function checkClasses({ labels, parameters }: TrainingInput): void {
  if (parameters.objective === "reg:squarederror" || labels.some((label) => label !== labels[0])) return;
  throw new MangroveError("MGV_TRAIN_DATA", `All ${labels.length} rows have the label ${labels[0]}: a model needs more than one.`);
}

/** What does not fit into the kernel's memory. */
function checkSize({ labels, bins, parameters }: TrainingInput): void {
  const groups = Math.ceil(bins.length / 8);
  const leaves = mostLeaves(parameters, labels.length);
  const depth = parameters.max_depth;
  const open = Math.min(leaves, depth === 0 ? Infinity : 2 ** Math.max(depth - 1, 0));
  const histograms = open * groups * 2048 * (parameters.quantized ? 8 : 16);
  if (leaves > MOST_LEAVES || histograms > 2 * LARGEST_BLOCK) {
    const mebibytes = Math.ceil(histograms / 2 ** 20).toLocaleString("en");
    fail(`Trees of ${leaves} leaves over ${bins.length} features may need ${mebibytes} MiB of histograms, 2,048 are the most, and ${MOST_LEAVES} leaves: lower ${depth === 0 ? "max_leaves" : "max_depth or set max_leaves"}.`);
  }
  if (labels.length * groups * 8 > LARGEST_BLOCK || labels.length * outputsOf(parameters) * 8 > LARGEST_BLOCK) {
    throw new MangroveError("MGV_TRAIN_DATA", `${labels.length} rows of ${bins.length} features do not fit into the kernel's memory: train on fewer rows.`);
  }
}
