import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Random } from "../engine/simulator/random.ts";
import type { ModelCard } from "../kernel-as/model/card.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";

/** Labelled rows to learn from and to predict; the last fifth is held out of training. */
export interface BoostingTask {
  readonly rows: number;
  readonly trainRows: number;
  readonly width: number;
  readonly parameters: TrainingParameters;
}

export interface BoostingData {
  /** Row-major f32 [rows][width]. */
  readonly features: Float32Array;
  readonly labels: Float32Array;
}

/** Normal features; the log odds are made of products, a wave and a square of some of them, with noise. */
export function makeData({ rows, width }: Pick<BoostingTask, "rows" | "width">): BoostingData {
  const random = new Random(1);
  const features = Float32Array.from({ length: rows * width }, () => random.normal());
  const labels = Float32Array.from({ length: rows }, (_, row) => {
    const x = (feature: number) => features[row * width + feature]!;
    const pairs = [5, 6, 7, 8, 9, 10, 11].reduce((sum, feature) => sum + x(feature), 0) * x(12);
    const logOdds = x(0) * x(1) + Math.sin(2 * x(2)) + 0.5 * x(3) ** 2 - x(4) + 0.3 * pairs;
    const u = random.uniform();
    return logOdds + 0.5 * Math.log(u / (1 - u)) > 0 ? 1 : 0;
  });
  return { features, labels };
}

export async function writeData(folder: string, task: BoostingTask, { features, labels }: BoostingData): Promise<void> {
  await writeFile(join(folder, "features.f32"), features);
  await writeFile(join(folder, "labels.f32"), labels);
  await writeFile(join(folder, "task.json"), JSON.stringify(task));
}

export async function readData(folder: string): Promise<BoostingData> {
  return { features: await readFloats(join(folder, "features.f32")), labels: await readFloats(join(folder, "labels.f32")) };
}

async function readFloats(path: string): Promise<Float32Array> {
  return new Float32Array(new Uint8Array(await readFile(path)).buffer);
}

/** A card for a model that nobody will be told about. */
export function benchCard(features: readonly string[], rows: number, parameters: TrainingParameters): ModelCard {
  const trainedOn = { kind: "simulated", sensors: 1, rateHz: 1, seconds: 1, seed: 1 } as const;
  return { pipeline: "bench", features, threshold: 0.5, trainedOn, rows, positives: 0, parameters, splits: [] };
}
