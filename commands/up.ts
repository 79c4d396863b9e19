import { setTimeout as delay } from "node:timers/promises";
import type { LiveFeed } from "../engine/live/live-feed.ts";
import type { Notifier } from "../engine/notify/notifier.ts";
import { emptySummary } from "../engine/runtime/summary.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { openAccess } from "./access.ts";
import { apiAddress, apiFlags, startApi } from "./api.ts";
import type { Arguments, Command } from "./command.ts";
import { counts, engineFlags, ensureModel, openEngine, tellRun, type OpenedEngine } from "./engine.ts";
import { deadLetterAlarm, type DeadLetterAlarm } from "./dead-letter-alarm.ts";
import { followDesk } from "./alerts/follow-desk.ts";
import { openNotifications } from "./alerts/notifications.ts";
import { routesOf } from "./alerts/routes.ts";
import { checkGuarantee } from "./check-guarantee.ts";
import { openLabelKeeper } from "./labels/keeper.ts";
import { jobBoard } from "./jobs/board.ts";
import { scheduleJobs } from "./jobs/schedule-jobs.ts";
import { openLocalState, PostedInput } from "./local-state.ts";
import { openMetrics } from "./metrics-port.ts";
import { claimPort } from "./port.ts";
import { checkSource, kindOf } from "./source.ts";
import { PIPELINE, windowFlags } from "./pipeline-file.ts";
import { followControl } from "./follow-control.ts";
import { statusOf } from "./status-of.ts";
import { followModel, openRuntime, trialText, version } from "./runtime.ts";
import { runtimeName } from "./runtime-name.ts";
import { aborted, tell } from "./terminal.ts";
import { TopicInput } from "./topic-input.ts";
import { openTracer } from "./tracing.ts";
import { endWithSupervisor } from "./workers.ts";

/** A step that fails is tried again this often, after 1, 2, 4, … seconds. */
const TRIES = 4;

export const upCommand: Command = {
  name: "up",
  summary: "everything in one process: model, API, engine (this is npm start)",
  operands: [PIPELINE],
  flags: [...apiFlags, ...engineFlags, ...windowFlags],
  examples: ["npm start", "npm start -- --port 8080 --source replay --data recording.csv --speed 10", "npm start -- --source http --state state", "npm start -- pipelines/machine.ts", "KAFKA_BOOTSTRAP_SERVERS=localhost:9092 npm start"],
  async run(given, signal) {
    const runtime = await openRuntime(given);
    const { runtime: kind, runtimeVersion } = runtimeName();
    tell(`mangrove ${version} on ${kind} ${runtimeVersion}; Ctrl-C drains and stops`, { event: "start", fields: { version } });
    const address = apiAddress(given, runtime);
    const access = await openAccess(given, runtime, { ...address, signal });
    await claimPort(address);
    await checkSource(given, runtime);
    checkGuarantee(given, runtime.config);
    const routes = await routesOf(given, runtime.config);
    endWithSupervisor();

    await using running = new AsyncDisposableStack();
    const tracer = running.use(await openTracer());
    const state = running.use(await openLocalState(given, runtime));
    let waitingFor: string | null = "the engine";
    running.use(await openMetrics(runtime, () => waitingFor));
    if (runtime.config.predictions && runtime.pipeline.isScored) await ensureModel(given, runtime, signal);
    else await runtime.models.refresh();
    const model = runtime.models.current;
    tell(model ? `model   version ${model.version} from ${runtime.models.path}, trained on: ${model.trainedOn}${trialText(model.trial)}` : runtime.pipeline.isScored ? "model   none: predictions are switched off" : "model   none: this pipeline scores nothing", { event: "model.loaded", fields: { version: model?.version ?? null } });
    followModel(runtime, signal);
    const desk = runtime.pipeline.keepsHistory ? await scheduleJobs(given, runtime, signal) : null;

    let guarantee: OpenedEngine["guarantee"] | null = null;
    let simulation: OpenedEngine["simulation"] = null;
    const alarm = deadLetterAlarm(given, runtime);
    const input = kindOf(given, runtime.config) === "kafka" ? running.use(new TopicInput(given, runtime)) : state && new PostedInput(state);
    const labels = running.use(openLabelKeeper(given, runtime, { isKafka: kindOf(given, runtime.config) === "kafka", now: Date.now }));
    const jobs = desk && { ...(runtime.pipeline.isScored && { train: () => desk.begin("training") }), jobs: jobBoard(given, runtime, desk) };
    const notifications = running.use(await openNotifications(given, runtime, { state, isKafka: kindOf(given, runtime.config) === "kafka" }));
    const server = await startApi(given, runtime, { access, tracer, input, ...jobs, keepLabels: (given) => labels.keep(given), ready: () => waitingFor, alerts: notifications.desk, concern: () => alarm.concern, guarantee: () => guarantee, simulation: () => simulation });
    try {
      await healthy(`${server.url}/livez`);
      tell(`api     ${server.url} (open it in a browser; for programs: curl ${server.url}/health)`, { event: "api.listening", fields: { url: server.url } });
      // a desk alone may be filled later
      await using following = routes.length === 0 ? followDesk(notifications) : null;
      await using notifier = following ? null : await retry("notify", signal, () => notifications.open(routes));
      await using engine = await retry("engine", signal, () => openEngine(given, runtime, notifications, state && { state, isFed: true }));
      if (!engine || (!following && !notifier)) return 0;
      waitingFor = null;
      guarantee = engine.guarantee;
      simulation = engine.simulation;
      runtime.feed.follow(emptySummary());
      if (kindOf(given, runtime.config) === "kafka") followControl(given, runtime, signal);
      tell(`engine  ${engine.description}`, { event: "engine.started" });
      return await runToEnd(engine, { given, alarm, feed: runtime.feed, notifier }, signal);
    } finally {
      await server.close();
    }
  },
};

