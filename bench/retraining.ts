import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { loadKernel } from "../kernel-as/host/kernel.ts";
import { keep, ofDay, simulatedWeek } from "../test/fixtures/week.ts";
import { openCluster } from "./kafka/cluster.ts";
import { measureLatency } from "./kafka/latency.ts";
import { root } from "./program.ts";
import { trainSmoke } from "./smoke-model.ts";

/*
 * What a retraining costs an engine that works meanwhile: the 99th percentile from a reading's append to its committed prediction, 5,000 readings a second, alone and while `mangrove retrain --low-priority` trains on a week
 * of simulated rooms, one training after the other. Pairs follow each other, so that what else the machine does is the same for both.
 *
 *     node bench/retraining.ts [pairs] [commit interval, ms]
 */
const pairs = Number(process.argv[2] ?? 5);
const intervalMs = Number(process.argv[3] ?? 1000);
const RATE = 5000;
const SECONDS = 10;

await using open = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), "mangrove-bench-"));
open.defer(() => rm(folder, { recursive: true, force: true }));
const history = join(folder, "learned");
const kernel = await loadKernel();
await writeFile(join(folder, "model.json"), await trainSmoke({ rounds: 200, max_depth: 6 }));
const week = await simulatedWeek(kernel, { seed: 5, driftFrom: 8 });
for (let day = 1; day <= 7; day++) await keep(history, ofDay(week, day));
const cluster = open.use(await openCluster(folder));

let trainings = 0;

/** Trains again and again until it is disposed of. */
function training(): AsyncDisposable {
  const over = new AbortController();
  let child: ChildProcess | null = null;
  const train = async () => {
    while (!over.signal.aborted) {
      const models = join(folder, `models-${++trainings}`);
      await mkdir(models);
      child = spawn(process.execPath, [join(root, "mangrove.ts"), "retrain", "--low-priority", "--history", history, "--model-path", join(models, "m.json")], { cwd: folder, stdio: "ignore" });
      await once(child, "exit");
    }
  };
  const trained = train();
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      child?.kill("SIGKILL");
      await trained;
    },
  };
}

const p99 = async () => (await measureLatency(cluster, kernel, { runtime: "node", intervalMs, rate: RATE, seconds: SECONDS, folder })).p99;

const ratios: number[] = [];
for (let pair = 1; pair <= pairs; pair++) {
  const alone = await p99();
  let beside: number;
  {
    await using _ = training();
    beside = await p99();
  }
  ratios.push(beside / alone);
  console.log(`pair ${pair}: p99 ${alone} ms alone, ${beside} ms while a child trains: ${(beside / alone).toFixed(2)} times`);
}
console.log(`median ${ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)]!.toFixed(2)} times, commits every ${intervalMs} ms, ${trainings} trainings begun`);
