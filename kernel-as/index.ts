/** The public names of the kernel: forests of any library, trained and scored. */
export { loadKernel, type Kernel } from "./host/kernel.ts";
export { Forest, type ForestOptions } from "./host/forest.ts";
export { trainForest } from "./host/train.ts";
export { defaultParameters, type TrainingParameters } from "./model/training.ts";
export type { Floats, ForestModel } from "./model/forest.ts";
export { field, schema, type Field, type Schema } from "./schema.ts";
export { MangroveError, errorCodes, type ErrorCode } from "./errors.ts";
