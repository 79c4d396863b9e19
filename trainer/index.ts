/** The public names of the trainer. */
export { train, type TrainProgress, type TrainResult, type TrainSettings } from "./train.ts";
export type { TrainData } from "./rows.ts";
export { parameterTable, trainingParameters, type GivenParameters, type ParameterInfo } from "./parameters.ts";
export { readDataset, type Dataset, type DatasetReport } from "./dataset.ts";
export { trainModel, type TrainModelOptions, type TrainProgress as TrainModelProgress } from "./judged-model.ts";
export { saveModel } from "./registry.ts";
export { reportLines } from "./report.ts";
export { defaultParameters, type TrainingParameters } from "../kernel-as/model/training.ts";
export { withCard } from "../kernel-as/model/card.ts";
export { xgboostJson } from "../kernel-as/model/formats/xgboost/json.ts";
export { loadKernel, type Kernel } from "../kernel-as/host/kernel.ts";
export type { ModelCard } from "../kernel-as/model/card.ts";
