import { Forest } from "../kernel-as/host/forest.ts";
import { loadKernel } from "../kernel-as/host/kernel.ts";
import { trainForest } from "../kernel-as/host/train.ts";
import { quantileCuts } from "../kernel-as/model/training.ts";
import { auc } from "../trainer/metrics.ts";
import { timed, type Bench } from "./bench.ts";
import { boostingTask, makeData, readData, writeData } from "./data.ts";

/** Raw rows to a forest: cuts, bins and boosting. */
export function trainBench(quick: boolean): Bench {
  const task = boostingTask(quick);
  const { rows, trainRows, width, parameters } = task;
  return {
    name: "train",
    title: `${parameters.rounds} trees of depth ${parameters.maxDepth} on ${trainRows.toLocaleString("en")} rows of ${width} features, one thread`,
    notes: [
      `From raw f32 rows to the forest, making cuts and bins included. AUC: on the ${(rows - trainRows).toLocaleString("en")} rows held out, untimed.`,
      "XGBoost: hist, depth-wise, max_bin 255. LightGBM: at most 64 leaves and as deep, max_bin 255, no least rows of a leaf. Learning rate, lambda and child weight are the same.",
    ],
    unit: "s",
    figure: (ms) => ms / 1000,
    peers: [
      { name: "XGBoost", script: "train_xgboost.py", module: "xgboost" },
      { name: "LightGBM", script: "train_lightgbm.py", module: "lightgbm" },
    ],
    prepare: (folder) => writeData(folder, task, makeData(task)),
    async open(folder) {
      const kernel = await loadKernel();
      const data = await readData(folder);
      const features = data.features.slice(0, trainRows * width);
      const labels = data.labels.slice(0, trainRows);
      const testFeatures = data.features.slice(trainRows * width);
      const testLabels = data.labels.slice(trainRows);
      const run = async () => {
        const { ms, result } = await timed(() => trainForest(kernel, { features, labels, cuts: quantileCuts(features, width), parameters }));
        using scorer = new Forest(kernel, result);
        return { ms, auc: auc(testLabels, scorer.predict(testFeatures)) };
      };
      return [{ name: "kernel", peer: false, run }];
    },
  };
}
