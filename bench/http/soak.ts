import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { median } from "../statistics.ts";
import { trainSmoke } from "../smoke-model.ts";
import type { RuntimeName } from "../kafka/engine-process.ts";
import { oneBody } from "./bodies.ts";
import { steady, type Load } from "./load.ts";
import { startApi } from "./ours.ts";

export interface Soak extends Load {
  readonly runtime: RuntimeName;
  readonly seconds: number;
  readonly swaps: number;
  /** Models that answered. */
  readonly versions: number;
  /** Medians of the second and of the last quarter of the time. */
  readonly residentMb: readonly [number, number];
}

const RATE = 2_000;
const SWAP_MS = 10_000;

/** A fixed rate of requests while another model file takes the place of the one in use every ten seconds. */
export async function measureSoak({ runtime, seconds, folder }: { runtime: RuntimeName; seconds: number; folder: string }): Promise<Soak> {
  const at = join(folder, `soak-${runtime}`);
  await mkdir(at, { recursive: true });
  const files = [join(at, "a.json"), join(at, "b.json")];
  await copyFile(join(folder, "model.json"), files[0]!);
  await writeFile(files[1]!, await trainSmoke({ rounds: 200, max_depth: 6, seed: 9, subsample: 0.8 }));
  await copyFile(files[0]!, join(at, "model.json"));
  await using server = await startApi(runtime, at);
  const resident: number[] = [];
  const versions = new Set<string>();
  let swaps = 0;
  const sampling = setInterval(() => void server.residentBytes().then((bytes) => resident.push(bytes)), 1000);
  const swapping = setInterval(() => {
    void copyFile(files[++swaps % 2]!, join(at, "model.json"));
    void fetch(`${server.url}/health`).then(async (response) => versions.add(((await response.json()) as { model_version: string }).model_version));
  }, SWAP_MS);
  try {
    const load = await steady(`${server.url}/predict`, { body: oneBody, rate: RATE, seconds, folder: at });
    const quarter = Math.floor(resident.length / 4);
    return { ...load, runtime, seconds, swaps, versions: versions.size, residentMb: [median(resident.slice(quarter, 2 * quarter)) / 1e6, median(resident.slice(3 * quarter)) / 1e6] };
  } finally {
    clearInterval(sampling);
    clearInterval(swapping);
  }
}
