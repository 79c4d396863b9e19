import { beforeAll, describe, expect, test } from "vitest";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { drawn, type DataSet } from "../../fixtures/data-sets.ts";
import { recordingAbsent } from "../../fixtures/recording.ts";
import { heldOutLoss } from "./loss.ts";
import { marginsOfPeers, peersAbsent } from "./peers.ts";
import { recipes } from "./recipes.ts";
import { RECORDED, recordedDataSets } from "./recording.ts";
import { ourMargins, peerTask, type Growth } from "./three.ts";

/** How far above the better of the peers our loss may be. */
const MOST = 1.005;

const growth: Growth = { rounds: 200, max_leaves: 31, eta: 0.1, lambda: 1, min_child_weight: 1, max_bin: 255 };

/** Of many features each bin costs the peers seconds. */
const ofMany: Growth = { ...growth, max_bin: 31 };

const names = [...recipes.map(({ name }) => name), ...(recordingAbsent ? [] : [RECORDED])];
const growthOf = ({ width }: DataSet) => (width >= 500 ? ofMany : growth);

if (recordingAbsent) console.log(`comparison on the real recording SKIPPED: ${recordingAbsent}`);

describe.skipIf(peersAbsent)("200 rounds lose on held-out rows at most 0.5 % more than the better of XGBoost and LightGBM", () => {
  const losses = new Map<string, { ours: number; xgboost: number; lightgbm: number }>();

  beforeAll(async () => {
    const kernel = await loadKernel();
    const dataSets = recipes.flatMap((recipe) => Array.from({ length: recipe.draws }, (_, i) => drawn(recipe, i + 1)));
    if (!recordingAbsent) dataSets.push(...(await recordedDataSets()));
    const margins = await marginsOfPeers(dataSets.map((each) => peerTask(each, growthOf(each), each.heldOut.features)));
    for (const [i, dataSet] of dataSets.entries()) {
      const sum = losses.get(dataSet.name) ?? { ours: 0, xgboost: 0, lightgbm: 0 };
      const rows = dataSet.heldOut.labels.length;
      sum.ours += rows * heldOutLoss(dataSet, await ourMargins(kernel, dataSet, growthOf(dataSet), dataSet.heldOut.features));
      sum.xgboost += rows * heldOutLoss(dataSet, margins[i]!.xgboost);
      sum.lightgbm += rows * heldOutLoss(dataSet, margins[i]!.lightgbm);
      losses.set(dataSet.name, sum);
    }
    for (const [name, { ours, xgboost, lightgbm }] of losses) {
      const of = dataSets.filter((each) => each.name === name);
      const rows = of.reduce((total, { heldOut }) => total + heldOut.labels.length, 0);
      const figures = [ours, xgboost, lightgbm].map((loss) => (loss / rows).toFixed(5).padStart(9)).join("");
      console.log(`${name.padEnd(30)}${figures}  ratio ${(ours / Math.min(xgboost, lightgbm)).toFixed(4)}  seeds ${[...new Set(of.map(({ seed }) => seed))].join(", ")}`);
    }
  });

  test.each(names)("%s", (name) => {
    const { ours, xgboost, lightgbm } = losses.get(name)!;
    expect(ours / Math.min(xgboost, lightgbm)).toBeLessThan(MOST);
  });
});
