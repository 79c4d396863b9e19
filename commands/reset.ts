import process from "node:process";
import type { Broker, StoredOffset } from "../engine/broker/broker.ts";
import type { Command } from "./command.ts";
import { confirm, requireSomebody } from "./confirm.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime } from "./runtime.ts";
import { APP_ID, connectKafka, groupOf } from "./source.ts";
import { counted, tell } from "./terminal.ts";

export const resetCommand: Command = {
  name: "reset",
  summary: "forgets how far the engine has read its Kafka topic, so that it begins anew",
  operands: [PIPELINE],
  flags: [APP_ID, { name: "yes", help: "without a question, as it must be where there is no terminal" }],
  examples: [
    "npm run -s mangrove -- reset",
    "npm run -s mangrove -- reset pipelines/machine.ts --app-id machines --yes && bun run engine pipelines/machine.ts --app-id machines --from 2026-02-28T06:30:00Z",
  ],
  async run(given, signal) {
    requireSomebody(given, "mangrove reset");
    const { config, pipeline } = await openRuntime(given);
    const group = groupOf(given, config, pipeline);
    await using broker = await connectKafka(config, group);
    const stored = await broker.storedOffsets(group);
    if (stored.length === 0) {
      tell(`reset   the group ${group} has stored nothing: there is nothing to forget`);
      return 0;
    }
    tell(`reset   the group ${group} has stored these offsets:`);
    for (const line of await offsetLines(broker, stored)) tell(`        ${line}`);
    tell("        They are forgotten, and with them the state of windows; the records of the topic, history files and models stay as they are.");
    if (!given.has("yes") && !(await confirm("Forget them?", { input: process.stdin, signal }))) {
      tell("reset   nothing was forgotten");
      return 1;
    }
    await broker.forgetGroup(group);
    tell(`reset   ${counted(stored.length, "offset")} forgotten: the engine begins with the earliest record now, or where --from says`);
    return 0;
  },
};

/** A table: what is stored, where the partition ends, and how many offsets lie between. */
async function offsetLines(broker: Broker, stored: readonly StoredOffset[]): Promise<string[]> {
  const ends = new Map<string, ReadonlyMap<number, number>>();
  for (const topic of new Set(stored.map((each) => each.topic))) ends.set(topic, await broker.endOffsets(topic));
  const rows = stored.map(({ topic, partition, offset }) => {
    const end = ends.get(topic)?.get(partition) ?? offset;
    return [topic, partition, offset, end, Math.max(0, end - offset)].map(String);
  });
  const table = [["topic", "partition", "stored", "end", "lag"], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join("  "));
}
