import process from "node:process";
import { readTableLines } from "../engine/source/table-lines.ts";
import { headerOf, ReplaySource } from "../engine/source/replay.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { didYouMean } from "../kernel-as/nearest.ts";
import type { Command } from "./command.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { pour, targets } from "./pour.ts";
import { rowProgress } from "./predict/row-progress.ts";
import { openRuntime } from "./runtime.ts";
import { speedOf } from "./source.ts";
import { counted, tell } from "./terminal.ts";

export const replayCommand: Command = {
  name: "replay",
  summary: "a CSV or JSON lines into the pipeline's Kafka topic, each reading under its sensor",
  operands: [{ name: "FILE", help: "the readings, in their order" }, PIPELINE],
  flags: [
    { name: "to", value: "KIND", help: "kafka, or stdout as JSON lines (kafka)" },
    { name: "speed", value: "N|max", help: "times as fast as measured (1), or without waiting" },
    { name: "topic", value: "TOPIC", help: "of Kafka (that of the pipeline; KAFKA_TOPIC_SMOKE)" },
    { name: "key", value: "FIELD", help: "the column or key that names the sensor (as the pipeline says; recordings R1, R2, … in a CSV without one)" },
  ],
  examples: [
    "npm run -s mangrove -- replay smoke_detection_iot.csv --speed 60",
    "npm run -s mangrove -- replay machines.csv pipelines/machine.ts --speed max --key machine_id --topic machine_readings",
  ],
  async run(given, signal) {
    const { config, pipeline } = await openRuntime(given);
    const to = given.oneOf("to", targets) ?? "kafka";
    const key = given.text("key");
    const { schema } = key === undefined ? pipeline : pipeline.groupedBy(key);
    const topic = given.text("topic") ?? pipeline.readings;
    if (key !== undefined) await checkColumn(given.operand("FILE"), key);
    await using source = new ReplaySource({ path: given.operand("FILE"), schema, topic, speed: speedOf(given) });
    using progress = rowProgress({ onTerminal: process.stderr.isTTY });
    const startedMs = performance.now();
    const { messages, leftOut, firstWrong } = await pour(source, { to, config, topic, schema, onProgress: (rows) => progress.show(rows, NaN) }, signal);
    progress[Symbol.dispose]();
    tell(`replay  ${counted(messages, "message")} in ${((performance.now() - startedMs) / 1000).toFixed(2)} s${signal.aborted ? ", broken off" : ""}`);
    if (leftOut > 0) tell(`replay  ${counted(leftOut, "row")} left out; ${firstWrong}`);
    return 0;
  },
};

/** Throws `MGV_USAGE` where a CSV has no such column: its readings would be of one sensor. */
async function checkColumn(path: string, name: string): Promise<void> {
  for await (const line of readTableLines(path)) {
    const first = new TextDecoder().decode(line);
    const columns = headerOf(first);
    if (first.trimStart().startsWith("{") || columns.includes(name)) return;
    throw new MangroveError("MGV_USAGE", `--key must be a column of ${path}: ${columns.join(", ")}; not "${name}".${didYouMean(name, columns)}`);
  }
}
