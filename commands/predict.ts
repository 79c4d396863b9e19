import { resolve } from "node:path";
import process from "node:process";
import { MangroveError } from "../kernel-as/errors.ts";
import { Forest } from "../kernel-as/host/forest.ts";
import { sharedKernel } from "../kernel-as/host/kernel.ts";
import { featureNamesOf } from "../kernel-as/model/card.ts";
import type { Arguments, Command } from "./command.ts";
import { readModelFile } from "./model/file.ts";
import { PendingFile } from "./pending-file.ts";
import { PIPELINE, pipelineFor } from "./pipeline-file.ts";
import type { Input } from "./predict/input.ts";
import { openAsking } from "./predict/asking.ts";
import { answerText, converse } from "./predict/conversation.ts";
import { openInput } from "./predict/open-input.ts";
import { OutputLines, valuesPerRow, type Kind } from "./predict/output-lines.ts";
import { rowProgress } from "./predict/row-progress.ts";
import { StandardOutput, type Output } from "./standard-output.ts";
import { counted, tell } from "./terminal.ts";

export const predictCommand: Command = {
  name: "predict",
  summary: "scores a CSV or JSON lines by a model of any format, a row out for each row in; or single readings, as the API does",
  operands: [PIPELINE],
  flags: [
    { name: "model", value: "FILE", help: "a model of XGBoost, LightGBM or this project" },
    { name: "data", value: "FILE", help: "a CSV with a header, or JSON lines; columns by the model's names of features, in any order" },
    { name: "sample", help: "score a usual reading of the pipeline's own" },
    { name: "fire-scenario", help: "score one as there may be in a fire, or whatever the pipeline predicts" },
    { name: "interactive", help: "score readings that are typed, or piped, a line each; so does predict alone on a terminal" },
    { name: "margin", help: "raw scores instead of predictions" },
    { name: "contribs", help: "what each feature adds to the raw score instead (SHAP), and the bias, which together are the raw score" },
    { name: "leaf", help: "the number of the leaf in every tree instead" },
    { name: "rounds", value: "best|all", help: "up to the best iteration that early stopping noted, or all (all)" },
    { name: "out", value: "FILE", help: "where to write, whole or not at all (stdout)" },
    { name: "json", help: "JSON lines instead of a CSV" },
  ],
  examples: [
    "npm run -s mangrove -- predict --model model.json --data rows.csv > predictions.csv",
    "npm run -s mangrove -- predict --model lightgbm.txt --data rows.csv --margin --out margins.csv",
    "npm run -s mangrove -- predict --model model.ubj --data rows.csv --contribs --out contributions.csv",
    "npm run -s mangrove -- predict --model models/smoke_detection_model.json --data recording.csv --json | head",
    "npm run -s mangrove -- predict freezers.ts --model models/freezers.json --data freezers.csv",
    "npm run -s mangrove -- predict --fire-scenario",
    "npm run -s mangrove -- predict",
  ],
  async run(given, signal) {
    const samples = (["sample", "fire-scenario"] as const).filter((flag) => given.has(flag));
    const isAlone = process.stdin.isTTY && !given.has("data") && !given.has("model");
    if (samples.length > 0 || given.has("interactive") || isAlone) return predictReadings(given, samples, signal);
    const { model, data, out, kind, rounds, json } = choicesOf(given);
    const startedMs = performance.now();
    const { pipeline: own } = await pipelineFor(given);
    const file = await readModelFile(model);
    const kernel = await sharedKernel();
    using forest = new Forest(kernel, file.model, { rounds });
    await using input = await openInput({ path: data, file, kernel, own, outputs: valuesPerRow(forest, kind), signal });
    tell(`${forest.objective}, ${treesText(forest, file.model.trees.length, rounds)}: ${input.description}`);
    await using output: Output = out === undefined ? new StandardOutput() : await PendingFile.open(out);
    const onTerminal = process.stderr.isTTY && (out !== undefined || !process.stdout.isTTY);
    const rows = await pour(input, new OutputLines({ forest, kind, names: featureNamesOf(file.model), json }), output, { onTerminal, signal });

    if (output.closed) return 0;
    for (const remark of input.remarks()) tell(remark);
    const took = `${counted(rows, "row")} in ${((performance.now() - startedMs) / 1000).toFixed(2)} s`;
    if (signal.aborted) {
      tell(`stopped after ${took}: the rest of ${data} is not scored`);
      return 1;
    }
    await output.commit();
    tell(out === undefined ? took : `${took}, written to ${out}`);
    return 0;
  },
};

