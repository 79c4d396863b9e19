import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MangroveError } from "../kernel-as/errors.ts";
import { KernelForest } from "../kernel-as/host/forest.ts";
import { loadKernel } from "../kernel-as/host/kernel.ts";
import { trainForest } from "../kernel-as/host/train.ts";
import { quantileCuts } from "../kernel-as/model/training.ts";
import { parseXgboostJson, writeXgboostJson } from "../kernel-as/model/xgboost.ts";
import { timed, type Bench } from "./bench.ts";
import { benchCard, boostingTask, makeData, readData, readFloats, writeData } from "./data.ts";

/** Rows to probabilities, by a forest of ours that XGBoost has opened. */
export function predictBench(quick: boolean): Bench {
  const task = boostingTask(quick);
  const { rows, trainRows, width, parameters } = task;
  return {
    name: "predict",
    title: `${rows.toLocaleString("en")} rows of ${width} features through ${parameters.rounds} trees of depth ${parameters.maxDepth}, one thread`,
    notes: [
      "XGBoost predicts with the very same model file by inplace_predict. Where it is there, nothing is timed unless all margins are bit-equal to its own.",
      "LightGBM predicts with a forest of its own from the same rows: as many trees, at most as deep, at most 64 leaves.",
    ],
    unit: "ns per row and tree",
    figure: (ms) => (ms * 1e6) / rows / parameters.rounds,
    peers: [
      { name: "XGBoost", script: "predict_xgboost.py", module: "xgboost" },
      { name: "LightGBM", script: "predict_lightgbm.py", module: "lightgbm" },
    ],
    async prepare(folder) {
      const data = makeData(task);
      await writeData(folder, task, data);
      const features = data.features.slice(0, trainRows * width);
      const labels = data.labels.slice(0, trainRows);
      const forest = await trainForest(await loadKernel(), { features, labels, cuts: quantileCuts(features, width), parameters });
      await writeFile(join(folder, "model.json"), writeXgboostJson(forest, benchCard([], trainRows, parameters)));
    },
    async open(folder) {
      const { features } = await readData(folder);
      const { forest } = parseXgboostJson(await readFile(join(folder, "model.json"), "utf8"));
      const scorer = new KernelForest(await loadKernel(), forest);
      await mustEqualXgboost(scorer.predict(features).margins, join(folder, "xgboost-margins.f32"));
      return [{ name: "kernel", peer: false, run: () => timed(() => scorer.predict(features)) }];
    },
  };
}

async function mustEqualXgboost(margins: Float32Array, path: string): Promise<void> {
  if (!existsSync(path)) return;
  const theirs = await readFloats(path);
  const odd = margins.findIndex((margin, row) => !Object.is(margin, theirs[row]));
  if (odd === -1 && margins.length === theirs.length) return;
  throw new MangroveError("MGV_KERNEL", `The kernel's margins are not XGBoost's: row ${odd} has ${margins[odd]}, XGBoost ${theirs[odd]}. Nothing was timed.`);
}
