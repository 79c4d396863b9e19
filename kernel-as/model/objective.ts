import { exp, log } from "../assembly/math.ts";
import { MangroveError } from "../errors.ts";
import type { Family, Floats, ForestModel, Objective } from "./forest.ts";
import { logf } from "./logf.ts";
import { logit } from "./link.ts";

/*
 * From margins to predictions: dmlc/xgboost src/objective/*, src/common/math.h; microsoft/LightGBM src/objective/*. XGBoost computes in
 * f32, LightGBM in f64.
 */

const f32 = Math.fround;

export type Transform = "identity" | "sigmoid" | "exp" | "softmax" | "argmax" | "hinge" | "softplus" | "signedSquare";

interface Rules {
  /** The margin of a base score, for XGBoost. */
  readonly margin: (score: number) => number;
  readonly transform: Transform;
}

const identity: Rules = { margin: f32, transform: "identity" };
const logistic: Rules = { margin: logit, transform: "sigmoid" };
const logarithmic: Rules = { margin: (score) => logf(f32(score)), transform: "exp" };

const rulesOf: Readonly<Record<Family, ReadonlyMap<string, Rules>>> = {
  xgboost: new Map([
    ["binary:logistic", logistic],
    ["reg:logistic", logistic],
    ["binary:logitraw", identity],
    ["binary:hinge", { margin: f32, transform: "hinge" }],
    ["multi:softmax", { margin: f32, transform: "argmax" }],
    ["multi:softprob", { margin: f32, transform: "softmax" }],
    ["reg:squarederror", identity],
    ["reg:linear", identity],
    ["reg:squaredlogerror", identity],
    ["reg:pseudohubererror", identity],
    ["reg:absoluteerror", identity],
    ["reg:quantileerror", identity],
    ["reg:expectileerror", identity],
    ["rank:pairwise", identity],
    ["rank:ndcg", identity],
    ["rank:map", identity],
    ["count:poisson", logarithmic],
    ["reg:gamma", logarithmic],
    ["reg:tweedie", logarithmic],
    ["survival:cox", logarithmic],
    ["survival:aft", logarithmic],
  ]),
  lightgbm: new Map([
    ["binary", logistic],
    ["multiclass", { margin: f32, transform: "softmax" }],
    ["softmax", { margin: f32, transform: "softmax" }],
    ["multiclassova", logistic],
    ["cross_entropy", logistic],
    ["xentropy", logistic],
    ["cross_entropy_lambda", { margin: f32, transform: "softplus" }],
    ["xentlambda", { margin: f32, transform: "softplus" }],
    ["poisson", logarithmic],
    ["gamma", logarithmic],
    ["tweedie", logarithmic],
    ["regression", identity],
    ["regression_l2", identity],
    ["l2", identity],
    ["regression_l1", identity],
    ["l1", identity],
    ["huber", identity],
    ["fair", identity],
    ["quantile", identity],
    ["mape", identity],
    ["lambdarank", identity],
    ["rank_xendcg", identity],
    ["custom", identity],
    ["none", identity],
  ]),
};

/** Throws `MGV_MODEL_UNSUPPORTED` for an objective whose predictions this version does not know. */
function rules(family: Family, objective: Objective): Rules {
  const found = rulesOf[family].get(objective.name);
  if (found) return found;
  const known = [...rulesOf[family].keys()].join(", ");
  throw new MangroveError("MGV_MODEL_UNSUPPORTED", `The model's objective is ${JSON.stringify(objective.name)}; known for ${family} are ${known}.`);
}

export function transformOf({ family, objective }: Pick<ForestModel, "family" | "objective">): Transform {
  const { transform } = rules(family, objective);
  const squared = family === "lightgbm" && transform === "identity" && "sqrt" in objective.parameters;
  return squared ? "signedSquare" : transform;
}

/** The margin of each output before any tree. XGBoost: by its own `logf`, in f32. LightGBM: 0, its first trees hold the average. */
export function baseMargins(model: ForestModel): Float64Array {
  const { family, objective, outputs, baseScores } = model;
  const { margin } = rules(family, objective);
  if (family === "lightgbm") return new Float64Array(outputs);
  return Float64Array.from({ length: outputs }, (_, output) => margin(baseScores.length === 1 ? baseScores[0]! : baseScores[output]!));
}

