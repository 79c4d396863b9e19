import { setTimeout as delay } from "node:timers/promises";

/** How long a prediction of a reading that was sent may take until it is told. */
const STREAM_MS = 60_000;
/** How often the reading is sent until it is heard of. */
const AGAIN_MS = 5_000;
const READY_MS = 120_000;

/** The sensor of the reading that is sent. */
const SENSOR = "system-test";

export interface Service {
  readonly url: string;
  /** That show who asks. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly now: () => number;
}

export interface SmokeStep {
  readonly name: string;
  /** What was seen, for people. Throws where it is not what it should be. */
  readonly run: (service: Service) => Promise<string>;
}

interface Prediction {
  readonly prediction: number;
  readonly prediction_label: string;
  readonly probability: number;
}

/** What a system that works answers, from whether it lives to what comes out of the stream for a reading that is sent. */
export const smokeSteps: readonly SmokeStep[] = [
  { name: "ready", run: ready },
  {
    name: "health",
    async run(service) {
      const { status, version, reasons } = await json<{ status: string; version: string; reasons: string[] }>(service, "/health");
      must(status === "healthy" || status === "degraded", `status is ${status}`);
      return `${status}${reasons.length > 0 ? ` (${reasons.join("; ")})` : ""}, version ${version}`;
    },
  },
  { name: "predict", run: async (service) => told(await json<Prediction>(service, "/predict", await sample(service))) },
  {
    name: "batch",
    async run(service) {
      const reading = await sample(service);
      const { summary } = await json<{ summary: { total_samples: number; successful_predictions: number; errors: number } }>(service, "/predict/batch", [reading, reading, {}]);
      must(summary.total_samples === 3 && summary.successful_predictions === 2 && summary.errors === 1, `two good readings and a bad one are summed up as ${JSON.stringify(summary)}`);
      return "two readings scored, and the bad one among them named";
    },
  },
  {
    name: "refusal",
    async run(service) {
      const response = await ask(service, "/predict", { nonsense: true });
      must(response.status === 400 || response.status === 422, `a reading without fields is answered ${response.status}`);
      return `a reading without fields is refused with ${response.status}`;
    },
  },
  { name: "sample", run: async (service) => told((await json<{ prediction: Prediction }>(service, "/predict/sample")).prediction) },
  {
    name: "fire",
    async run(service) {
      const { prediction } = await json<{ prediction: Prediction }>(service, "/predict/fire-scenario");
      must(prediction.prediction === 1, `the scenario is taken for ${prediction.prediction_label}`);
      return told(prediction);
    },
  },
  {
    name: "model",
    async run(service) {
      const { version, feature_count } = await json<{ version: string; feature_count: number }>(service, "/model/info");
      must(version.length > 0, "the model has no version");
      return `version ${version} of ${feature_count} features`;
    },
  },
  {
    name: "metrics",
    async run(service) {
      const series = (await text(service, "/metrics")).split("\n").filter((line) => line.startsWith("mangrove_")).length;
      must(series > 10, `only ${series} series are told`);
      return `${series} series`;
    },
  },
  {
    name: "page",
    async run(service) {
      const page = await text(service, "/", { Accept: "text/html" });
      must(/<html/i.test(page), "the live page is no page");
      return `${page.length} characters`;
    },
  },
];

/** Sends a reading of a sensor of its own, again and again, as who listens may hear only what comes later, and waits for a prediction. */
export const streamStep: SmokeStep = {
  name: "stream",
  async run(service) {
    const heard = await fetch(new URL(`/events?kind=prediction&sensor=${SENSOR}`, service.url), { headers: service.headers, signal: AbortSignal.timeout(STREAM_MS) });
    must(heard.ok && heard.body !== null, `/events answers ${heard.status}`);
    const tell = async () => json(service, "/readings", { ...(await sample(service)), sensor_id: SENSOR });
    const sentMs = service.now();
    await tell();
    const again = setInterval(() => void tell().catch(() => {}), AGAIN_MS); // what fails is told at the end: nothing was heard
    let said = "";
    try {
      for await (const piece of heard.body.pipeThrough(new TextDecoderStream())) {
        said += piece;
        if (/^event: prediction$/m.test(said)) return `the prediction of a reading was told ${Math.round(service.now() - sentMs)} ms after it was sent`;
      }
    } catch (cause) {
      if ((cause as Error).name !== "TimeoutError") throw cause;
    } finally {
      clearInterval(again);
    }
    throw new Error(`no prediction within ${STREAM_MS / 1000} s of the reading of ${SENSOR} that was sent`);
  },
};

async function ready(service: Service): Promise<string> {
  const untilMs = service.now() + READY_MS;
  for (;;) {
    const response = await ask(service, "/readyz");
    if (response.ok) return "it is alive, and ready";
    if (service.now() > untilMs) throw new Error(`it is not ready after ${READY_MS / 1000} s: ${await response.text()}`);
    await delay(500);
  }
}

async function sample(service: Service): Promise<Record<string, unknown>> {
  const { input_data } = await json<{ input_data: Record<string, unknown> }>(service, "/predict/sample");
  return input_data;
}

function told({ prediction_label, probability }: Prediction): string {
  must(probability >= 0 && probability <= 1, `the probability is ${probability}`);
  return `${prediction_label}, probability ${probability.toFixed(4)}`;
}

function ask({ url, headers }: Service, path: string, body?: object, more: Record<string, string> = {}): Promise<Response> {
  return fetch(new URL(path, url), { method: body ? "POST" : "GET", headers: { ...headers, ...more, ...(body && { "Content-Type": "application/json" }) }, ...(body && { body: JSON.stringify(body) }), signal: AbortSignal.timeout(30_000) });
}

async function json<Answer>(service: Service, path: string, body?: object): Promise<Answer> {
  const response = await ask(service, path, body);
  must(response.ok, `${path} answers ${response.status}: ${response.ok ? "" : await response.text()}`);
  return (await response.json()) as Answer;
}

async function text(service: Service, path: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await ask(service, path, undefined, headers);
  must(response.ok, `${path} answers ${response.status}`);
  return response.text();
}

function must(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Error(otherwise);
}
