import process from "node:process";
import { HistoryReader } from "../engine/history/reader.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { Forest } from "../kernel-as/host/forest.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import { backtest, type Contender } from "../trainer/backtest/backtest.ts";
import type { DayTally } from "../trainer/backtest/day-tally.ts";
import { DEFAULT_THRESHOLD } from "../trainer/choice.ts";
import type { Command } from "./command.ts";
import { lastDaysOf, readingsThere } from "./history-input.ts";
import { historyDirectoryOf } from "./history-store.ts";
import { readFittingModel, type ModelFile } from "./model/file.ts";
import { MODEL_PATH, pathNamed } from "./model/model-registry.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime } from "./runtime.ts";
import { counted, tell } from "./terminal.ts";
import { textTable } from "./text-table.ts";

export const backtestCommand: Command = {
  name: "backtest",
  summary: "scores a model over the stored history, beside the champion, and compares their alerts day by day",
  operands: [{ name: "MODEL", help: "a version, its first digits, challenger, or a file of XGBoost or LightGBM" }, PIPELINE],
  flags: [
    { name: "against", value: "MODEL", help: "another one than the champion to compare with" },
    { name: "history", value: "DIR", help: "the stored readings (MANGROVE_HISTORY_DIR, else history)" },
    { name: "days", value: "N", help: "the last N days before the newest reading (all)" },
    MODEL_PATH,
    { name: "json", help: "one JSON object on stdout" },
  ],
  examples: ["npm run -s mangrove -- backtest challenger", "npm run -s mangrove -- backtest lightgbm.txt --days 14", "npm run -s mangrove -- backtest challenger --against 3f1c0a9be27d --json", "npm run -s mangrove -- backtest challenger freezers.ts"],
  async run(given, signal) {
    const runtime = await openRuntime(given);
    const { kernel, pipeline, models } = runtime;
    const directory = historyDirectoryOf(given, runtime);
    const against = given.text("against");
    const files = {
      champion: await readFittingModel(against === undefined ? models.path : await pathNamed(against, models.path), pipeline),
      candidate: await readFittingModel(await pathNamed(given.operand("MODEL"), models.path), pipeline),
    };
    if (files.champion.version === files.candidate.version) throw new MangroveError("MGV_USAGE", `${given.operand("MODEL")} is the model that it is compared with: name another one.`);
    await using history = await HistoryReader.open({ directory, threads: 1, tell });
    const query = await readingsThere(history, pipeline, { directory, last: lastDaysOf(given) }, signal);
    using open = new DisposableStack();
    const [champion, candidate] = [contender(files.champion, kernel, open), contender(files.candidate, kernel, open)];
    const days = await backtest({ kernel, pipeline, history, query, champion, candidate, signal, onProgress: progress() });
    const versions = { champion: files.champion.version, candidate: files.candidate.version };
    process.stdout.write(given.has("json") ? `${JSON.stringify({ ...versions, days })}\n` : `${lines(versions, days).join("\n")}\n`);
    return 0;
  },
};

function contender({ model, card }: ModelFile, kernel: Kernel, open: DisposableStack): Contender {
  return { forest: open.use(new Forest(kernel, model)), threshold: card?.threshold ?? DEFAULT_THRESHOLD };
}

/** A line each half million readings. */
function progress(): (readings: number) => void {
  let told = 0;
  return (readings) => {
    if (readings - told < 500_000) return;
    told = readings;
    tell(`${counted(readings, "reading")} so far`);
  };
}

function lines({ champion, candidate }: Record<"champion" | "candidate", string>, days: readonly DayTally[]): string[] {
  const figure = (f1: number | null) => f1?.toFixed(4) ?? null;
  const rows = days.map((day) => [day.date, day.readings, day.labelled, day.disagreements, day.champion.alerts, day.candidate.alerts, day.champion.alertsAlone, day.candidate.alertsAlone, figure(day.champion.f1), figure(day.candidate.f1)]);
  const sum = (of: (day: DayTally) => number) => days.reduce((total, day) => total + of(day), 0);
  const all = ["all", sum(({ readings }) => readings), sum(({ labelled }) => labelled), sum(({ disagreements }) => disagreements), sum((day) => day.champion.alerts), sum((day) => day.candidate.alerts), sum((day) => day.champion.alertsAlone), sum((day) => day.candidate.alertsAlone), null, null];
  return [
    `champion ${champion}, candidate ${candidate}; "alone" are alerts that the other model raised none beside, F1 is of the labelled readings`,
    ...textTable(["date", "readings", "labelled", "disagree", "champion's alerts", "candidate's", "champion alone", "candidate alone", "champion's F1", "candidate's"], [...rows, all]),
  ];
}
