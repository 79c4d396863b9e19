import process from "node:process";
import { reportLines } from "../trainer/report/lines.ts";
import type { Command } from "./command.ts";
import { featureTable } from "./model/feature-table.ts";
import { readModelFile, sizeText, type ModelFile } from "./model/file.ts";
import { MODEL_PATH, pathNamed } from "./model/model-registry.ts";
import { predicts, warnings } from "./model/meaning.ts";
import { summarize, type ModelSummary } from "./model/summary.ts";
import { numberText } from "./number-text.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime } from "./runtime.ts";
import { counted, printable } from "./terminal.ts";

export const modelInfoCommand: Command = {
  name: "model info",
  summary: "what a model file holds: objective, features, trees, how it is scored",
  operands: [{ name: "FILE", help: "a model of XGBoost, LightGBM or this project; or a version that is kept, champion, challenger" }, PIPELINE],
  flags: [MODEL_PATH, { name: "json", help: "one JSON object on stdout" }],
  examples: ["npm run -s mangrove -- model info champion", "npm run -s mangrove -- model info champion freezers.ts", "npm run -s mangrove -- model info model.ubj --json"],
  async run(given) {
    const { models } = await openRuntime(given);
    const file = await readModelFile(await pathNamed(given.operand("FILE"), models.path));
    const summary = summarize(file);
    const output = given.has("json") ? [JSON.stringify(infoJson(file, summary))] : infoLines(file, summary);
    process.stdout.write(`${output.join("\n")}\n`);
    return 0;
  },
};

function infoJson(file: ModelFile, summary: ModelSummary): object {
  const { path, bytes, version, format, model, card } = file;
  return {
    file: path,
    bytes,
    version,
    format: format.name,
    family: model.family,
    objective: model.objective.name,
    objective_parameters: model.objective.parameters,
    predicts: predicts(file),
    outputs: model.outputs,
    predictions: summary.predictions,
    trees: model.trees.length,
    rounds: summary.rounds,
    best_rounds: summary.bestRounds,
    leaves: summary.leaves,
    depth: summary.depth,
    base_scores: Array.from(model.baseScores),
    missing: summary.missing,
    categorical_splits: summary.categoricalSplits,
    linear_leaves: summary.linear,
    vector_leaves: summary.vectorLeaves,
    dart: summary.dart,
    averaged: summary.averaged,
    scored_by: summary.walkedBecause === null ? "ranks" : "walk",
    walked_because: summary.walkedBecause,
    feature_count: model.featureCount,
    features_named_by: summary.namedBy,
    features: summary.features,
    warnings: warnings(file, summary),
    card,
  };
}

function infoLines(file: ModelFile, summary: ModelSummary): string[] {
  const { path, bytes, version, format, model, card } = file;
  const { leaves, depth, rounds, bestRounds } = summary;
  const best = bestRounds === null ? "" : `, the best after ${bestRounds}`;
  const line = (label: string, text: string) => `${label.padEnd(12)}${printable(text)}`;
  return [
    path,
    line("format", `${format.title}, ${sizeText(bytes)}, version ${version}`),
    line("objective", `${[model.objective.name, ...parameterWords(model.objective.parameters)].join(" ")}; predicts ${predicts(file)}`),
    line("trees", `${counted(model.trees.length, "tree")} in ${counted(rounds, "round")}${best}${kinds(summary)}`),
    line("leaves", `${leaves.min} / ${leaves.median} / ${leaves.max} a tree (least, median, most), depth up to ${depth}`),
    line("base score", baseScores(file)),
    line("missing", missingText(summary)),
    line("scored by", summary.walkedBecause === null ? "byte ranks, 16 rows at once" : `the walk, row by row: ${summary.walkedBecause}`),
    line("features", featuresText(file, summary)),
    ...featureTable(summary.features),
    ...warnings(file, summary).map((warning) => line("note", warning)),
    ...(card ? ["", `card of the pipeline ${printable(card.pipeline)}, threshold ${card.threshold}`, ...reportLines(card).map(printable)] : []),
  ];
}

function parameterWords(parameters: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(parameters).flatMap(([key, value]) => (typeof value === "string" ? [value === "" ? key : `${key}:${value}`] : []));
}

function kinds({ linear, vectorLeaves, dart, averaged, categoricalSplits }: ModelSummary): string {
  const found = [
    dart && "weighted (DART)",
    averaged && "averaged (random forest)",
    linear && "linear leaves",
    vectorLeaves && "leaves with a value for each output",
    categoricalSplits > 0 && counted(categoricalSplits, "split by category", "splits by category"),
  ].filter((kind) => kind !== false);
  return found.length === 0 ? "" : `; ${found.join(", ")}`;
}

function baseScores({ model }: ModelFile): string {
  const { family, baseScores } = model;
  if (family === "lightgbm") return "none: the first trees hold the average";
  const shown = Array.from(baseScores.subarray(0, 8), numberText(family));
  return shown.join(", ") + (baseScores.length > 8 ? `, … ${baseScores.length} in all` : "");
}

const missingTexts = { nan: "NaN", zero: "NaN and 0", none: "nothing (NaN is read as 0)" } as const;

function missingText({ missing, categoricalSplits }: ModelSummary): string {
  if (missing.length === 0) return categoricalSplits > 0 ? "NaN" : "no split asks";
  const texts = missing.map((kind) => missingTexts[kind]);
  return missing.length === 1 ? texts[0]! : texts.map((text) => `${text} at some splits`).join(", ");
}

function featuresText({ model }: ModelFile, { namedBy, features }: ModelSummary): string {
  const used = features.filter(({ splits }) => splits > 0).length;
  const named = namedBy === null ? "without names" : namedBy === "card" ? "named by the model's card" : "named in the file";
  return `${model.featureCount}, ${named}; ${used} in use`;
}
