import type { Command } from "./command.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { pour, targets } from "./pour.ts";
import { openRuntime } from "./runtime.ts";
import { openSimulator, simulatorFlags } from "./source.ts";
import { tell } from "./terminal.ts";

export const simulateCommand: Command = {
  name: "simulate",
  summary: "labelled readings of simulated rooms and fires, or of what a pipeline's file simulates, to stdout or Kafka",
  operands: [PIPELINE],
  flags: [
    { name: "to", value: "KIND", help: "stdout (JSON lines) or kafka (stdout)" },
    { name: "speed", value: "N|max", help: "times as fast as measured (1), or without waiting" },
    ...simulatorFlags,
  ],
  examples: [
    "npm run -s mangrove -- simulate --duration 60 --speed max > readings.jsonl",
    "npm run -s mangrove -- simulate --to kafka --sensors 100 --faults all",
  ],
  async run(given, signal) {
    const { config, pipeline, Simulation } = await openRuntime(given);
    await using source = openSimulator(given, pipeline, Simulation);
    const to = given.oneOf("to", targets) ?? "stdout";
    const { messages } = await pour(source, { to, config, topic: pipeline.readings, schema: pipeline.schema }, signal);
    if (to === "kafka") tell(`${messages} readings produced`);
    return 0;
  },
};
