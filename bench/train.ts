import { Forest } from "../kernel-as/host/forest.ts";
import { loadKernel } from "../kernel-as/host/kernel.ts";
import { trainForest } from "../kernel-as/host/train.ts";
import { binsOf } from "../kernel-as/model/feature-bins.ts";
import { defaultParameters, type TrainingParameters } from "../kernel-as/model/training.ts";
import { peakMiB } from "../commands/peak-memory.ts";
import { score } from "../trainer/metrics.ts";
import { timed, type Bench } from "./bench.ts";
import { makeData, readData, writeData, type BoostingTask } from "./data.ts";

interface Training {
  readonly name: string;
  readonly trainRows: number;
  readonly testRows: number;
  readonly parameters: TrainingParameters;
}

const byLeaf = { ...defaultParameters, grow_policy: "lossguide", max_depth: 0, base_score: 0.5 } as const;

export const trainings: readonly Training[] = [
  { name: "train", trainRows: 80_000, testRows: 20_000, parameters: { ...byLeaf, rounds: 200, max_leaves: 64 } },
  { name: "train-million", trainRows: 1_000_000, testRows: 20_000, parameters: { ...byLeaf, rounds: 100, max_leaves: 31 } },
];

const WIDTH = 24;

/** Raw rows to a forest: cuts, bins and boosting. */
export function trainBench({ name, parameters, ...size }: Training, quick: boolean): Bench {
  const trainRows = quick ? 4000 : size.trainRows;
  const rows = trainRows + (quick ? 1000 : size.testRows);
  const task: BoostingTask = { rows, trainRows, width: WIDTH, parameters };
  const lightgbm = (layout: string) => ({ name: `LightGBM ${layout}-wise`, script: "train_lightgbm.py", module: "lightgbm", arguments: [layout] });
  return {
    name,
    title: `${parameters.rounds} trees of ${parameters.max_leaves} leaves on ${trainRows.toLocaleString("en")} rows of ${WIDTH} features, one thread`,
    notes: [
      `From raw f32 rows to the forest, making cuts and bins included. Log loss: on the ${(rows - trainRows).toLocaleString("en")} rows held out, untimed. Peak memory: of the whole process so far, its rows and its runtime included.`,
      "XGBoost: hist, lossguide, max_bin 255. LightGBM: max_bin 255, no least rows of a leaf. Learning rate, lambda, child weight and base score are the same.",
    ],
    unit: "s",
    figure: (ms) => ms / 1000,
    peers: [{ name: "XGBoost", script: "train_xgboost.py", module: "xgboost" }, lightgbm("row"), lightgbm("column")],
    prepare: (folder) => writeData(folder, task, makeData(task)),
    async open(folder) {
      const kernel = await loadKernel();
      const data = await readData(folder);
      const features = data.features.subarray(0, trainRows * WIDTH);
      const labels = data.labels.subarray(0, trainRows);
      const run = async () => {
        const { ms, result } = await timed(() => trainForest(kernel, { features, labels, bins: binsOf(features, WIDTH), parameters }));
        const peak = peakMiB();
        using scorer = new Forest(kernel, result.forest);
        const { logloss } = score(data.labels.subarray(trainRows), scorer.predict(data.features.subarray(trainRows * WIDTH)), 0.5);
        return { ms, logloss, peakMiB: peak ?? NaN };
      };
      return [{ name: "kernel", peer: false, run }];
    },
  };
}
