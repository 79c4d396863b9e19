import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { MangroveError } from "../../kernel-as/errors.ts";
import { Forest } from "../../kernel-as/host/forest.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { probabilities } from "../../trainer/probabilities.ts";
import { root } from "../program.ts";
import { picked, type Job, type Predicted, type Task, type TrainingTask } from "./task.ts";

interface PeerOptions {
  readonly kernel: Kernel;
  /** One that can import lightgbm and xgboost. */
  readonly python: string;
  readonly signal: AbortSignal;
}

/** Has LightGBM and XGBoost train a model for each job, and predicts by the kernel, which computes their margins bit for bit. */
export async function predictedByPeers({ data, parameters, jobs }: Task, options: PeerOptions): Promise<Map<string, Predicted>> {
  const { kernel } = options;
  await using open = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "mangrove-quality-"));
  open.defer(() => rm(folder, { recursive: true, force: true }));
  const trained = await trainedByPeers({ data, parameters, jobs }, folder, options);
  const predict = async ({ columns, test }: Job, path: string) => {
    using forest = await Forest.open(path, { kernel });
    return probabilities(forest, picked(data.features, data.width, test, columns));
  };
  const predicted = new Map<string, Predicted>();
  for (const [name, paths] of trained) {
    const all: ArrayLike<number>[] = [];
    for (const [i, job] of jobs.entries()) all.push(await predict(job, paths[i]!));
    predicted.set(name, all);
  }
  return predicted;
}

/** Has LightGBM and XGBoost train a model for each job; for each of the two the files of its models, in a folder that is there. */
export async function trainedByPeers({ data, parameters, jobs }: TrainingTask, folder: string, options: Omit<PeerOptions, "kernel">): Promise<Map<string, readonly string[]>> {
  await writeFile(join(folder, "features.f32"), data.learned ?? data.features);
  await writeFile(join(folder, "labels.f32"), data.labels);
  for (const { name, train } of jobs) await writeFile(join(folder, `${name}.rows`), train);
  await writeFile(join(folder, "task.json"), JSON.stringify({ width: data.width, parameters, jobs: jobs.map(({ name, columns }) => ({ name, columns })) }));
  const { lightgbm, xgboost } = await trainModels(folder, options);
  const pathsOf = (ending: string) => jobs.map(({ name }) => join(folder, `${name}.${ending}`));
  return new Map([
    [`LightGBM ${lightgbm}`, pathsOf("lightgbm.txt")],
    [`XGBoost ${xgboost}`, pathsOf("xgboost.json")],
  ]);
}

/** Runs `train_models.py`, which prints the versions. */
async function trainModels(folder: string, { python, signal }: Omit<PeerOptions, "kernel">): Promise<{ lightgbm: string; xgboost: string }> {
  const script = join(root, "bench", "quality", "peers", "train_models.py");
  const child = spawn(python, [script, folder], { env: { ...process.env, OMP_NUM_THREADS: "1" }, stdio: ["ignore", "pipe", "pipe"], signal });
  const ended = once(child, "close");
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed = (printed + text).slice(-2000)));
  let versions = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (versions += text));
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new MangroveError("MGV_INTERNAL", `${script} ended (exit code ${code}): ${printed.trim()}`);
  return JSON.parse(versions);
}
