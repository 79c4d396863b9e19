import { open } from "node:fs/promises";
import type { Config } from "../engine/config.ts";
import { connectBroker } from "../engine/broker/connect.ts";
import type { Broker } from "../engine/broker/broker.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { parseFaults } from "../engine/simulator/faults.ts";
import { kafkaSource, type KafkaSource } from "../engine/source/kafka.ts";
import type { Speed } from "../engine/source/pace.ts";
import { ReplaySource } from "../engine/source/replay.ts";
import { simulatorSource, type SimulatorSourceOptions } from "../engine/source/simulator.ts";
import type { RunningSimulation } from "../engine/source/running-simulation.ts";
import type { Source } from "../engine/source/source.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { beginningOf } from "./beginning.ts";
import { brokerOptions } from "./broker.ts";
import type { Arguments, Flag } from "./command.ts";
import { PIPELINE, simulatedBy, type Simulation } from "./pipeline-file.ts";
import type { Runtime } from "./runtime.ts";
import { shellWord } from "./shell-word.ts";
import { counted, tell } from "./terminal.ts";

/** Flags that say what is simulated; `simulate`, `engine` and `up` share them. */
export const simulatorFlags: readonly Flag[] = [
  { name: "sensors", value: "N", help: "simulated sensors, one a room (12)" },
  { name: "rate", value: "HZ", help: "readings a second of each sensor (1)" },
  { name: "seed", value: "N", help: "the same seed gives the same readings (2; the first model is trained on 1)" },
  { name: "duration", value: "S", help: "seconds of event time to simulate (without end)" },
  { name: "faults", value: "LIST", help: "of simulated rooms: all, or some of missing=P,repeat=P,disorder=P,skew=P,silence=P" },
];

export const APP_ID: Flag = { name: "app-id", value: "NAME", help: "names the Kafka consumer group (MANGROVE_APP_ID, else the pipeline's name)" };

export const sourceFlags: readonly Flag[] = [
  { name: "source", value: "KIND", help: "kafka, replay, simulate or, of up with --state, http: readings are posted (kafka if KAFKA_BOOTSTRAP_SERVERS is set, replay with --data, else simulate)" },
  { name: "data", value: "FILE", help: "CSV or JSON lines to replay" },
  { name: "speed", value: "N|max", help: "times as fast as measured (1), or without waiting" },
  { name: "until-end", help: "stop at the end: of the file, of the duration, of what the topic holds now" },
  APP_ID,
  { name: "from", value: "WHERE", help: "where a Kafka group without stored offsets begins: earliest, latest, or at a time: 2026-02-28T06:30:00Z, epoch seconds, or ms from 100000000000 on (earliest)" },
  ...simulatorFlags,
];

/** A source, and the broker that it and the Kafka sink share; dispose of the source first. */
export interface OpenedSource {
  readonly source: Source;
  /** Null: nothing is simulated. */
  readonly simulation: RunningSimulation | null;
  /** Its readings are of the present, so that no run tells what another one has told. */
  readonly isOfNow: boolean;
  readonly broker: Broker | null;
}

