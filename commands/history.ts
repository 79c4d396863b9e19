import process from "node:process";
import { readConfig } from "../engine/config.ts";
import { HistoryReader } from "../engine/history/reader.ts";
import { select } from "../engine/history/select.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Arguments, Command } from "./command.ts";
import { importFile } from "./history/import.ts";
import type { ResultWriter } from "./history/result-writer.ts";
import { csvWriter, jsonWriter } from "./history/rows.ts";
import { sparklineWriter } from "./history/sparkline.ts";
import { summaryLines, summaryOf } from "./history/summary.ts";
import { tableWriter } from "./history/table.ts";
import { StandardOutput, type Output } from "./standard-output.ts";
import { tell } from "./terminal.ts";

const TIMEOUT_S = 30;
const MEMORY_MIB = 1024;
const TABLE_ROWS = 100;
const SPARK_WIDTH = 60;

export const historyCommand: Command = {
  name: "history",
  summary: "asks the stored readings, predictions, alerts, analytics and labels by SQL",
  operands: [{ name: "SQL", help: "one SELECT; without it, what there is", optional: true }],
  flags: [
    { name: "csv", help: "all rows as CSV" },
    { name: "json", help: "all rows as an array of objects" },
    { name: "spark", value: "COLUMN", help: "a column of numbers as one line of bars, in the order of the rows" },
    { name: "limit", value: "ROWS", help: `of a table (${TABLE_ROWS})` },
    { name: "dir", value: "DIR", help: "the history (MANGROVE_HISTORY_DIR, else history)" },
    { name: "timeout", value: "S", help: `a query that takes longer is ended (${TIMEOUT_S})` },
    { name: "memory", value: "MIB", help: `a query that needs more fails (${MEMORY_MIB})` },
    { name: "import", value: "FILE", help: "put the readings of a CSV, or of JSON lines, into the history; the same file again adds nothing" },
    { name: "pipeline", value: "FILE", help: "with --import, whose readings they are (the smoke pipeline)" },
  ],
  examples: [
    "npm run -s mangrove -- history",
    'npm run -s mangrove -- history "SELECT date, count(*), avg(probability) FROM predictions GROUP BY date ORDER BY date"',
    'npm run -s mangrove -- history "SELECT * FROM alerts ORDER BY event_time DESC" --json',
    `npm run -s mangrove -- history 'SELECT "Temperature[C]" FROM readings ORDER BY event_time' --spark 'Temperature[C]'`,
    "npm run -s mangrove -- history --import smoke_detection_iot.csv",
  ],
  async run(given, signal) {
    const directory = given.text("dir") ?? readConfig(process.env).historyDirectory;
    const sql = given.optionalOperand("SQL");
    const [pipelineFile, imported] = [given.text("pipeline"), given.text("import")];
    const shapes = ["csv", "json", "spark"].filter((name) => given.has(name));
    if (shapes.length > 1) throw new MangroveError("MGV_USAGE", `--${shapes.join(" and --")} are two shapes of the same rows: give one of them.`);
    if (imported === undefined && pipelineFile !== undefined) throw new MangroveError("MGV_USAGE", "--pipeline is for --import: what is stored is asked as it is.");
    if (imported !== undefined) {
      if (sql !== undefined) throw new MangroveError("MGV_USAGE", "--import and SQL are two things: import first, and ask then.");
      await importFile(imported, { directory, pipelineFile }, signal);
      return 0;
    }
    const timeoutMs = (given.number("timeout", { min: 0.001 }) ?? TIMEOUT_S) * 1000;
    const memoryMiB = given.number("memory", { min: 16, whole: true }) ?? MEMORY_MIB;
    await using output = new StandardOutput();
    await using reader = await HistoryReader.open({ directory, memoryMiB, isLocked: true, tell: (sentence) => tell(`history ${sentence}`) });
    if (sql === undefined) {
      const summary = await summaryOf(reader, signal);
      await output.write(given.has("json") ? `${JSON.stringify(summary)}\n` : `${summaryLines(directory, summary).join("\n")}\n`);
      return 0;
    }
    const writer = writerOf(given, output);
    await select(reader, sql, { timeoutMs, signal, give: (columns, rows) => writer.take(columns, rows) });
    await writer.end();
    return 0;
  },
};

function writerOf(given: Arguments, output: Output): ResultWriter {
  if (given.has("csv")) return csvWriter(output);
  if (given.has("json")) return jsonWriter(output);
  const width = process.stdout.columns as number | undefined;
  const column = given.text("spark");
  if (column !== undefined) return sparklineWriter(output, { column, width: width ?? SPARK_WIDTH });
  return tableWriter(output, { limit: given.number("limit", { min: 1, max: 100_000, whole: true }) ?? TABLE_ROWS, width: width ?? Infinity });
}