/** Single readings. Throws `MGV_USAGE`. */
async function predictReadings(given: Arguments, samples: readonly ("sample" | "fire-scenario")[], signal: AbortSignal): Promise<number> {
  if (given.has("data")) throw new MangroveError("MGV_USAGE", "--data scores a file, and --sample, --fire-scenario and --interactive single readings: give one of them.");
  const asking = await openAsking(given);
  const isJson = given.has("json");
  for (const flag of samples) {
    const answer = await asking.sample(flag === "sample" ? "usual" : "event");
    process.stdout.write(isJson ? `${JSON.stringify(answer.body)}\n` : answerText(asking, answer));
  }
  if (samples.length > 0) return 0;
  const isTerminal = process.stdin.isTTY;
  if (isTerminal) tell(`model ${asking.modelVersion}; sample, ${asking.event}, a reading as JSON, help or quit`);
  const refused = await converse(asking, { input: process.stdin, write: (text) => void process.stdout.write(text), isTerminal, signal });
  return refused > 0 && !isTerminal ? 1 : 0;
}

/** Writes the scores of all batches; returns the number of rows. */
async function pour(input: Input, lines: OutputLines, output: Output, { onTerminal, signal }: { onTerminal: boolean; signal: AbortSignal }): Promise<number> {
  using progress = rowProgress({ onTerminal });
  let rows = 0;
  let header = lines.header();
  for await (const batch of input.batches()) {
    await output.write(header + lines.lines(batch));
    header = "";
    rows += batch.rows;
    if (signal.aborted || output.closed) break;
    progress.show(rows, input.progress);
  }
  return rows;
}

interface Choices {
  readonly model: string;
  readonly data: string;
  readonly out: string | undefined;
  readonly kind: Kind;
  readonly rounds: "all" | "best";
  readonly json: boolean;
}

const kindOf = { margin: "margin", contribs: "contribution", leaf: "leaf" } as const;

/** Throws `MGV_USAGE`. */
function choicesOf(given: Arguments): Choices {
  const [model = "", data = "", out] = [given.text("model"), given.text("data"), given.text("out")];
  if (model === "" || data === "") throw new MangroveError("MGV_USAGE", "predict needs --model FILE and --data FILE, or --sample, --fire-scenario or --interactive. See --help.");
  const flags = (["margin", "contribs", "leaf"] as const).filter((flag) => given.has(flag));
  if (flags.length > 1) throw new MangroveError("MGV_USAGE", `${flags.map((flag) => `--${flag}`).join(" and ")} are ${flags.length} outputs: give one of them.`);
  if (out !== undefined && [model, data].some((path) => resolve(path) === resolve(out))) throw new MangroveError("MGV_USAGE", `--out ${out} would replace what is read.`);
  const kind = flags[0] === undefined ? "prediction" : kindOf[flags[0]];
  return { model, data, out, kind, rounds: given.oneOf("rounds", ["all", "best"]) ?? "all", json: given.has("json") };
}

/** `60 trees`, and what early stopping has to do with it. */
function treesText({ trees, model }: Forest, ofTrees: number, rounds: "all" | "best"): string {
  const text = counted(trees, "tree");
  const noted = model.attributes["best_iteration"];
  if (rounds === "best") return trees < ofTrees ? `the best ${text} of ${ofTrees}` : `${text} (the file notes no best iteration before the last)`;
  const isBeforeLast = noted !== undefined && Number(noted) + 1 < model.roundStarts.length - 1;
  return isBeforeLast ? `all ${text} (early stopping noted iteration ${Number(noted)} as the best: --rounds best)` : text;
}
