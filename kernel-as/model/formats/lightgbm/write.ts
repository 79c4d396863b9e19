import { MangroveError } from "../../../errors.ts";
import { MOST_MADE_NAMES, type ForestModel } from "../../forest.ts";
import { lightgbmFromXgboost } from "./from-xgboost.ts";
import { defaultName } from "./header.ts";
import { featureInfos } from "./infos.ts";
import { modelKeys, placedKeys, sectionKeys } from "./keys.ts";
import { writeTree } from "./write-tree.ts";

/**
 * The text as LightGBM 4 lays it out (`SaveModelToString` of microsoft/LightGBM src/boosting/gbdt_model_text.cpp); forests of XGBoost
 * are converted first. Throws `MGV_MODEL_CONVERT` for names with spaces, more than 2^20 features
 * without names, and trees that are not numbered as LightGBM's are.
 */
export function writeText(model: ForestModel): Uint8Array {
  if (model.family === "xgboost") return writeText(lightgbmFromXgboost(model));
  const { outputs, trees, attributes } = model;
  checkRounds(model);
  const blocks = trees.map((tree, number) => `Tree=${number}\n${writeTree(tree, number)}\n`);
  const lines = [
    "tree",
    "version=v4",
    `num_class=${outputs}`,
    `num_tree_per_iteration=${outputs}`,
    `label_index=${attributes["label_index"] ?? "0"}`,
    `max_feature_idx=${model.featureCount - 1}`,
    ...objectiveLine(model),
    ...(model.averaged ? ["average_output"] : []),
    `feature_names=${names(model).join(" ")}`,
    ...("monotone_constraints" in attributes ? [`monotone_constraints=${attributes["monotone_constraints"]}`] : []),
    ...headerLines(attributes),
    `feature_infos=${attributes["feature_infos"] ?? featureInfos(model).join(" ")}`,
    `tree_sizes=${blocks.map((block) => block.length).join(" ")}`,
  ];
  return new TextEncoder().encode(`${lines.join("\n")}\n\n${blocks.join("")}end of trees\n${writeSections(model)}`);
}

function checkRounds({ outputs, trees, roundStarts }: ForestModel): void {
  const whole = roundStarts.every((start, round) => start === round * outputs) && trees.length % outputs === 0;
  if (!whole || trees.some(({ output }, number) => output !== number % outputs)) {
    refuse(`its rounds do not have one tree for each of its ${outputs} outputs, in order`);
  }
}

function objectiveLine({ objective: { name, parameters } }: ForestModel): string[] {
  if (name === "custom") return [];
  const words = Object.entries(parameters).map(([key, value]) => (value === "" ? key : `${key}:${String(value)}`));
  return [`objective=${[name, ...words].join(" ")}`];
}

function names({ featureCount, featureNames }: ForestModel): readonly string[] {
  if (featureNames === null && featureCount > MOST_MADE_NAMES) refuse(`it has ${featureCount} features without names, more than the ${MOST_MADE_NAMES} that are given some; name them`);
  if (featureNames === null) return Array.from({ length: featureCount }, (_, feature) => defaultName(feature));
  for (const [feature, name] of featureNames.entries()) {
    if (/^$|[ \n\r\0]/.test(name)) refuse(`the name of feature ${feature}, ${JSON.stringify(name)}, has a space or is empty; rename it`);
  }
  return featureNames;
}

function headerLines(attributes: ForestModel["attributes"]): string[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    if (sectionKeys.has(key) || modelKeys.has(key) || placedKeys.has(key)) return [];
    if (!isLine(key, value)) refuse(`its attribute ${JSON.stringify(key)} is no line key=value`);
    return [`${key}=${value}`];
  });
}

function isLine(key: string, value: string): boolean {
  return !/^$|^Tree|[=\n\r\0]/.test(key) && !/[\n\r\0]/.test(value);
}

/** As LightGBM and, for pandas_categorical, its Python package place them: Python looks for the latter in the last line. */
function writeSections({ attributes, categoryNames }: ForestModel): string {
  const { feature_importances: importances, parameters, parser } = attributes;
  const lists = categoryNames?.filter((list) => list !== null) ?? [];
  const pandas = attributes["pandas_categorical"] ?? (lists.length > 0 ? JSON.stringify(lists) : undefined);
  return [
    importances === undefined ? "" : `\nfeature_importances:\n${importances}${importances === "" ? "" : "\n"}`,
    parameters === undefined ? "" : `\nparameters:\n${parameters}\n\nend of parameters\n`,
    parser === undefined ? "" : `\nparser:\n${parser}\n\nend of parser\n`,
    pandas === undefined ? "" : `\npandas_categorical:${pandas}\n`,
  ].join("");
}

function refuse(why: string): never {
  throw new MangroveError("MGV_MODEL_CONVERT", `LightGBM's text cannot hold the model: ${why}.`);
}
