import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { simulatedReadings } from "../engine/source/simulator.ts";
import { loadKernel } from "../kernel-as/host/kernel.ts";
import { trainForest } from "../kernel-as/host/train.ts";
import { withCard } from "../kernel-as/model/card.ts";
import { xgboostJson } from "../kernel-as/model/formats/xgboost/json.ts";
import { binsOf } from "../kernel-as/model/feature-bins.ts";
import { defaultParameters, type TrainingParameters } from "../kernel-as/model/training.ts";
import smoke from "../pipelines/smoke.ts";
import { readDataset } from "../trainer/dataset.ts";
import { benchCard } from "./data.ts";

/** The file of a model of an hour in twelve rooms, of the features of a pipeline. */
export async function trainSmoke(changes: Partial<TrainingParameters> = {}, pipeline: Pipeline = smoke): Promise<Uint8Array> {
  const kernel = await loadKernel();
  const { dataset } = await readDataset(kernel, pipeline, simulatedReadings({ seed: 2 }));
  const { features, labels, featureNames, rows } = dataset;
  const bins = binsOf(features, featureNames.length);
  const parameters = { ...defaultParameters, ...changes };
  const { forest } = await trainForest(kernel, { features, labels, bins, parameters });
  return xgboostJson.write(withCard(forest, benchCard(featureNames, rows, parameters)));
}
