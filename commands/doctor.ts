import { dirname } from "node:path";
import process from "node:process";
import { readConfig } from "../engine/config.ts";
import { brokerOptions } from "./broker.ts";
import type { Command } from "./command.ts";
import type { Finding } from "./doctor/finding.ts";
import { kafkaFindings } from "./doctor/kafka.ts";
import { machineFindings } from "./doctor/machine.ts";
import { portFinding } from "./doctor/port.ts";
import { PIPELINE, pipelineFor } from "./pipeline-file.ts";
import { APP_ID, groupOf } from "./source.ts";
import { printable } from "./terminal.ts";
import { topic } from "../engine/pipeline/endpoint.ts";

const marks = { well: "ok  ", weak: "weak", fails: "FAIL" } as const;

export const doctorCommand: Command = {
  name: "doctor",
  summary: "what stands between this machine and a running pipeline, each finding with what mends it",
  operands: [PIPELINE],
  flags: [APP_ID, { name: "json", help: "the findings as JSON" }],
  examples: ["npm run -s mangrove -- doctor", "KAFKA_BOOTSTRAP_SERVERS=localhost:9092 npm run -s mangrove -- doctor pumps.ts --app-id pumps"],
  async run(given) {
    const config = readConfig(process.env);
    const { pipeline: found, isOwn } = await pipelineFor(given);
    const pipeline = isOwn ? found.readFrom(topic(config.kafkaTopic)) : found;
    const folders = [
      { what: "history", path: config.historyDirectory },
      { what: "models", path: dirname(config.modelPath) },
      ...(config.stateDirectory === null ? [] : [{ what: "state", path: config.stateDirectory }]),
    ];
    const findings = [...(await machineFindings(folders)), await portFinding(config)];
    if (config.kafkaServers.length > 0) findings.push(...(await kafkaFindings(brokerOptions(config), { pipeline, appId: groupOf(given, config, pipeline), nowMs: Date.now() })));
    const failing = findings.filter(({ state }) => state === "fails").length;
    const end = config.kafkaServers.length === 0 ? "Kafka was not looked at: KAFKA_BOOTSTRAP_SERVERS names none." : "";
    process.stdout.write(given.has("json") ? `${JSON.stringify({ findings }, null, 2)}\n` : `${[...findings.flatMap(lines), ...(end === "" ? [] : [end])].join("\n")}\n`);
    return failing > 0 ? 1 : 0;
  },
};

function lines({ about, state, says, fix }: Finding): string[] {
  return [`${marks[state]}  ${about.padEnd(18)} ${printable(says)}`, ...(fix === null ? [] : [`      ${"".padEnd(18)} -> ${fix}`])];
}
