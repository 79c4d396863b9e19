import { createApp } from "../../api/app.ts";
import { MangroveError, type ErrorCode } from "../../kernel-as/errors.ts";
import type { Arguments } from "../command.ts";
import { sampleOf } from "../sample.ts";
import { openRuntime, version } from "../runtime.ts";

/** A reading and what the model says of it. */
export interface Answer {
  readonly reading: Readonly<Record<string, unknown>>;
  readonly label: string;
  /** Of the event, 0 to 1. */
  readonly probability: number;
  /** As the API answers it. */
  readonly body: object;
}

/** Scores single readings as POST /predict does, without a service. */
export interface Asking {
  /** What a pipeline's model sees: `fire`. */
  readonly event: string;
  readonly fields: readonly string[];
  readonly modelVersion: string;
  readonly threshold: number;
  /** A reading of the pipeline's own: as it usually is, or as in a fire. Throws what the API refuses. */
  sample(of: "usual" | "event"): Promise<Answer>;
  /** Throws what the API refuses. */
  score(reading: unknown): Promise<Answer>;
}

interface Predicted {
  readonly prediction_label: string;
  readonly probability: number;
}

/** With the model of the arguments' `--model`, else the pipeline's own. Throws `MGV_MODEL_MISSING`. */
export async function openAsking(given: Arguments): Promise<Asking> {
  const runtime = await openRuntime(given, { modelPath: given.text("model") });
  const { pipeline, kernel, models, metrics, Simulation } = runtime;
  await models.refresh();
  const model = models.current;
  if (!model) throw new MangroveError("MGV_MODEL_MISSING", `There is no model at ${models.path}: npm run train makes one, and so does npm start; or name one with --model.`);
  const app = createApp({ pipeline, kernel, models, metrics, now: Date.now, startedAtMs: Date.now(), version, ...sampleOf(Simulation) });
  const ask = async (path: string, init?: RequestInit): Promise<Record<string, unknown>> => {
    const response = await app.request(path, init);
    const body = (await response.json()) as Record<string, unknown>;
    if (response.ok) return body;
    const { code, detail, errors = [] } = body as { code: ErrorCode; detail: string; errors?: { detail: string }[] };
    throw new MangroveError(code, errors.length > 0 ? errors.map((error) => error.detail).join("; ") : detail);
  };
  const answer = (reading: Answer["reading"], { prediction_label: label, probability }: Predicted, body: object): Answer => ({ reading, label, probability, body });
  return {
    event: pipeline.event,
    fields: pipeline.schema.fields.map(({ name }) => name),
    modelVersion: model.version,
    threshold: model.threshold,
    async sample(of) {
      const body = await ask(of === "usual" ? "/predict/sample" : "/predict/fire-scenario");
      return answer(body["input_data"] as Answer["reading"], body["prediction"] as Predicted, body);
    },
    async score(reading) {
      const body = await ask("/predict", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(reading) });
      return answer(reading as Answer["reading"], body as unknown as Predicted, body);
    },
  };
}
