import process from "node:process";
import type { Config } from "../../engine/config.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { urlOf, type Address } from "../../api/address.ts";
import { apiCommand, apiFlags } from "../api.ts";
import type { Arguments, Command, Flag } from "../command.ts";
import { engineCommand, engineFlags } from "../engine.ts";
import { PIPELINE, windowFlags } from "../pipeline-file.ts";
import { kindOf } from "../source.ts";
import { trainerCommand } from "../trainer.ts";
import { upCommand } from "../up.ts";
import type { ProcessSpec } from "./process-spec.ts";

const PROBE_PORT = 9400;

/** The first start trains a model. */
const TRAINING_MS = 3_600_000;
const START_MS = 120_000;

/** They end a process, or are for one alone. */
const UNFIT = new Set(["until-end", "workers", "instance-id", "rebuild"]);

const ownFlags: readonly Flag[] = [
  { name: "engines", value: "N", help: "engines, which share the partitions of a Kafka topic (1)" },
  { name: "probe-port", value: "PORT", help: `where the trainer tells its metrics and whether it is ready; engines take the ports after it (${PROBE_PORT})` },
];

/** What `system start` takes: what its processes take, which is passed on to those that know it. */
export const systemFlags: readonly Flag[] = [...ownFlags, ...[...apiFlags, ...engineFlags, ...windowFlags].filter(({ name }) => !UNFIT.has(name))];

export interface SystemPlan {
  readonly specs: readonly ProcessSpec[];
  /** Where the API answers. */
  readonly api: string;
  /** Where its processes will listen. */
  readonly addresses: readonly Address[];
  /** Whether readings come from Kafka. */
  readonly isKafka: boolean;
}

/**
 * With Kafka trainer, API and engines are processes of their own. Without it nothing carries readings from one process to another: the engine then has the API
 * in it, and keeps its readings in a directory. `learnsFromStream`: nothing but the stream's file, --data, has readings for the first model. Throws `MGV_USAGE`.
 */
export function planSystem(given: Arguments, config: Config, { learnsFromStream = false } = {}): SystemPlan {
  const host = given.text("host") ?? config.host;
  const port = given.number("port", { min: 1, max: 65_535, whole: true }) ?? config.port;
  const probePort = given.number("probe-port", { min: 1, max: 65_000, whole: true }) ?? PROBE_PORT;
  const engines = given.number("engines", { min: 1, max: 64, whole: true }) ?? 1;
  const isKafka = kindOf(given, config) === "kafka";
  const lastProbePort = probePort + (isKafka ? engines : 0);
  if (port === 0) throw new MangroveError("MGV_USAGE", "A system needs a port that all of its processes know, and FLASK_PORT is 0: name one with --port.");
  if (port >= probePort && port <= lastProbePort) {
    throw new MangroveError("MGV_USAGE", `The API's port, ${port}, is one of those where the others tell their metrics, ${probePort} to ${lastProbePort}: name another with --port or --probe-port.`);
  }
  if (isKafka && config.kafkaServers.length === 0) throw new MangroveError("MGV_USAGE", "--source kafka needs a broker that all processes know: set KAFKA_BOOTSTRAP_SERVERS.");
  if (engines > 1 && !isKafka) throw new MangroveError("MGV_USAGE", "--engines share the partitions of a Kafka topic: set KAFKA_BOOTSTRAP_SERVERS, or leave --engines out.");
  const api = { host, port };
  // --host is for the API alone
  const probeAt = (index: number) => ({ host: config.host, port: probePort + index });
  const appId = given.text("app-id");
  // a topic that is made now is for all engines; a broker that readings do not come from is not written to either
  const common = isKafka ? { MANGROVE_TOPIC_PARTITIONS: String(Math.max(config.topicPartitions, engines)) } : { KAFKA_BOOTSTRAP_SERVERS: "" };
  const spec = (name: string, command: Command, address: Address, more: Partial<ProcessSpec> & { words?: readonly string[] } = {}): ProcessSpec => {
    const { words = [], env = {}, ...rest } = more;
    return {
      name,
      command: [process.execPath, ...process.execArgv, process.argv[1]!, ...command.name.split(" "), ...wordsFor(command, given), ...words],
      env: { ...common, ...env, ...(appId !== undefined && { MANGROVE_APP_ID: appId }) },
      url: urlOf(address),
      after: ["trainer"],
      readyWithinMs: START_MS,
      ...rest,
    };
  };

  const learner = learnsFromStream ? trainerCommand : { ...trainerCommand, flags: trainerCommand.flags.filter(({ name }) => name !== "data") };
  const trainer = spec("trainer", learner, probeAt(0), { env: { PROMETHEUS_PORT: String(probePort) }, after: [], readyWithinMs: TRAINING_MS });
  if (!isKafka) {
    const keeps = given.has("state") || config.stateDirectory !== null ? [] : ["--state", "state/engine"];
    // the trainer's clock is enough
    const engine = spec("engine", upCommand, api, { words: keeps, env: { PROMETHEUS_PORT: "", ML_TRAINING_INTERVAL_HOURS: "0", MANGROVE_JOBS: "false" } });
    return { specs: [trainer, engine], api: urlOf(api), addresses: [probeAt(0), api], isKafka };
  }
  const service = spec("api", apiCommand, api, { env: { PROMETHEUS_PORT: "" } });
  const members = Array.from({ length: engines }, (_, index) => {
    const name = engines === 1 ? "engine" : `engine-${index + 1}`;
    const address = probeAt(1 + index);
    return spec(name, engineCommand, address, { words: ["--instance-id", name], env: { PROMETHEUS_PORT: String(address.port) }, after: ["trainer", "api"] });
  });
  return { specs: [trainer, service, ...members], api: urlOf(api), addresses: [probeAt(0), api, ...members.map((_, index) => probeAt(1 + index))], isKafka };
}

/** The flags that were given and that the command knows, and the pipeline. */
function wordsFor({ flags }: Command, given: Arguments): string[] {
  const known = flags.filter(({ name }) => given.has(name) && systemFlags.some((flag) => flag.name === name));
  const file = given.optionalOperand(PIPELINE.name);
  return [...(file === undefined ? [] : [file]), ...known.map(({ name, value }) => (value === undefined ? `--${name}` : `--${name}=${given.text(name)}`))];
}
