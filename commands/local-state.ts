import { resolve } from "node:path";
import { LocalState, POSTED, SOURCE, type LocalStateOptions } from "../engine/runtime/local/state.ts";
import { formatOfFile } from "../engine/source/replay.ts";
import type { ProducedRecord } from "../engine/broker/broker.ts";
import type { RunningSimulation } from "../engine/source/running-simulation.ts";
import type { Source } from "../engine/source/source.ts";
import type { Config } from "../engine/config.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Arguments, Flag } from "./command.ts";
import { readFires, writeFires } from "./lit-fires.ts";
import type { Runtime } from "./runtime.ts";
import { kindOf, openReplay, openSimulator, simulatorOptions, speedOf } from "./source.ts";

export const stateFlag: Flag = { name: "state", value: "DIR", help: "exactly once without Kafka: records, state and outputs are kept in DIR (MANGROVE_STATE_DIR)" };

/** Where an engine without Kafka keeps its state; null: nowhere. */
export function stateDirectoryOf(given: Arguments, config: Config): string | null {
  const kind = kindOf(given, config);
  if (kind === "kafka") return null;
  return given.text("state") ?? config.stateDirectory ?? (kind === "http" ? "state" : null);
}

/** Takes the directory that the arguments name for this process; null where none is. Throws `MGV_USAGE` where another process has it, or it was begun with something else. */
export async function openLocalState(given: Arguments, { config, kernel, pipeline }: Runtime): Promise<LocalState | null> {
  const directory = stateDirectoryOf(given, config);
  if (directory === null) return null;
  return LocalState.open({ kernel, directory, topic: pipeline.readings, now: Date.now, ...(await originOf(given, config)) });
}

async function originOf(given: Arguments, config: Config): Promise<Pick<LocalStateOptions, "source" | "format" | "isTimed">> {
  const kind = kindOf(given, config);
  if (kind === "replay") {
    const file = resolve(given.text("data") ?? config.dataset ?? "");
    return { source: { kind, file }, format: await formatOfFile(file), isTimed: false };
  }
  const format = { kind: "json" } as const;
  if (kind !== "simulate") return { source: { kind }, format, isTimed: true };
  if (isLive(given)) return { source: { kind, of: "the present" }, format, isTimed: true };
  // what decides the messages; how many of them there are may change
  const { sensors, rateHz, seed, faults } = simulatorOptions(given);
  const isTimed = speedOf(given) !== "max";
  return { source: { kind, of: isTimed ? "a time of its own, at a pace" : "a time of its own", sensors, rateHz, seed, faults }, format, isTimed };
}

/** What is simulated in real time is another each time: it goes on, and is not told again. */
function isLive(given: Arguments): boolean {
  return speedOf(given) === 1;
}

/** The source without the records that were taken in before; null where readings are posted alone. Throws `MGV_FILE_READ`. */
export async function openLocalSource(given: Arguments, { config, pipeline, Simulation }: Runtime, state: LocalState): Promise<{ readonly source: Source; readonly simulation: RunningSimulation | null } | null> {
  const kind = kindOf(given, config);
  const from = state.log.partitions[SOURCE]!.bounds.high;
  if (kind === "replay") return { source: openReplay(given, config, pipeline, { from }), simulation: null };
  if (kind !== "simulate") return null;
  const source = isLive(given)
    ? openSimulator(given, pipeline, Simulation, { mostSpeed: 1 }) // the log's clock dates records, and events must not be ahead of it
    : openSimulator(given, pipeline, Simulation, { from, fires: await readFires(state.directory), keepFires: (fires) => writeFires(state.directory, fires) });
  return { source, simulation: source };
}

/** Appends readings to the part of the log that is theirs. */
export class PostedInput {
  readonly #state: LocalState;

  constructor(state: LocalState) {
    this.#state = state;
  }

  /** Resolves once they are on disk. Throws `MGV_FILE_WRITE`. */
  async append(messages: readonly ProducedRecord[]): Promise<void> {
    const text = new TextEncoder();
    const records = messages.map(({ key, value }) => ({ key: key === null ? null : text.encode(key), value: text.encode(value) }));
    try {
      await this.#state.log.partitions[POSTED]!.append(records);
    } catch (cause) {
      throw new MangroveError("MGV_FILE_WRITE", `The readings could not be kept: ${(cause as Error).message}. Send them again.`, { cause });
    }
  }
}
