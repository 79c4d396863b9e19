import type { OpenAPIHono } from "@hono/zod-openapi";
import type { RequestIdVariables } from "hono/request-id";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { ProducedRecord } from "../engine/broker/broker.ts";
import type { ModelStore } from "../engine/model/model-store.ts";
import type { Metrics } from "../engine/monitoring/metrics.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";

export interface AppOptions {
  readonly pipeline: Pipeline;
  readonly kernel: Kernel;
  readonly models: ModelStore;
  readonly metrics: Metrics;
  /** Epoch ms. Durations are differences of it, so fractions of a millisecond are welcome. */
  readonly now: () => number;
  readonly startedAtMs: number;
  /** Of the program. */
  readonly version: string;
  /** What the process waits for besides a model, as a phrase; null when nothing. */
  readonly ready?: () => string | null;
  /** What is wrong with the stream, as a phrase, though readings are scored; null when nothing. */
  readonly concern?: () => string | null;
  /** Appends messages to the pipeline's topic, and resolves once they will not be lost. Without it there is no topic to append to. */
  readonly append?: (messages: readonly ProducedRecord[]) => Promise<void>;
  /** What the engine in this process promises; null while there is none. */
  readonly guarantee?: () => Guarantee | null;
  /** Told of everything that ends in a 500, once. To stderr by default. */
  readonly onError?: (error: unknown, request: FailedRequest) => void;
  /** Ids for requests that bring none. Random UUIDs by default. */
  readonly newId?: () => string;
}

/** `none`: what is in hand is gone when the process dies. */
export type Guarantee = "exactly-once" | "at-least-once" | "none";

interface FailedRequest {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

export interface ApiEnv {
  Variables: RequestIdVariables;
}

export type Api = OpenAPIHono<ApiEnv>;
