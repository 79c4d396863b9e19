import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { ReplaySource } from "../../../engine/source/replay.ts";
import smoke from "../../../pipelines/smoke.ts";
import { readDataset, type Dataset } from "../../../trainer/dataset.ts";
import { splits } from "../../../trainer/split.ts";
import type { DataSet } from "../../fixtures/data-sets.ts";
import { recordingPath } from "../../fixtures/recording.ts";

export const RECORDED = "the recording, blocks held out";

/** A draw learns from one row in so many: neighbours are a second apart and hardly differ. */
const DRAWS = 5;

/**
 * Point features of the real recording, its 10-minute blocks held out a fold at a time, by several draws of the other rows. Ten changes of the label teach little: from draw to draw the loss of
 * each library rises and falls by a tenth and more.
 */
export async function recordedDataSets(): Promise<DataSet[]> {
  const source = new ReplaySource({ path: recordingPath, schema: smoke.schema, topic: smoke.readings, speed: "max" });
  const { dataset } = await readDataset(await loadKernel(), smoke, source);
  const { folds } = splits(dataset).find(({ name }) => name === "blocks")!;
  return Array.from({ length: DRAWS }, (_, draw) =>
    folds.map(
      ({ train, test }): DataSet => ({
        name: RECORDED,
        seed: draw,
        width: dataset.pointFeatures,
        categorical: [],
        objective: "binary:logistic",
        classes: 2,
        learned: picked(dataset, train, draw),
        heldOut: picked(dataset, test, 0),
      }),
    ),
  ).flat();
}

function picked({ features, featureNames, pointFeatures, labels }: Dataset, rows: Uint32Array, draw: number) {
  const some = rows.filter((row) => row % DRAWS === draw);
  const values = new Float32Array(some.length * pointFeatures);
  some.forEach((row, i) => values.set(features.subarray(row * featureNames.length, row * featureNames.length + pointFeatures), i * pointFeatures));
  return { features: values, labels: Float32Array.from(some, (row) => labels[row]!) };
}