/** Predictions a row: one for each output, and one alone where the prediction is a class. */
export function predictionsPerRow(model: Pick<ForestModel, "family" | "objective" | "outputs">): number {
  return transformOf(model) === "argmax" ? 1 : model.outputs;
}

/** Turns row-major margins ([rows][outputs]) into predictions ([rows][predictions a row]), in `out`, which may be `margins` itself. */
export type Predictor = (margins: Floats, out: Floats) => void;

/** The predictions of a model: within 5e-7 of XGBoost's, 1e-15 of LightGBM's. What is returned allocates nothing when it is called. */
export function predictorOf(model: ForestModel): Predictor {
  const round = model.family === "xgboost" ? f32 : (x: number) => x;
  const transform = transformOf(model);
  const { outputs } = model;
  const scale = model.averaged ? Math.max(model.roundStarts.length - 1, 1) : 1;
  if (transform === "argmax") {
    return (margins, out) => {
      for (let row = 0; row * outputs < margins.length; row++) out[row] = indexOfGreatest(margins, row * outputs, outputs);
    };
  }
  if (transform === "softmax") {
    return (margins, out) => {
      for (let first = 0; first < margins.length; first += outputs) softmax(margins, first, outputs, scale, round, out);
    };
  }
  const each = elementwise(model, transform, round);
  return (margins, out) => {
    for (let i = 0; i < margins.length; i++) out[i] = each(margins[i]! / scale);
  };
}

function elementwise({ family, objective }: ForestModel, transform: Transform, round: (x: number) => number): (margin: number) => number {
  switch (transform) {
    case "sigmoid": {
      if (family === "xgboost") return sigmoidF32;
      const steepness = Number(objective.parameters["sigmoid"] ?? 1);
      return (margin) => 1 / (1 + exp(-steepness * margin));
    }
    case "exp":
      return (margin) => round(exp(margin));
    case "hinge":
      return (margin) => (margin > 0 ? 1 : 0);
    case "softplus":
      return (margin) => log1pExp(margin);
    case "signedSquare":
      return (margin) => Math.sign(margin) * margin * margin;
    case "identity":
    case "argmax":
    case "softmax":
      break;
  }
  return (margin) => margin;
}

/** As `Sigmoid` of XGBoost's src/common/math.h. */
export function sigmoidF32(margin: number): number {
  const power = f32(exp(Math.min(-margin, f32(88.7))));
  return f32(1 / f32(power + 1));
}

/** Where e^x leaves the range of f64. */
const EXP_OVERFLOWS = 709.782712893384;

/** log(1 + e^x) without losing what is small: for small x it is e^x less half its square. Infinite where e^x is, as LightGBM's. */
function log1pExp(x: number): number {
  if (x > EXP_OVERFLOWS) return Infinity;
  const power = exp(x);
  if (power === Infinity) return x;
  return power < 1e-8 ? power - (power * power) / 2 : log1p(power);
}

/** log(1 + x): the rounding of 1 + x is put right by the ratio (Kahan). */
function log1p(x: number): number {
  const sum = 1 + x;
  return sum === 1 ? x : (log(sum) * x) / (sum - 1);
}

/** Of the `count` margins from `first` on, into the same places of `out`. */
function softmax(margins: Floats, first: number, count: number, scale: number, round: (x: number) => number, out: Floats): void {
  let most = -Infinity;
  for (let i = first; i < first + count; i++) most = Math.max(most, margins[i]! / scale);
  let sum = 0;
  for (let i = first; i < first + count; i++) {
    out[i] = round(exp(round(margins[i]! / scale - most)));
    sum += out[i]!;
  }
  for (let i = first; i < first + count; i++) out[i] = out[i]! / round(sum);
}

/** The first of the greatest of the `count` values from `first` on, counted from there. */
function indexOfGreatest(values: Floats, first: number, count: number): number {
  let best = first;
  for (let i = first + 1; i < first + count; i++) if (values[i]! > values[best]!) best = i;
  return best - first;
}
