import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { FieldReference } from "../kernel-as/model/field-reference.ts";
import type { ProducedRecord } from "../engine/broker/broker.ts";
import type { ReadingsSeen } from "../engine/history/fields-seen.ts";
import type { GivenLabel } from "../engine/labels/label.ts";
import type { ModelStore } from "../engine/model/model-store.ts";
import type { AlertDesk } from "../engine/notify/alert-desk.ts";
import type { Tracer } from "../engine/monitoring/trace/tracer.ts";
import type { LiveFeed } from "../engine/live/live-feed.ts";
import type { Metrics } from "../engine/monitoring/metrics.ts";
import type { LiveWindows } from "../engine/task/live-windows.ts";
import type { RunningSimulation } from "../engine/source/running-simulation.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import type { JsonBytes } from "./body.ts";
import type { Entry } from "./gate.ts";
import type { Caller } from "./access/caller.ts";
import type { KeyRing } from "./access/key-ring.ts";
import type { JobAnswer, KeptModel } from "./contract.ts";
import type { PredictionStats } from "./prediction-stats.ts";

export interface AppOptions {
  readonly pipeline: Pipeline;
  readonly kernel: Kernel;
  readonly models: ModelStore;
  readonly metrics: Metrics;
  /** What happens in this process. Without it nothing can be listened to. */
  readonly feed?: LiveFeed;
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
  /** The windows of sensors, where an engine runs in this process. */
  readonly live?: LiveWindows;
  /** The models that are kept. Without it there are none to choose from. */
  readonly shelf?: ModelShelf;
  /** The newest alerts. Without it none are known. */
  readonly alerts?: AlertDesk;
  /** Keeps labels, and resolves once they will not be lost. Without it there is nowhere to keep them. */
  readonly keepLabels?: (labels: readonly GivenLabel[]) => Promise<void>;
  /** A reading to try the pipeline with, where its schema has none. */
  readonly sample?: Readonly<Record<string, unknown>>;
  /** How often the model file is looked at. Without it it is not followed. */
  readonly modelReloadIntervalMs?: number;
  /** The folder of the history. Without it there is none to ask. */
  readonly historyDirectory?: string;
  /** How the newest readings of the history lie to the edges of references. Without it there is no history to look at. Throws `MGV_HISTORY`. */
  readonly fieldsSeen?: (references: readonly FieldReference[], hours: number) => Promise<ReadingsSeen>;
  /** Begins a training on the history; false where one is going on. Without it this process trains nothing. */
  readonly train?: () => boolean;
  /** The jobs of the pipeline. Without it there are none to see. */
  readonly jobs?: JobBoard;
  /** What the engine in this process promises; null while there is none. */
  readonly guarantee?: () => Guarantee | null;
  /** The message of a reading by its place in the topic; null where it is not there any more. Without it nobody can be asked. */
  readonly readingAt?: (partition: number, offset: number) => Promise<Uint8Array | null>;
  /** The simulation that runs in this process; null while there is none. */
  readonly simulation?: () => RunningSimulation | null;
  /** The keys that are asked for. Without it, and while there are none, everybody may read and score, and this machine may change what serves. */
  readonly keys?: KeyRing;
  /** Requests a minute of each key, and of each address without one; 0: as many as they like, which is the default. */
  readonly rateLimit?: () => number;
  /** Origins whose pages may have the answers; `*` is every origin. None by default. */
  readonly corsOrigins?: readonly string[];
  /** Whether no other machine reaches the service, so that it has no name but this machine's own. Not by default. */
  readonly isLocalOnly?: boolean;
  /** How long an answer may take to begin; a minute by default. */
  readonly limitMs?: number;
  /** Told of every request, once it is answered. */
  readonly onRequest?: (request: AnsweredRequest) => void;
  /** Told of every request to change what serves, once it is answered, granted or not. */
  readonly audit?: (request: AnsweredRequest) => void;
  /** Takes a span for each request. */
  readonly tracer?: Tracer;
  /** Told of everything that ends in a 500, once. To stderr by default. */
  readonly onError?: (error: unknown, request: FailedRequest) => void;
  /** Ids for requests that bring none. Random UUIDs by default. */
  readonly newId?: () => string;
}

/** What routes are made of: the options of the app, and what its requests leave behind. */
export interface RouteOptions extends AppOptions {
  readonly stats: PredictionStats;
}

/** The models that are kept beside the one in use. Changes are in the file that `models` follows when they resolve; they throw `MGV_MODEL_MISSING`, `MGV_MODEL_FEATURES`, `MGV_MODEL_UNSUPPORTED`, `MGV_FILE_WRITE`. */
export interface ModelShelf {
  /** The newest first. */
  list(): Promise<readonly KeptModel[]>;
  /** What is known of a kept model's beginning; null where it is not kept. */
  origin(version: string): Promise<ModelOrigin | null>;
  promote(version: string, about: { readonly by: string; readonly reason: string }): Promise<void>;
  rollback(about: { readonly by: string; readonly reason: string }): Promise<void>;
}

export interface JobBoard {
  list(): Promise<readonly JobAnswer[]>;
  has(name: string): boolean;
  /** Begins a job that there is; false where it is running. Without it this process runs none. */
  readonly begin?: (name: string) => boolean;
  /** The newest report of a job that there is, as HTML; null where it has left none. */
  page(name: string): Promise<string | null>;
}

export interface ModelOrigin {
  /** When it was kept, ISO 8601. */
  readonly time: string;
  /** The least and the greatest value of each field in the readings that it was trained on; empty where that is not known. */
  readonly seen: readonly { readonly field: string; readonly least: number; readonly most: number }[];
}

/** `none`: what is in hand is gone when the process dies. */
export type Guarantee = "exactly-once" | "at-least-once" | "none";

interface FailedRequest {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

/** What is told of a request: nothing that its sender would not have others read. */
export interface AnsweredRequest {
  readonly id: string;
  /** Null where requests are not traced. */
  readonly traceId: string | null;
  /** The name of a key, or an address. */
  readonly by: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly tookMs: number;
}

export interface ApiEnv {
  Bindings: Connection;
  Variables: {
    requestId: string;
    /** Where requests are traced. */
    traceId?: string;
    caller: Caller;
    /** The headers that an answer of data of a media type has. */
    dataHeaders: (mediaType: string) => Record<string, string>;
    /** The answer, where it has all of its headers from its beginning. */
    whole?: Response;
    /** Whether its route changes what serves. */
    isAct?: boolean;
  };
}

/** What a server knows of a request's connection. */
export interface Connection {
  /** Of the other end; undefined where there is none. */
  readonly remoteAddress: string | undefined;
  /** Where the request has come in already. */
  readonly entry?: Entry;
  /** Where its body is read already. */
  readonly body?: JsonBytes;
}

export type Api = OpenAPIHono<ApiEnv>;
