import process from "node:process";
import { HistoryReader } from "../../engine/history/reader.ts";
import { literal } from "../../engine/history/sql.ts";
import type { Command } from "../command.ts";
import { PIPELINE } from "../pipeline-file.ts";
import { openRuntime } from "../runtime.ts";
import { printable, tell } from "../terminal.ts";
import { historyFlag } from "./add.ts";
import { historyDirectoryOf } from "../history-store.ts";

const LIMIT = 20;

export const listLabelsCommand: Command = {
  name: "labels list",
  summary: "the newest labels of the history; those of Kafka's topic are in it from the next training on",
  operands: [PIPELINE],
  flags: [{ name: "sensor", value: "NAME", help: "of this sensor alone" }, { name: "limit", value: "N", help: `so many (${LIMIT})` }, { name: "json", help: "a line of JSON for each on stdout" }, historyFlag],
  examples: ["npm run -s mangrove -- labels list --sensor kitchen"],
  async run(given, signal) {
    const runtime = await openRuntime(given);
    const directory = historyDirectoryOf(given, runtime);
    const { event } = runtime.pipeline;
    const sensor = given.text("sensor");
    await using reader = await HistoryReader.open({ directory, tell });
    const where = sensor === undefined ? "" : `WHERE sensor = ${literal(sensor)}`;
    const rows = await reader.rows(`SELECT sensor, from_time, to_time, label, who, given_time FROM labels ${where} ORDER BY given_time DESC, number DESC LIMIT ${given.number("limit", { min: 1, whole: true }) ?? LIMIT}`, { signal });
    const found = rows.map((row) => ({ sensor: String(row["sensor"]), from: timeText(row["from_time"]), to: timeText(row["to_time"]), label: Number(row["label"]), who: String(row["who"]), given: timeText(row["given_time"]) }));
    for (const each of found) process.stdout.write(`${given.has("json") ? JSON.stringify(each) : printable([each.given, each.sensor, each.from, each.to, each.label === 1 ? event : `no ${event}`, each.who].join("  "))}\n`);
    if (found.length === 0) tell(`There are no labels${sensor === undefined ? "" : ` of ${printable(sensor)}`} in ${directory}. docs/labels.md says how they come.`);
    return 0;
  },
};

function timeText(value: unknown): string {
  return (value as Date).toISOString();
}
