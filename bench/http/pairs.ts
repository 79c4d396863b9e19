import { median } from "../statistics.ts";
import { wrk, type Load } from "./load.ts";

const WARM_S = 8;

/** Runs that followed each other. */
export interface Pair {
  readonly ours: Load;
  readonly peer: Load;
}

export interface Paired {
  /** Medians of the runs. */
  readonly ours: Load;
  readonly peer: Load;
  /** Ours to the peer's: medians of the ratios of the pairs. */
  readonly rateRatio: number;
  readonly p99Ratio: number;
  readonly samples: readonly Pair[];
}

/** Runs of two servers that follow each other, so that a busy minute meets both; each is warmed up first. */
export async function pairs(ours: string, peer: string, { runs, ...load }: { runs: number; seconds: number; folder: string; body: string }): Promise<Paired> {
  for (const url of [peer, ours]) await warm(url, load);
  return pairedOf(await repeated(runs, async () => ({ peer: await wrk(peer, load), ours: await wrk(ours, load) })));
}

/** A load whose figures do not count. */
export async function warm(url: string, load: { readonly folder: string; readonly body: string; readonly connections?: number }): Promise<void> {
  await wrk(url, { ...load, seconds: WARM_S });
}

export async function repeated<Result>(times: number, work: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let i = 0; i < times; i++) results.push(await work());
  return results;
}

export function pairedOf(samples: readonly Pair[]): Paired {
  return {
    ours: medians(samples.map(({ ours }) => ours)),
    peer: medians(samples.map(({ peer }) => peer)),
    rateRatio: median(samples.map(({ ours, peer }) => ours.requestsPerSecond / peer.requestsPerSecond)),
    p99Ratio: median(samples.map(({ ours, peer }) => ours.p99Ms / peer.p99Ms)),
    samples,
  };
}

/** Failures are all that there were. */
function medians(loads: readonly Load[]): Load {
  return {
    requestsPerSecond: median(loads.map((load) => load.requestsPerSecond)),
    p50Ms: median(loads.map((load) => load.p50Ms)),
    p99Ms: median(loads.map((load) => load.p99Ms)),
    failures: loads.reduce((sum, { failures }) => sum + failures, 0),
  };
}
