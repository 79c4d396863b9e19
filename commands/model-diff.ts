import process from "node:process";
import { featureNamesOf } from "../kernel-as/model/card.ts";
import { defaultParameters } from "../kernel-as/model/training.ts";
import type { Command } from "./command.ts";
import { agreementOn, agreementLines, type DataAgreement } from "./model/data-agreement.ts";
import { readModelFile, type ModelFile } from "./model/file.ts";
import { MODEL_PATH, pathNamed } from "./model/model-registry.ts";
import { summarize } from "./model/summary.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime } from "./runtime.ts";
import { printable } from "./terminal.ts";
import { textTable } from "./text-table.ts";

export const modelDiffCommand: Command = {
  name: "model diff",
  summary: "two models side by side: features, trees, parameters, threshold, scores; and whether they agree on rows",
  operands: [
    { name: "A", help: "a version, champion, challenger, or a file" },
    { name: "B", help: "another one" },
    PIPELINE,
  ],
  flags: [{ name: "data", value: "FILE", help: "a CSV or JSON lines that both score" }, MODEL_PATH, { name: "json", help: "one JSON object on stdout" }],
  examples: ["npm run -s mangrove -- model diff champion challenger", "npm run -s mangrove -- model diff champion lightgbm.txt --data recording.csv", "npm run -s mangrove -- model diff champion challenger freezers.ts --data freezers.csv"],
  async run(given, signal) {
    const { kernel, pipeline, models } = await openRuntime(given);
    const [a, b] = [await fileNamed("A"), await fileNamed("B")];
    const data = given.text("data");
    const agreement = data === undefined ? null : await agreementOn({ path: data, files: [a, b], kernel, own: pipeline, signal });
    const differences = differencesOf(a, b);
    const output = given.has("json") ? [JSON.stringify({ a: shortOf(a), b: shortOf(b), ...differences, agreement })] : diffLines(a, b, differences, agreement);
    process.stdout.write(`${output.map(printable).join("\n")}\n`);
    return 0;

    async function fileNamed(operand: string): Promise<ModelFile> {
      return readModelFile(await pathNamed(given.operand(operand), models.path));
    }
  },
};

type Value = string | number | null;

interface Differences {
  /** What a model is, of both, also where it is the same. */
  readonly facts: readonly (readonly [name: string, a: Value, b: Value])[];
  /** Of the cards; only what differs. Null where one has none. */
  readonly parameters: readonly (readonly [name: string, a: Value, b: Value])[] | null;
  readonly features: { readonly only_a: readonly string[]; readonly only_b: readonly string[]; readonly same_order: boolean } | null;
  /** Figures on rows held out, by split and name. */
  readonly scores: readonly (readonly [split: string, figure: string, a: number | null, b: number | null])[];
}

function differencesOf(a: ModelFile, b: ModelFile): Differences {
  const facts = (file: ModelFile) => {
    const { leaves, depth, rounds } = summarize(file);
    const { model, card, format, bytes } = file;
    return { format: format.name, objective: model.objective.name, features: model.featureCount, trees: model.trees.length, rounds, leaves: leaves.total, depth, bytes, threshold: card?.threshold ?? null, rows: card?.rows ?? null, positives: card?.positives ?? null, calibration: card?.calibration?.kind ?? null };
  };
  const [ofA, ofB] = [facts(a), facts(b)];
  const [cardA, cardB] = [a.card, b.card];
  const text = (value: unknown): Value => (typeof value === "number" || value === null ? value : JSON.stringify(value));
  const parameters = cardA && cardB && (Object.keys(defaultParameters) as (keyof typeof defaultParameters)[]).map((name) => [name, text(cardA.parameters[name] ?? null), text(cardB.parameters[name] ?? null)] as const).filter(([, x, y]) => x !== y);
  const [namesA, namesB] = [namesOf(a), namesOf(b)];
  return {
    facts: (Object.keys(ofA) as (keyof typeof ofA)[]).map((name) => [name, ofA[name], ofB[name]]),
    parameters,
    features: namesA && namesB && { only_a: without(namesA, namesB), only_b: without(namesB, namesA), same_order: namesA.join("\n") === namesB.join("\n") },
    scores: scoresOf(a, b),
  };
}

function scoresOf({ card: a }: ModelFile, { card: b }: ModelFile): Differences["scores"] {
  const names = ["auc", "f1", "precision", "recall", "accuracy", "logloss"] as const;
  const splits = new Set([...(a?.splits ?? []), ...(b?.splits ?? [])].filter(({ metrics }) => metrics).map(({ name }) => name));
  const figure = (card: ModelFile["card"], split: string, name: (typeof names)[number]) => card?.splits.find((each) => each.name === split)?.metrics?.[name] ?? null;
  return [...splits].flatMap((split) => names.map((name) => [split, name, figure(a, split, name), figure(b, split, name)] as const));
}

function diffLines(a: ModelFile, b: ModelFile, { facts, parameters, features, scores }: Differences, agreement: DataAgreement | null): string[] {
  const fixed = (value: number | null) => value?.toFixed(4) ?? null;
  const featureLines = features === null ? ["features: one of them has no names"] : [
    features.same_order ? "features: the same, in the same order" : features.only_a.length + features.only_b.length === 0 ? "features: the same, in another order" : "features:",
    ...features.only_a.map((name) => `  only in A: ${name}`),
    ...features.only_b.map((name) => `  only in B: ${name}`),
  ];
  return [
    `A: ${a.path}`,
    `B: ${b.path}`,
    ...(a.version === b.version ? ["They are the same file, byte for byte."] : []),
    "",
    ...textTable(["", `A ${a.version}`, `B ${b.version}`], facts),
    "",
    ...featureLines,
    ...(parameters === null ? ["parameters: one of them does not tell"] : parameters.length === 0 ? ["parameters: the same"] : ["parameters:", ...textTable(["", "A", "B"], parameters).map((line) => `  ${line}`)]),
    ...(scores.length === 0 ? [] : ["", ...textTable(["held out", "figure", "A", "B"], scores.map(([split, name, x, y]) => [split, name, fixed(x), fixed(y)]))]),
    ...(agreement ? ["", ...agreementLines(agreement)] : []),
  ];
}

function shortOf({ path, version, format }: ModelFile): object {
  return { file: path, version, format: format.name };
}

function namesOf({ model }: ModelFile): readonly string[] | null {
  return featureNamesOf(model);
}

function without(names: readonly string[], others: readonly string[]): string[] {
  const found = new Set(others);
  return names.filter((name) => !found.has(name));
}
