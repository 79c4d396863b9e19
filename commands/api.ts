import { createApp } from "../api/app.ts";
import type { AppOptions } from "../api/options.ts";
import { serveApp, type RunningServer } from "../api/server.ts";
import type { ProducedRecord } from "../engine/broker/broker.ts";
import type { Arguments, Command, Flag } from "./command.ts";
import { followModel, openRuntime, version, type Runtime } from "./runtime.ts";
import { aborted, tell } from "./terminal.ts";
import { TopicInput } from "./topic-input.ts";

export const apiFlags: readonly Flag[] = [
  { name: "host", value: "HOST", help: "address to listen on (FLASK_HOST, else 127.0.0.1; 0.0.0.0 is every interface)" },
  { name: "port", value: "PORT", help: "port to listen on (FLASK_PORT, else 5000; 0 takes a free one)" },
];

export const apiCommand: Command = {
  name: "api",
  summary: "the HTTP service alone; waits for a model and follows its file",
  flags: [...apiFlags, { name: "model-path", value: "FILE", help: "the model (MODEL_PATH, else models/smoke_detection_model.json)" }],
  examples: ["npm run api", "npm run -s mangrove -- api --port 8080"],
  async run(given, signal) {
    const runtime = await openRuntime(given);
    await runtime.models.refresh();
    followModel(runtime, signal);
    await using input = runtime.config.kafkaServers.length > 0 ? new TopicInput(given, runtime) : null;
    const server = await startApi(given, runtime, { input });
    tell(`api     ${server.url}`);
    if (!runtime.models.current) tell(`api     waits for a model at ${runtime.models.path}; until then /readyz answers 503`);
    await aborted(signal);
    await server.close();
    return 0;
  },
};

/** What stands beside the API: an engine, and where readings go that are sent to it. */
interface Beside extends Pick<AppOptions, "ready" | "concern" | "guarantee"> {
  readonly input: { append(messages: readonly ProducedRecord[]): Promise<void> } | null;
}

export function startApi(given: Arguments, runtime: Runtime, { input, ...beside }: Beside): Promise<RunningServer> {
  const { pipeline, kernel, models, metrics } = runtime;
  const append = input && { append: (messages: readonly ProducedRecord[]) => input.append(messages) };
  const app = createApp({ pipeline, kernel, models, metrics, now: preciseNow, startedAtMs: preciseNow(), version, ...beside, ...append });
  return serveApp(app, apiAddress(given, runtime));
}

export function apiAddress(given: Arguments, { config }: Runtime): { host: string; port: number } {
  return { host: given.text("host") ?? config.host, port: given.number("port", { min: 0, max: 65_535, whole: true }) ?? config.port };
}

function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
