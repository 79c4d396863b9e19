import { rm } from "node:fs/promises";
import { join } from "node:path";
import { median, spread } from "../statistics.ts";
import { READINGS } from "./cluster.ts";
import { EngineProcess, runtimes, type RuntimeName } from "./engine-process.ts";
import { runPeer } from "./streams-peer.ts";

export const pipelines = ["predictions", "alerts", "analytics"] as const;

/** All that the peer took in, and the second half, when it is warm. */
export const peerHosts = ["Kafka Streams", "Kafka Streams, second half"] as const;

export interface Rate {
  readonly pipeline: (typeof pipelines)[number];
  readonly host: RuntimeName | (typeof peerHosts)[number];
  /** Readings a second, from the first output to the last commit. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly samples: readonly number[];
  /** Of the process, all its threads, for a million readings; null for a half of a run. */
  readonly cpuSeconds: number | null;
}

interface Sample {
  readonly rate: number;
  /** CPU seconds for a million readings. */
  readonly cpu: number | null;
}

interface Options {
  readonly servers: string;
  readonly folder: string;
  readonly readings: number;
  readonly runs: number;
  readonly only: readonly string[];
  /** Kafka Streams takes its turn too. */
  readonly hasPeer: boolean;
  readonly onStep: (what: string) => void;
}

/** Reads the whole topic, exactly once, in turn on every runtime and by the peer; the first round does not count. */
export async function measureThroughput(options: Options): Promise<Rate[]> {
  const samples = new Map<string, { pipeline: Rate["pipeline"]; host: Rate["host"]; samples: Sample[] }>();
  for (let round = 0; round <= options.runs; round++) {
    for (const pipeline of pipelines.filter((each) => options.only.includes(each))) {
      const keep = (host: Rate["host"], sample: Sample) => {
        const kept = samples.get(`${pipeline} ${host}`) ?? { pipeline, host, samples: [] };
        samples.set(`${pipeline} ${host}`, kept);
        if (round > 0) kept.samples.push(sample);
      };
      const tell = (host: string) => options.onStep(`${pipeline}, ${host}, ${round === 0 ? "warm-up" : `run ${round} of ${options.runs}`}`);
      for (const runtime of Object.keys(runtimes) as RuntimeName[]) {
        tell(runtime);
        keep(runtime, await engineSample(options, { pipeline, runtime, round }));
      }
      if (!options.hasPeer || pipeline === "alerts") continue;
      tell("Kafka Streams");
      const { readings, servers, folder } = options;
      const { seconds, warmSeconds, cpuSeconds } = await runPeer(pipeline, { servers, folder, readings, input: READINGS, group: `peer-${pipeline}-${round}` });
      keep("Kafka Streams", { rate: readings / seconds, cpu: (cpuSeconds / readings) * 1e6 });
      if (warmSeconds !== null) keep("Kafka Streams, second half", { rate: readings / 2 / warmSeconds, cpu: null });
    }
  }
  return [...samples.values()].map(({ pipeline, host, samples: of }) => {
    const rates = of.map(({ rate }) => rate);
    const cpus = of.flatMap(({ cpu }) => cpu ?? []);
    return { pipeline, host, median: median(rates), ...spread(rates), samples: rates, cpuSeconds: cpus.length > 0 ? median(cpus) : null };
  });
}

async function engineSample({ servers, folder, readings }: Options, { pipeline, runtime, round }: { pipeline: string; runtime: RuntimeName; round: number }): Promise<Sample> {
  const engine = new EngineProcess({ runtime, servers, pipeline, folder, words: ["--until-end", "--app-id", `${pipeline}-${runtime}-${round}`] });
  const report = await engine.report();
  await rm(join(folder, "history"), { recursive: true, force: true });
  if (report.readings !== readings) throw new Error(`${pipeline} on ${runtime} read ${report.readings} of ${readings} readings`);
  return { rate: report.active_readings / report.active_seconds, cpu: (report.active_cpu_seconds / report.active_readings) * 1e6 };
}
