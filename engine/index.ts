/** The public names of the engine. */
export { pipeline, type Pipeline } from "./pipeline/pipeline.ts";
export { runEngine, type EngineOptions, type Summary } from "./runtime/engine.ts";
export { ModelStore, type Model } from "./model/model-store.ts";
export { featureNames } from "./features/features.ts";
export { ReplaySource } from "./source/replay.ts";
export { MemorySource } from "./source/memory.ts";
export { MemorySink } from "./sink/memory.ts";
export { JsonLinesSink } from "./sink/json-lines.ts";
export { HistorySink } from "./history/history-sink.ts";
export { Metrics } from "./monitoring/metrics.ts";
export type { RecordBatch, RecordFormat, Source } from "./source/source.ts";
export type { Sink } from "./sink/sink.ts";
export type { TaskOutput } from "./task/output.ts";
export { loadKernel, type Kernel } from "../kernel-as/host/kernel.ts";
export { field, type Field, type Schema } from "../kernel-as/schema.ts";
export { MangroveError, errorCodes, type ErrorCode } from "../kernel-as/errors.ts";
