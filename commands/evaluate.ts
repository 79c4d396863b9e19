import process from "node:process";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Command } from "./command.ts";
import { evaluate } from "./evaluate/evaluation.ts";
import { evaluationJson, evaluationLines } from "./evaluate/evaluation-text.ts";
import { PIPELINE, pipelineFor } from "./pipeline-file.ts";
import { reportFlag, ReportFiles } from "./report-files.ts";
import { printable, tell } from "./terminal.ts";

export const evaluateCommand: Command = {
  name: "evaluate",
  summary: "judges a model of any format by labelled rows: figures, intervals, alarms, and what flatters them",
  operands: [PIPELINE],
  flags: [
    { name: "model", value: "FILE", help: "a model of XGBoost, LightGBM or this project that predicts one probability" },
    { name: "data", value: "FILE", help: "labelled CSV or JSON lines; columns by the model's names of features, in any order" },
    { name: "label", value: "NAME", help: 'the column of 0 and 1 to judge by (that of the pipeline: "Fire Alarm")' },
    { name: "group", value: "NAME", help: "a column whose values are recordings (that of the model's training, the sensor's key, else gaps of time)" },
    { name: "threshold", value: "P", help: "probabilities from here on are the event (the model's own, else 0.5)" },
    { name: "false-alarms", value: "N", help: "tells which threshold would find most events (fires) with so many false alarms a sensor and day" },
    reportFlag,
    { name: "json", help: "one JSON object" },
  ],
  examples: [
    "npm run -s mangrove -- evaluate --model models/smoke_detection_model.json --data recording.csv",
    "npm run -s mangrove -- evaluate --model lightgbm.txt --data machines.csv --label failed --group machine --report report.html",
    "npm run -s mangrove -- evaluate freezers.ts --model models/freezers.json --data freezers.csv",
    "npm run -s mangrove -- evaluate --model model.ubj --data rows.csv --label y --false-alarms 0.5 --json",
  ],
  async run(given, signal) {
    const [model = "", data = ""] = [given.text("model"), given.text("data")];
    if (model === "" || data === "") throw new MangroveError("MGV_USAGE", "evaluate needs --model FILE and --data FILE. See --help.");
    const { pipeline: own } = await pipelineFor(given);
    await using files = await ReportFiles.open(given.text("report"), [model, data]);
    const evaluation = await evaluate({
      model,
      data,
      own,
      label: given.text("label") ?? null,
      group: given.text("group") ?? null,
      threshold: given.number("threshold", { min: 0, max: 1 }) ?? null,
      falseAlarmsPerSensorDay: given.number("false-alarms", { min: 0 }) ?? null,
      signal,
    });
    const lines = given.has("json") ? [JSON.stringify(evaluationJson(evaluation))] : evaluationLines(evaluation).map(printable);
    await files.write(evaluation.report);
    process.stdout.write(`${lines.join("\n")}\n`);
    if (files.paths.length > 0) tell(`report in ${files.paths.join(" and ")}`);
    return 0;
  },
};
