import { connectBroker } from "../engine/broker/connect.ts";
import { keyOf } from "../engine/source/record-batch.ts";
import type { Source } from "../engine/source/source.ts";
import { brokerOptions } from "./broker.ts";
import type { Command } from "./command.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime } from "./runtime.ts";
import { openSimulator, simulatorFlags } from "./source.ts";
import { StandardOutput } from "./standard-output.ts";
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
    if (given.oneOf("to", ["stdout", "kafka"]) === "kafka") {
      const options = brokerOptions(config);
      await using broker = await connectBroker(config.kafkaClient, options);
      await broker.ensureTopics([pipeline.readings]);
      tell(`${source.description} -> topic ${pipeline.readings} on ${options.servers.join(", ")}`);
      const count = await pour(source, signal, (records) => broker.produce(records.map((record) => ({ topic: pipeline.readings, ...record }))));
      tell(`${count} readings produced`);
    } else {
      await using output = new StandardOutput();
      const seenEnough = new AbortController();
      await pour(source, AbortSignal.any([signal, seenEnough.signal]), async (records) => {
        await output.write(records.map(({ value }) => `${value}\n`).join(""));
        if (output.closed) seenEnough.abort();
      });
    }
    return 0;
  },
};

async function pour(source: Source, signal: AbortSignal, write: (records: { key: string | null; value: string }[]) => Promise<void>): Promise<number> {
  const text = new TextDecoder();
  let count = 0;
  for await (const { records } of source.read(signal)) {
    const { values, bounds } = records;
    await write(Array.from({ length: records.count }, (_, i) => ({ key: keyOf(records, i), value: text.decode(values.subarray(bounds[i], bounds[i + 1])) })));
    count += records.count;
  }
  return count;
}