/** Runs the engine; where its source ends, the API goes on until Ctrl-C, unless the end was asked for. */
async function runToEnd(engine: OpenedEngine, { given, alarm, feed, notifier }: { given: Arguments; alarm: DeadLetterAlarm; feed: LiveFeed; notifier: Notifier | null }, signal: AbortSignal): Promise<number> {
  const tellOutput = tellRun(alarm);
  const { summary } = await engine.run(signal, (output, summary) => {
    feed.follow(summary);
    tellOutput(output, summary);
  });
  tell(`engine  ${signal.aborted ? "drained" : "at the end of its source"}: ${counts(summary)}`, { event: "engine.ended" });
  if (!signal.aborted && given.has("until-end")) await notifier?.drain();
  if (!signal.aborted && !given.has("until-end")) {
    tell("api     goes on; Ctrl-C stops it");
    await aborted(signal);
  }
  return 0;
}

/** Throws `MGV_INTERNAL` unless the URL answers 200 within 5 s. */
async function healthy(url: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    if ((await statusOf(url)) === 200) return;
    await delay(100);
  }
  throw new MangroveError("MGV_INTERNAL", `The API does not answer at ${url}.`);
}

/** Tries again after a broker's failure only: all else would fail the same way. Null when interrupted meanwhile. */
async function retry<Result>(what: string, signal: AbortSignal, step: () => Promise<Result>): Promise<Result | null> {
  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) return null;
    try {
      return await step();
    } catch (thrown) {
      const error = MangroveError.from(thrown);
      if (error.code !== "MGV_BROKER" || attempt === TRIES) throw error;
      const waitS = 2 ** (attempt - 1);
      tell(`${what.padEnd(8)}try ${attempt} of ${TRIES} failed, the next in ${waitS} s: ${error.message}`, { level: "warn", event: `${what}.retry` });
      await delay(waitS * 1000, undefined, { signal }).catch(() => {});
    }
  }
}
