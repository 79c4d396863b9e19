import { createApp } from "../api/app.ts";
import type { AppOptions } from "../api/options.ts";
import { serveApp, type RunningServer } from "../api/server.ts";
import type { ProducedRecord } from "../engine/broker/broker.ts";
import type { Tracer } from "../engine/monitoring/trace/tracer.ts";
import { accessFlags, openAccess, type Access } from "./access.ts";
import { followDesk } from "./alerts/follow-desk.ts";
import { openNotifications } from "./alerts/notifications.ts";
import { readsKafka } from "./broker.ts";
import type { Arguments, Command, Flag } from "./command.ts";
import { fieldsSeenIn } from "./fields-seen-in.ts";
import { jobBoard } from "./jobs/board.ts";
import { announcer } from "./announce.ts";
import { MODEL_PATH, openRegistry } from "./model/model-registry.ts";
import { modelShelf } from "./model/model-shelf.ts";
import { historyDirectoryOf } from "./history-store.ts";
import { sampleOf } from "./sample.ts";
import { followControl } from "./follow-control.ts";
import { followTopics } from "./follow-topics.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openMetrics } from "./metrics-port.ts";
import { claimPort } from "./port.ts";
import { openLabelKeeper } from "./labels/keeper.ts";
import { preciseNow } from "./precise-now.ts";
import { followModel, openRuntime, version, type Runtime } from "./runtime.ts";
import { aborted, tell } from "./terminal.ts";
import { TopicInput } from "./topic-input.ts";
import { TopicReadings } from "./topic-readings.ts";
import { openTracer } from "./tracing.ts";
import { endWithSupervisor } from "./workers.ts";
import { modelWaitFlags, prepareModel } from "./wait-for-model.ts";

export const apiFlags: readonly Flag[] = [
  { name: "host", value: "HOST", help: "address to listen on (FLASK_HOST, else 127.0.0.1; 0.0.0.0 is every interface)" },
  { name: "port", value: "PORT", help: "port to listen on (FLASK_PORT, else 5000; 0 takes a free one)" },
  { name: "reports", value: "DIR", help: "where jobs leave reports (MANGROVE_REPORTS_DIR, else reports)" },
  ...accessFlags,
];

export const apiCommand: Command = {
  name: "api",
  summary: "the HTTP service alone; waits for a model and follows its file",
  operands: [PIPELINE],
  flags: [
    ...apiFlags,
    MODEL_PATH,
    { name: "history", value: "DIR", help: "the history that GET /history asks (MANGROVE_HISTORY_DIR, else history)" },
    ...modelWaitFlags,
  ],
  examples: ["npm run api", "npm run -s mangrove -- api --port 8080", "npm run -s mangrove -- api --wait-for-model --max-wait-minutes 60", "npm run -s mangrove -- api --create-placeholder"],
  async run(given, signal) {
    const runtime = await openRuntime(given);
    endWithSupervisor();
    const access = await openAccess(given, runtime, { ...apiAddress(given, runtime), signal });
    await claimPort(apiAddress(given, runtime));
    await using _ = await openMetrics(runtime, () => (runtime.models.current ? null : "its model"));
    await prepareModel(given, runtime, signal, Date.now);
    followModel(runtime, signal);
    followControl(given, runtime, signal);
    followTopics(given, runtime, signal);
    await using tracer = await openTracer();
    await using input = runtime.config.kafkaServers.length > 0 ? new TopicInput(given, runtime) : null;
    await using labels = openLabelKeeper(given, runtime, { isKafka: runtime.config.kafkaServers.length > 0, now: Date.now });
    await using notifications = readsKafka(runtime.config) ? await openNotifications(given, runtime, { state: null, isKafka: true }) : null;
    const alerts = notifications && { alerts: notifications.desk };
    const server = await startApi(given, runtime, { ...alerts, access, tracer, input, ...(runtime.pipeline.keepsHistory && { jobs: jobBoard(given, runtime, null) }), keepLabels: (given) => labels.keep(given) });
    tell(`api     ${server.url}`, { event: "api.listening", fields: { url: server.url } });
    if (!runtime.models.current) tell(`api     waits for a model at ${runtime.models.path}; until then /readyz answers 503`);
    await using following = new AsyncDisposableStack();
    if (notifications) following.use(followDesk(notifications));
    await aborted(signal);
    await server.close();
    return 0;
  },
};

/** What stands beside the API: an engine, and where readings go that are sent to it. */
interface Beside extends Pick<AppOptions, "alerts" | "ready" | "concern" | "guarantee" | "simulation" | "train" | "jobs" | "keepLabels"> {
  readonly access: Access;
  readonly tracer: Tracer | null;
  readonly input: { append(messages: readonly ProducedRecord[]): Promise<void> } | null;
}

export async function startApi(given: Arguments, runtime: Runtime, { access, tracer, input, ...beside }: Beside): Promise<RunningServer> {
  const { config, pipeline, Simulation, kernel, models, metrics, live, feed } = runtime;
  const readings = readsKafka(config) ? new TopicReadings(given, runtime) : null;
  const append = input && { append: (messages: readonly ProducedRecord[]) => input.append(messages) };
  const shelf = modelShelf(() => openRegistry(runtime, announcer(given, runtime)));
  const app = createApp({
    ...access,
    ...(tracer && { tracer }),
    shelf,
    pipeline,
    kernel,
    models,
    metrics,
    live,
    feed,
    ...fieldsSeenIn(given, runtime),
    now: preciseNow,
    startedAtMs: preciseNow(),
    version,
    modelReloadIntervalMs: config.modelReloadIntervalMs,
    ...(pipeline.keepsHistory && { historyDirectory: historyDirectoryOf(given, runtime) }),
    ...sampleOf(Simulation),
    ...beside,
    ...append,
    ...(readings && { readingAt: (partition: number, offset: number) => readings.at(partition, offset) }),
  });
  const server = await serveApp(app, apiAddress(given, runtime));
  const close = async () => {
    feed.close(); // else they who listen would be waited for
    await server.close();
    await readings?.[Symbol.asyncDispose]();
  };
  return { ...server, close };
}

export function apiAddress(given: Arguments, { config }: Runtime): { host: string; port: number } {
  return { host: given.text("host") ?? config.host, port: given.number("port", { min: 0, max: 65_535, whole: true }) ?? config.port };
}
