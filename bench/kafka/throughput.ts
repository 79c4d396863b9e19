import { rm } from "node:fs/promises";
import { join } from "node:path";
import { median, spread } from "../statistics.ts";
import { EngineProcess, runtimes, type RuntimeName } from "./engine-process.ts";

export interface Rate {
  readonly pipeline: string;
  readonly runtime: RuntimeName;
  /** Readings a second, from the first output to the last commit. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Of the engine's process, all its threads, for a million readings. */
  readonly cpuSeconds: number;
}

export const pipelines = ["predictions", "alerts", "analytics"] as const;

/** Reads the whole topic, exactly once, in turn on every runtime; the first round does not count. */
export async function measureThroughput(options: { servers: string; folder: string; readings: number; runs: number; only: readonly string[]; onStep: (what: string) => void }): Promise<Rate[]> {
  const { servers, folder, readings, runs, only, onStep } = options;
  const kinds = pipelines.filter((pipeline) => only.length === 0 || only.includes(pipeline)).flatMap((pipeline) => (Object.keys(runtimes) as RuntimeName[]).map((runtime) => ({ pipeline, runtime })));
  const samples = kinds.map((): { rate: number; cpu: number }[] => []);
  for (let round = 0; round <= runs; round++) {
    for (const [i, { pipeline, runtime }] of kinds.entries()) {
      onStep(`${pipeline} on ${runtime}, ${round === 0 ? "warm-up" : `run ${round} of ${runs}`}`);
      const engine = new EngineProcess({ runtime, servers, pipeline, folder, words: ["--until-end", "--app-id", `${pipeline}-${runtime}-${round}`] });
      const report = await engine.report();
      await rm(join(folder, "history"), { recursive: true, force: true });
      if (report.readings !== readings) throw new Error(`${pipeline} on ${runtime} read ${report.readings} of ${readings} readings`);
      if (round > 0) samples[i]!.push({ rate: readings / report.active_seconds, cpu: (report.active_cpu_seconds / readings) * 1e6 });
    }
  }
  return kinds.map((kind, i) => {
    const rates = samples[i]!.map(({ rate }) => rate);
    return { ...kind, median: median(rates), ...spread(rates), cpuSeconds: median(samples[i]!.map(({ cpu }) => cpu)) };
  });
}
