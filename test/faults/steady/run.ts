import { cp } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { OwnBroker } from "../../broker/start.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import type { RuntimeName } from "../../fixtures/runtimes.ts";
import { Cluster } from "../cluster.ts";
import type { Finding } from "../compare.ts";
import { topicOf } from "../pipeline.ts";
import { planned, steadyDeck } from "../plan.ts";
import { sampleProcesses, type Life } from "../sample.ts";
import { until } from "../until.ts";
import { Appender } from "./appender.ts";
import { Engines } from "./engines.ts";
import { verifyCounts } from "./history-counts.ts";
import { SteadyFeed } from "./steady-feed.ts";
import { Verifying } from "./verifying.ts";

const PARTITIONS = 4;
const SENSORS = 1000;
const DAYS_MS = 30 * 86_400_000;
/** Between the end of one step and the next one. */
const QUIET_MS = 10_000;
/** In which the engines catch up after a step, on a machine that has much else to do. */
const RECOVERED_MS = 240_000;
/** In which they do so on a machine that has nothing else to do, many times over. */
const SLOW_MS = 60_000;

export interface SteadyOptions {
  readonly broker: OwnBroker;
  readonly seed: number;
  /** Readings a second. */
  readonly rate: number;
  readonly durationMs: number;
  readonly runtimes: readonly RuntimeName[];
  readonly signal: AbortSignal;
  /** Of the sensors, those whose outputs are compared; all of them are counted. */
  readonly share: number;
  /** Where logs go of a run with findings, or that fails. */
  readonly keep?: string;
  readonly tell: (line: string) => void;
}

export interface SteadyOutcome {
  readonly findings: readonly Finding[];
  readonly exits: readonly string[];
  readonly seconds: number;
  readonly records: number;
  readonly readings: number;
  readonly outputs: number;
  /** Texts that were compared and are the same. */
  readonly compared: number;
  readonly steps: ReadonlyMap<string, number>;
  readonly kills: number;
  /** For how long the feed was held, as the engines did not keep up. */
  readonly heldSeconds: number;
  /** The longest that the engines took to catch up after a step. */
  readonly slowestSeconds: number;
  readonly lives: readonly Life[];
}

/** Feeds a group of engines at a steady rate, with seeded faults meanwhile, and compares all that they write with what must be as they write it. */
export async function runSteadily(options: SteadyOptions): Promise<SteadyOutcome> {
  const { broker, seed, share, rate, durationMs, runtimes, signal, keep, tell } = options;
  const run = `steady-${seed}-${Date.now().toString(36)}`;
  await using folder = await temporaryFolder();
  await using cluster = new Cluster(broker.servers);
  await using engines = await Engines.start({ broker, cluster, folder: folder.path, run, partitions: PARTITIONS, runtimes });
  await using verifying = new Verifying({ servers: broker.servers, run, partitions: PARTITIONS, models: engines.models.files, compared: { share, seed }, patienceMs: RECOVERED_MS });
  using sampling = sampleProcesses(() => engines.members.running);
  await using appender = await Appender.open({ servers: broker.servers, topic: topicOf(run, "readings"), partitions: PARTITIONS });
  const feed = new SteadyFeed({ appender, seed, partitions: PARTITIONS, sensors: SENSORS, rate, startMs: Date.now() - DAYS_MS, tell });
  const feeding = new AbortController();
  const startedMs = performance.now();
  const steps = new Map<string, number>();
  let slowestSeconds = 0;
  const lag = async () => (await cluster.lags(topicOf(run, "readings"), run)).reduce((sum, each) => sum + each, 0);
  /** A machine that is too slow for the rate is given time, and that is told. */
  const caughtUp = async (least: number) => {
    const holding = setTimeout(() => {
      tell(`soak    the engines do not catch up within ${SLOW_MS / 1000} s at this rate: the feed waits for them`);
      feed.hold();
    }, SLOW_MS);
    try {
      await until("the engines catch up", async () => (engines.startEnded(), (await lag()) <= least), { withinMs: RECOVERED_MS });
    } finally {
      clearTimeout(holding);
      feed.release();
    }
  };

  const fed = feed.run(feeding.signal);
  try {
    await caughtUp(rate);
    for (const step of planned({ seed, deck: steadyDeck, isCrash: true, spared: "m1" })) {
      await delay(QUIET_MS, undefined, { signal }).catch(() => {}); // what was done until then is verified
      if (signal.aborted || performance.now() - startedMs > durationMs || verifying.state.findings > 0) break;
      const stepMs = performance.now();
      await engines.play(step);
      await caughtUp(rate * 2);
      const seconds = (performance.now() - stepMs) / 1000;
      slowestSeconds = Math.max(slowestSeconds, seconds);
      steps.set(step.kind, (steps.get(step.kind) ?? 0) + 1);
      const elapsed = (performance.now() - startedMs) / 1000;
      const m1 = sampling.lives[0]?.samples.at(-1);
      tell(`soak    ${clockOf(elapsed)} ${step.kind}${step.member ? ` ${step.member}` : ""}: caught up after ${seconds.toFixed(1)} s; ${Math.round(feed.records / elapsed)} readings/s so far, ${verifying.state.compared} texts equal, ${verifying.state.waiting} wait; m1 ${Math.round((m1?.rssBytes ?? 0) / 2 ** 20)} MB, ${m1?.handles} handles`);
    }
    feeding.abort();
    await fed;
    const seconds = (performance.now() - startedMs) / 1000;
    await caughtUp(0);
    await engines.endAll();
    const { readings: ofPartitions, outputs, compared, ...verified } = await verifying.end();
    const findings = [...verified.findings, ...(await verifyCounts(engines.history, ofPartitions))];
    if (keep !== undefined && findings.length > 0) await cp(folder.path, keep, { recursive: true });
    const readings = ofPartitions.reduce((sum, each) => sum + each, 0);
    return { findings, exits: engines.exits, seconds, records: feed.records, readings, outputs, compared, steps, kills: engines.kills, heldSeconds: feed.heldMs / 1000, slowestSeconds, lives: sampling.lives };
  } catch (thrown) {
    tell(await engines.members.logs(["m1", "m2", "m3"], 30));
    if (keep !== undefined) await cp(folder.path, keep, { recursive: true });
    throw thrown;
  } finally {
    feeding.abort();
    await fed.catch(() => {}); // told above
  }
}

function clockOf(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
