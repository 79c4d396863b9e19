import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../api/app.ts";
import type { Api, AppOptions } from "../../api/options.ts";
import type { Batch } from "../../engine/batch.ts";
import { featureNames } from "../../engine/features/features.ts";
import { referenceFeatures } from "../../engine/features/reference.ts";
import { ModelStore } from "../../engine/model/model-store.ts";
import { Metrics } from "../../engine/monitoring/metrics.ts";
import { loadKernel, type Kernel } from "../../kernel-as/host/kernel.ts";
import { trainForest } from "../../kernel-as/host/train.ts";
import { withCard, type ModelCard } from "../../kernel-as/model/card.ts";
import type { ForestModel } from "../../kernel-as/model/forest.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { binsOf } from "../../kernel-as/model/feature-bins.ts";
import { defaultParameters } from "../../kernel-as/model/training.ts";
import smoke from "../../pipelines/smoke.ts";

/** 2022-06-09T00:08:51Z, the first second of the smoke recording. */
export const START_MS = 1_654_733_331_000;

/** A reading as the sensor's topic spells it; `changes` set or (undefined) leave out keys. */
export function message(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    UTC: START_MS / 1000,
    "Temperature[C]": 20,
    "Humidity[%]": 57.36,
    "TVOC[ppb]": 0,
    "eCO2[ppm]": 400,
    "Raw H2": 12_306,
    "Raw Ethanol": 18_520,
    "Pressure[hPa]": 939.735,
    "PM1.0": 0,
    "PM2.5": 0,
    "NC0.5": 0,
    "NC1.0": 0,
    "NC2.5": 0,
    CNT: 0,
    ...changes,
  };
}

/** From 0 to 1, fixed, and without a pattern that matters. */
function noise(row: number, field: number): number {
  return ((row * 7_919 + field * 104_729) % 1_009) / 1_009;
}

/**
 * Calm and burning readings of four sensors in turn, values missing here and there, as columns. In every other field
 * the sensors differ more than fire does, so a forest looks at the values and at their differences from trailing means.
 */
export function trainingBatch(): Batch {
  const count = 400;
  const rows = Array.from({ length: count }, (_, row) => row);
  const fields = smoke.schema.fields;
  const labels = Float64Array.from(rows, (row) => (Math.floor(row / 4) % 2 === 0 ? 0 : 1));
  const columns = fields.map((field, index) =>
    Float64Array.from(rows, (row) => {
      if (noise(row, index + 50) < 0.05) return NaN;
      const low = Number(message()[field.name]);
      const excess = index % 2 === 0 ? 0.4 * labels[row]! + noise(row, index) : labels[row]! + 2 * noise(row, index) + 3 * (row % 4);
      return low + excess * (1 + low / 100);
    }),
  );
  return {
    topic: "",
    partition: 0,
    count,
    offsets: Float64Array.from(rows),
    appendTimesMs: new Float64Array(count).fill(NaN),
    timesMs: Float64Array.from(rows, (row) => START_MS + row * 2_500),
    sensors: Uint32Array.from(rows, (row) => row % 4),
    names: { of: (number) => `room-${number}` },
    columns,
    labels,
  };
}

export async function smallForest(kernel: Kernel, rounds = 20): Promise<ForestModel> {
  const batch = trainingBatch();
  const features = referenceFeatures(smoke, batch);
  const bins = binsOf(features, featureNames(smoke).length);
  const { forest } = await trainForest(kernel, { features, labels: Float32Array.from(batch.labels), bins, parameters: { ...defaultParameters, rounds } });
  return forest;
}

export const card: ModelCard = {
  pipeline: "smoke",
  features: featureNames(smoke),
  threshold: 0.4,
  trainedOn: { kind: "simulated", sensors: 4, rateHz: 1, seconds: 1_000, seed: 7 },
  rows: 400,
  positives: 200,
  parameters: { ...defaultParameters, rounds: 20 },
  splits: [
    {
      name: "random",
      title: "Random",
      meaning: "Neighbours in time on both sides.",
      metrics: { rows: 80, positives: 40, accuracy: 1, precision: 1, recall: 1, f1: 1, auc: 1, logloss: 0.01 },
    },
    {
      name: "blocks",
      title: "10-minute blocks",
      meaning: "Whole blocks held back.",
      metrics: { rows: 80, positives: 40, accuracy: 0.9, precision: 0.8, recall: null, f1: 0.7, auc: 0.95, logloss: 0.2 },
    },
    { name: "recordings", title: "Recordings", meaning: "There is only one.", metrics: null },
  ],
};

/** The body of an answer, taken for what the contract says of it. */
export async function bodyOf<Body>(answer: Response | Promise<Response>): Promise<Body> {
  return (await (await answer).json()) as Body;
}

export interface Service extends AsyncDisposable {
  readonly app: Api;
  readonly kernel: Kernel;
  readonly models: ModelStore;
  readonly metrics: Metrics;
  readonly forest: ForestModel;
  /** Replaces the model file and lets the store look at it. */
  install(file: Uint8Array | string): Promise<boolean>;
  post(body: unknown, path?: string): Promise<Response>;
}

/** The same numbers each time, and plain data: trained once a file of tests. */
let trained: Promise<ForestModel> | undefined;

/** The service of the smoke pipeline with a small model of its own; `model: false` leaves the file away. */
export async function startService(options: { model?: boolean; app?: Partial<AppOptions> } = {}): Promise<Service> {
  const directory = await mkdtemp(join(tmpdir(), "mangrove-api-"));
  const kernel = await loadKernel();
  const forest = await (trained ??= smallForest(kernel));
  const now = () => START_MS + 90_000;
  const models = new ModelStore({ kernel, pipeline: smoke, path: join(directory, "smoke_detection_model.json"), now });
  const metrics = new Metrics();
  const app = createApp({ pipeline: smoke, kernel, models, metrics, now, startedAtMs: START_MS, version: "9.8.7", ...options.app });
  const install = async (file: Uint8Array | string) => {
    await writeFile(models.path, file);
    return models.refresh({ force: true });
  };
  if (options.model !== false) await install(xgboostJson.write(withCard(forest, card)));
  return {
    app,
    kernel,
    models,
    metrics,
    forest,
    install,
    post: async (body, path = "/predict") =>
      app.request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}