/** Throws `MGV_USAGE` or `MGV_FILE_READ` for flags that cannot work: better before a training than after it. */
export async function checkSource(given: Arguments, { config, Simulation }: Pick<Runtime, "config" | "Simulation">): Promise<void> {
  const kind = kindOf(given, config);
  const from = given.text("from");
  if (from !== undefined) beginningOf(from);
  if (from !== undefined && kind !== "kafka") {
    throw new MangroveError("MGV_USAGE", `--from is for the Kafka source, and this one is ${kind}: leave it out, or add --source kafka.`);
  }
  if (kind === "http" && given.has("until-end")) throw new MangroveError("MGV_USAGE", "Readings that are posted have no end: leave --until-end out, or choose another --source.");
  if (kind === "simulate") mustTakeFaults(Simulation, simulatorOptions(given));
  if (kind !== "replay") return;
  const path = given.text("data") ?? config.dataset;
  if (path === null) throw new MangroveError("MGV_USAGE", "--source replay needs a file: --data FILE.csv.");
  speedOf(given);
  try {
    await using file = await open(path);
    if (!(await file.stat()).isFile()) throw new Error("it is not a file");
  } catch (cause) {
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

export async function openSource(given: Arguments, { config, pipeline, Simulation }: Pick<Runtime, "config" | "pipeline" | "Simulation">): Promise<OpenedSource> {
  const kind = kindOf(given, config);
  if (kind === "kafka") return openKafka(given, config, pipeline);
  if (kind !== "simulate") return { source: openReplay(given, config, pipeline), simulation: null, isOfNow: false, broker: null };
  const options = simulatorOptions(given);
  const source = simulationOf(pipeline, Simulation, options);
  return { source, simulation: source, isOfNow: options.startMs !== undefined, broker: null };
}

/** `from`: records below this offset were taken in before. */
export function openReplay(given: Arguments, config: Config, { schema, readings: topic }: Pipeline, { from = 0 } = {}): Source {
  return new ReplaySource({ path: given.text("data") ?? config.dataset ?? "", schema, topic, speed: speedOf(given), from });
}

export function kindOf(given: Arguments, config: Config): "kafka" | "replay" | "simulate" | "http" {
  const kind = given.oneOf("source", ["kafka", "replay", "simulate", "http"]);
  if (kind !== undefined) return kind;
  if (given.has("data")) return "replay";
  return config.kafkaServers.length > 0 ? "kafka" : "simulate";
}

/** The consumer group that reads for the pipeline. */
export function groupOf(given: Arguments, config: Config, pipeline: Pipeline): string {
  return given.text("app-id") ?? config.appId ?? pipeline.name;
}

/** Reaches the cluster that the environment names. */
export function connectKafka(config: Config, clientId: string): Promise<Broker> {
  return connectBroker(config.kafkaClient, { ...brokerOptions(config), clientId });
}

async function openKafka(given: Arguments, config: Config, pipeline: Pipeline): Promise<OpenedSource> {
  const group = groupOf(given, config, pipeline);
  const from = given.text("from");
  const opened = new AsyncDisposableStack();
  try {
    const broker = opened.use(await connectKafka(config, group));
    const source = opened.use(
      await kafkaSource({ broker, topic: pipeline.readings, group, from: beginningOf(from ?? "earliest"), untilEnd: given.has("until-end") }),
    );
    if (from !== undefined) await tellResumed(given, group, source);
    return { source, simulation: null, isOfNow: true, broker };
  } catch (thrown) {
    await opened.disposeAsync();
    throw thrown;
  }
}

/** Says where `--from` did not count, because the group goes on from what it has stored. */
async function tellResumed(given: Arguments, group: string, source: KafkaSource): Promise<void> {
  const { held, resumed } = await source.holdings();
  if (resumed > 0) tellNotUsed(given, group, resumed === held ? "" : ` for ${resumed} of ${counted(held, "partition")}`);
}

/** Says that `--from` did not count, and what makes it count. */
export function tellNotUsed(given: Arguments, group: string, where = ""): void {
  const file = given.optionalOperand(PIPELINE.name);
  const reset = ["mangrove reset", ...(file === undefined ? [] : [shellWord(file)]), "--app-id", shellWord(group)].join(" ");
  tell(`source  --from was not used${where}: the group ${group} goes on from the offsets that it has stored; ${reset} forgets them`);
}

export function openSimulator(given: Arguments, pipeline: Pipeline, Simulation: Simulation | null, goesOn: Pick<SimulatorSourceOptions, "from" | "fires" | "keepFires" | "mostSpeed"> = {}): Source & RunningSimulation {
  return simulationOf(pipeline, Simulation, { ...simulatorOptions(given), ...goesOn });
}

/** What a pipeline is tried with: simulated rooms, or what its file brings. Throws `MGV_USAGE` for faults that this does not take. */
export function simulationOf({ readings: topic }: Pipeline, Simulation: Simulation | null, options: SimulatorSourceOptions): Source & RunningSimulation {
  if (Simulation === null) return simulatorSource({ topic, ...options });
  mustTakeFaults(Simulation, options);
  const stream = simulatedBy(Simulation, options);
  return simulatorSource({ topic, ...options, messages: { description: stream.description, stream } });
}

function mustTakeFaults(Simulation: Simulation | null, { faults = {} }: SimulatorSourceOptions): void {
  if (Simulation === null || Simulation.takesFaults || !Object.values(faults).some((rate) => rate > 0)) return;
  throw new MangroveError("MGV_USAGE", "--faults is for simulated rooms, and this pipeline's file has a simulation of its own without them: leave it out, or make faults there and say so with `static takesFaults = true`.");
}

/** Throws `MGV_USAGE`. */
export function simulatorOptions(given: Arguments): SimulatorSourceOptions {
  const durationS = given.number("duration", { min: 1 });
  if (given.has("until-end") && durationS === undefined) {
    throw new MangroveError("MGV_USAGE", "A simulation has no end: say how long it lasts with --duration SECONDS, or leave --until-end out.");
  }
  const speed = speedOf(given);
  return {
    speed,
    sensors: given.number("sensors", { min: 1, max: 20_000, whole: true }) ?? 12,
    rateHz: given.number("rate", { min: 0.001, max: 1000 }) ?? 1,
    seed: given.number("seed", { min: 0, max: 2 ** 32 - 1, whole: true }) ?? 2,
    // faster than real time, event time would run ahead of the clock that stamps the records
    ...(speed === 1 && { startMs: Date.now() }),
    durationMs: durationS === undefined ? null : durationS * 1000,
    faults: parseFaults(given.text("faults") ?? ""),
  };
}

/** Throws `MGV_USAGE`. */
export function speedOf(given: Arguments): Speed {
  if (given.text("speed") === "max") return "max";
  return given.number("speed", { min: 0.001 }) ?? 1;
}
