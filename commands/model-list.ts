import process from "node:process";
import type { LogEntry } from "../trainer/registry/entry.ts";
import type { Command } from "./command.ts";
import { MODEL_PATH, openRegistry } from "./model/model-registry.ts";
import { honestSplit, storedSummary, summaryJson, type StoredSummary } from "./model/stored-summary.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime } from "./runtime.ts";
import { printable } from "./terminal.ts";
import { textTable } from "./text-table.ts";

export const modelListCommand: Command = {
  name: "model list",
  summary: "the models that are kept: which serves, which is tried, which were before, and how good they are",
  operands: [PIPELINE],
  flags: [MODEL_PATH, { name: "log", help: "every change so far instead, the last one last" }, { name: "json", help: "one JSON object on stdout" }],
  examples: ["npm run -s mangrove -- model list", "npm run -s mangrove -- model list --log", "npm run -s mangrove -- model list --json"],
  async run(given) {
    const registry = await openRegistry(await openRuntime(given));
    const json = given.has("json");
    const output = given.has("log") ? logOutput(await registry.log(), json) : modelOutput(await Promise.all((await registry.list()).map(storedSummary)), json);
    process.stdout.write(`${output.join("\n")}\n`);
    return 0;
  },
};

function modelOutput(models: readonly StoredSummary[], json: boolean): string[] {
  if (json) return [JSON.stringify({ models: models.map(summaryJson) })];
  if (models.length === 0) return ["no model is kept yet: train one with `npm run train`, or put one in place with `mangrove model promote FILE`"];
  const rows = models.map(({ stored, card, trainedOn, problem }) => {
    const { version, alias, verdict, promoted, time, by, path } = stored;
    const split = honestSplit(card);
    const figure = (value: number | null | undefined) => value?.toFixed(4) ?? null;
    const what = alias ?? (promoted ? "past" : (verdict ?? ""));
    return [version, what, (promoted ?? { time }).time.slice(0, 16).replace("T", " "), printable((promoted ?? { by }).by), problem === null ? printable(trainedOn) : "cannot be read", split?.name ?? null, figure(split?.metrics.auc), figure(split?.metrics.f1), path];
  });
  return textTable(["version", "alias", "since (UTC)", "by", "trained on", "held out", "AUC", "F1", "file"], rows);
}

function logOutput(entries: readonly LogEntry[], json: boolean): string[] {
  if (json) return [JSON.stringify({ entries })];
  return textTable(["#", "time (UTC)", "action", "version", "from", "by", "reason"], entries.map(({ number, time, action, version, from, by, reason, verdict }) => [number, time.slice(0, 19).replace("T", " "), verdict === undefined ? action : `${action}: ${verdict}`, version, from ?? null, printable(by), printable(reason)]));
}
