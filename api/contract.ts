/*
 * What the API takes and gives, once: the OpenAPI document, the types of the handlers and the checks of requests come from here. Readings are
 * checked by engine/decode, as those of the stream are; their schema here only describes them.
 */

export * from "./contract/alert-explanation.ts";
export * from "./contract/alerts.ts";
export * from "./contract/drift.ts";
export * from "./contract/explanation.ts";
export * from "./contract/health.ts";
export * from "./contract/history.ts";
export * from "./contract/index.ts";
export * from "./contract/inference.ts";
export * from "./contract/jobs.ts";
export * from "./contract/labels.ts";
export * from "./contract/live.ts";
export * from "./contract/model.ts";
export * from "./contract/prediction.ts";
export * from "./contract/problem.ts";
export * from "./contract/readings.ts";
export * from "./contract/reload.ts";
export * from "./contract/service.ts";
export * from "./contract/simulation.ts";
export * from "./contract/training.ts";
export * from "./contract/validation.ts";
