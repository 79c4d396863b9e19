import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { boundsOf } from "../../engine/broker/wire/offsets.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { PARTITIONS, type BenchCluster } from "../kafka/cluster.ts";
import type { EngineReport } from "../kafka/engine-process.ts";
import type { Contestant, Kind } from "./contestants.ts";
import { readOutputs, type Outputs } from "./outputs.ts";
import { faultOf, verify, type Verdict } from "./verify.ts";
import { WatchedProcess, type Program } from "./watched-process.ts";

const LIMIT_MS = 300_000;

/** Outputs of a peer are complete when no more have come for so long. */
const STILL_MS = 2_500;

/** A topic of readings. */
export interface Input {
  readonly topic: string;
  readonly readings: number;
  readonly sensors: number;
}

/** What one run took. */
export interface Taken {
  /** From the first reading taken in to the last one: of ours to its last commit. */
  readonly seconds: number;
  /** The second half of the readings; null for ours, of which all is counted. */
  readonly warmSeconds: number | null;
  /** Of the process and its children, in that time. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

export interface StreamSample extends Taken {
  /** Committed records that it left. */
  readonly records: number;
}

/** Where runs take place. */
export interface Place {
  readonly cluster: BenchCluster;
  readonly kernel: Kernel;
  readonly folder: string;
}

interface Asked {
  readonly kind: Kind;
  readonly input: Input;
  /** Of this run alone. */
  readonly id: string;
  /** What ours told of the same input, to be compared with; null compares nothing. */
  readonly reference: Outputs | null;
  /** Looks into the outputs, and gives them back. */
  readonly isRead: boolean;
}

/** One contestant, once, in a process of its own, from an empty state to an empty topic. Throws when its outputs are not what they must be. */
export async function runOnce({ cluster, kernel, folder }: Place, contestant: Contestant, { kind, input, id, reference, isRead }: Asked): Promise<{ sample: StreamSample; outputs: Outputs; verdict: Verdict | null }> {
  const output = `streams-${id}`;
  const state = join(folder, id);
  await mkdir(state);
  await cluster.broker.ensureTopics([output], { partitions: PARTITIONS });
  try {
    const { topic, readings } = input;
    const program = contestant.program({ kind, servers: cluster.servers, group: id, input: topic, output, readings, folder, state });
    const taken = await (contestant.runtime === null ? takePeer(contestant.name, program, () => settle(cluster, output)) : takeOurs(contestant.name, program, readings));
    const { records, outputs } = await readOutputs(cluster.cluster, kernel, output, isRead ? kind : null);
    const verdict = reference && verify(kind, reference, outputs);
    const fault = faultOf(kind, { records, readings, verdict, isExact: contestant.guarantee.startsWith("exactly") });
    if (fault !== null) throw new MangroveError("MGV_INTERNAL", `${contestant.name} told ${fault}.`);
    return { sample: { ...taken, records }, outputs, verdict };
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}

/** An engine of ours, until it has read all and has ended. */
async function takeOurs(name: string, program: Program, readings: number): Promise<Taken> {
  await using running = new WatchedProcess(program);
  const report = JSON.parse((await running.output()).trim().split("\n").at(-1)!) as EngineReport;
  if (report.readings !== readings) throw new MangroveError("MGV_INTERNAL", `${name} read ${report.readings} of ${readings} readings.`);
  const share = readings / report.active_readings; // of all to those that were timed
  return { seconds: report.active_seconds * share, warmSeconds: null, cpuSeconds: report.active_cpu_seconds * share, peakMb: running.peakMb };
}

/** A peer, until it has taken in all readings and has settled; then it is ended. */
export async function takePeer(name: string, program: Program, settle: () => Promise<void>): Promise<Taken> {
  await using running = new WatchedProcess(program);
  await running.reachedEnd(LIMIT_MS);
  const [first, half, end] = [running.at.get("first"), running.at.get("half"), running.at.get("end")];
  const cpuSeconds = running.cpuSeconds("first", "end");
  if (first === undefined || end === undefined || cpuSeconds === null) throw new MangroveError("MGV_INTERNAL", `${name} did not say when it had taken in the first reading.`);
  await settle();
  return { seconds: end - first, warmSeconds: half === undefined ? null : end - half, cpuSeconds, peakMb: running.peakMb };
}

/** Resolves when no committed record has come for a while. */
async function settle({ cluster }: BenchCluster, topic: string): Promise<void> {
  for (let [before, stillSinceMs] = [-1, performance.now()]; performance.now() - stillSinceMs < STILL_MS; ) {
    const bounds = await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => boundsOf(cluster, { topic, partition })));
    const now = bounds.reduce((sum, { high }) => sum + high, 0);
    if (now !== before) [before, stillSinceMs] = [now, performance.now()];
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
