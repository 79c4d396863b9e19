import process from "node:process";
import { runEngine } from "../engine/runtime/engine.ts";
import type { Summary } from "../engine/runtime/summary.ts";
import { HistorySink } from "../engine/history/history-sink.ts";
import { nextOffset } from "../engine/history/next-offset.ts";
import { JsonLinesSink } from "../engine/sink/json-lines.ts";
import { KafkaSink } from "../engine/sink/kafka.ts";
import type { Sink } from "../engine/sink/sink.ts";
import type { Config } from "../engine/config.ts";
import { numberedOn } from "../engine/source/numbered-on.ts";
import type { RunningSimulation } from "../engine/source/running-simulation.ts";
import type { TaskOutput } from "../engine/task/output.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Guarantee } from "../api/options.ts";
import { reportLines } from "../trainer/report/lines.ts";
import { alertLines } from "./alert-lines.ts";
import { tellDating } from "./append-times.ts";
import { awaitModel } from "./await-model.ts";
import type { Arguments, Command, Flag } from "./command.ts";
import { openNotifications, type Notifications } from "./alerts/notifications.ts";
import { notifyFlag, routesOf } from "./alerts/routes.ts";
import { deadLetterAlarm, deadLetterFlag, type DeadLetterAlarm } from "./dead-letter-alarm.ts";
import { plainSettings } from "../trainer/manifest.ts";
import { traced } from "./tracing.ts";
import { trainAndSave } from "./train-and-save.ts";
import { PIPELINE, windowFlags } from "./pipeline-file.ts";
import { followControl } from "./follow-control.ts";
import { MODEL_PATH } from "./model/model-registry.ts";
import { followModel, isSimulated, openRuntime, type Runtime } from "./runtime.ts";
import { checkGuarantee } from "./check-guarantee.ts";
import { kafkaEngineFlags, openKafkaEngine } from "./kafka-engine.ts";
import { tellShared } from "./history-store.ts";
import { openLocalEngine } from "./local-engine.ts";
import { openLocalState, stateFlag } from "./local-state.ts";
import { checkSource, kindOf, openSource, sourceFlags, type OpenedSource } from "./source.ts";
import { policyFlags } from "./task-policies.ts";
import { tell } from "./terminal.ts";
import { userName } from "./user-name.ts";
import { watchesOf } from "./watches.ts";
import { openMetrics } from "./metrics-port.ts";
import { endWithSupervisor, runWorkers } from "./workers.ts";

export const engineFlags: readonly Flag[] = [
  ...sourceFlags,
  stateFlag,
  ...policyFlags,
  ...kafkaEngineFlags,
  deadLetterFlag,
  notifyFlag,
  { name: "out", value: "DIR", help: "also write every output topic as DIR/<topic>.jsonl" },
  { name: "history", value: "DIR", help: "where readings, predictions, alerts and analytics are kept (MANGROVE_HISTORY_DIR, else history)" },
  MODEL_PATH,
];

export const engineCommand: Command = {
  name: "engine",
  summary: "scores a stream: windows, predictions, alerts, history",
  operands: [PIPELINE],
  flags: [...engineFlags, ...windowFlags, { name: "json", help: "end with one line of JSON on stdout" }],
  examples: [
    "bun run engine",
    "bun run engine --source replay --data recording.csv --speed max --until-end --json",
    "bun run engine --source replay --data recording.csv --speed max --until-end --state state",
    "KAFKA_BOOTSTRAP_SERVERS=localhost:9092 bun run engine",
    "bun run engine --source kafka --app-id since-morning --from 2026-02-28T06:30:00Z",
    "bun run engine pipelines/machine.ts --speed max --duration 3600 --until-end --out machines",
  ],
  async run(given, signal) {
    const runtime = await openRuntime(given);
    if (kindOf(given, runtime.config) === "http") throw new MangroveError("MGV_USAGE", "--source http is for mangrove up: the engine alone has no HTTP service that readings could be posted to.");
    await checkSource(given, runtime);
    checkGuarantee(given, runtime.config);
    const routes = await routesOf(given, runtime.config);
    endWithSupervisor();
    const workers = workersOf(given, runtime.config);
    await using running = new AsyncDisposableStack();
    const state = running.use(await openLocalState(given, runtime));
    let waitingFor: string | null = "its model";
    const metrics = running.use(await openMetrics(runtime, () => waitingFor));
    if (runtime.config.predictions && runtime.pipeline.isScored) await (leavesModelToOthers(given, runtime.config) ? awaitModel(runtime, signal) : ensureModel(given, runtime, signal));
    else await runtime.models.refresh();
    if (workers > 1) {
      await metrics?.[Symbol.asyncDispose](); // the port is that of the first worker
      return runWorkers(workers, signal);
    }
    waitingFor = "its source";
    followModel(runtime, signal);
    const notifications = running.use(await openNotifications(given, runtime, { state, isKafka: kindOf(given, runtime.config) === "kafka" }));
    const notifier = routes.length > 0 ? running.use(await notifications.open(routes)) : null;
    const opened = running.use(await openEngine(given, runtime, notifications, state && { state, isFed: false }));
    if (kindOf(given, runtime.config) === "kafka") followControl(given, runtime, signal);
    waitingFor = null;
    tell(`engine  ${opened.description}`, { event: "engine.started" });
    const active = activity();
    const tellOutput = tellRun(deadLetterAlarm(given, runtime));
    const { summary, seconds } = await opened.run(signal, (output, sums) => {
      active.begin(sums.readings);
      tellOutput(output, sums);
    });
    if (!signal.aborted) await notifier?.drain();
    const rate = Math.round(summary.readings / seconds);
    tell(`engine  ${counts(summary)} in ${seconds.toFixed(2)} s, ${rate} readings a second`, { event: "engine.ended" });
    if (given.has("json")) {
      const line = { ...summary, seconds: Number(seconds.toFixed(3)), readings_per_second: rate, ...active.sums(summary.readings), model_version: runtime.models.current?.version ?? null };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    }
    return 0;
  },
};

/** Whether another process makes the first model, which an engine that shares a topic waits for. */
function leavesModelToOthers(given: Arguments, config: Config): boolean {
  return !config.autoTrain && kindOf(given, config) === "kafka";
}

/** From behind the first output on: what a run costs without its beginning, and of how many readings. */
function activity() {
  let began: { ms: number; cpu: NodeJS.CpuUsage; readings: number } | null = null;
  return {
    begin: (readings: number): void => {
      if (began === null) began = { ms: performance.now(), cpu: process.cpuUsage(), readings };
    },
    sums: (readings: number) => {
      const { user, system } = process.cpuUsage(began?.cpu);
      const seconds = (performance.now() - (began?.ms ?? performance.now())) / 1000;
      return { active_readings: readings - (began?.readings ?? readings), active_seconds: Number(seconds.toFixed(3)), active_cpu_seconds: Number(((user + system) / 1e6).toFixed(3)) };
    },
  };
}

/** Throws `MGV_USAGE` where several would not share anything. */
function workersOf(given: Arguments, config: Config): number {
  const workers = given.number("workers", { min: 1, max: 64, whole: true }) ?? 1;
  if (workers === 1) return workers;
  if (kindOf(given, config) !== "kafka") throw new MangroveError("MGV_USAGE", "--workers share the partitions of a Kafka topic: add --source kafka, or leave them out.");
  const name = ["instance-id", "out"].find((flag) => given.has(flag));
  if (name !== undefined) throw new MangroveError("MGV_USAGE", `--${name} is for one process: with --workers all of them would have the same.`);
  return workers;
}

/** Loads the model, after training the first one when there is none and that is not switched off. `labelled`: the readings that it learns from; a pipeline that nothing simulates learns from the file that it replays, where nothing else is said. */
export async function ensureModel(given: Arguments, runtime: Runtime, signal: AbortSignal, labelled: string | null = runtime.config.dataset): Promise<void> {
  const { config, kernel, pipeline, pipelineFile, models, Simulation } = runtime;
  await models.refresh();
  if (models.current || models.problem?.code !== "MGV_MODEL_MISSING" || !config.autoTrain) {
    models.require();
    return;
  }
  const dataset = labelled ?? (isSimulated(runtime) ? null : (given.text("data") ?? null));
  if (dataset === null && !isSimulated(runtime)) throw new MangroveError("MGV_MODEL_MISSING", `There is no model at ${models.path}, and nothing to learn one from: mangrove train ${pipelineFile} --data FILE.csv makes one of labelled readings.`);
  const on = dataset ?? (Simulation ? "a simulation" : "simulated rooms");
  tell(`model   there is none at ${models.path}: training the first one on ${on}`);
  const { card } = await traced("train", () => trainAndSave({ kernel, pipeline, pipelineFile, Simulation, dataset, settings: plainSettings, paths: [models.path], modelPath: models.path, localModelPath: config.localModelPath, about: { by: userName(), reason: "the first model" }, signal }));
  for (const line of reportLines(card)) tell(`        ${line}`);
  await models.refresh();
  models.require();
}

/** An engine that is ready to run. */
export interface OpenedEngine extends AsyncDisposable {
  readonly guarantee: Guarantee;
  /** Null: nothing is simulated. */
  readonly simulation: RunningSimulation | null;
  /** A sentence for people: from where to where. */
  readonly description: string;
  /** `seconds` go from the first look at the source to the end of the last commit. */
  run(signal: AbortSignal, onOutput: (output: TaskOutput, summary: Summary) => void): Promise<{ summary: Summary; seconds: number }>;
}

/** Opens source and sinks. Whatever was opened is closed again when one of them fails. `local`: the state that it is to keep. */
export async function openEngine(given: Arguments, runtime: Runtime, notifications: Notifications, local: Parameters<typeof openLocalEngine>[3] | null): Promise<OpenedEngine> {
  const { config, kernel, pipeline, models, metrics, live } = runtime;
  if (local) return openLocalEngine(given, runtime, notifications, local);
  if (kindOf(given, config) === "kafka" && config.kafkaClient === "platformatic") return openKafkaEngine(given, runtime, notifications);
  if (kindOf(given, config) === "kafka") {
    if (given.text("guarantee") === "exactly-once") throw new MangroveError("MGV_USAGE", "The client kafkajs is at least once: leave MANGROVE_KAFKA_CLIENT out for exactly once.");
    tell("source  the client kafkajs: at least once, and windows begin anew when a process starts. Leave MANGROVE_KAFKA_CLIENT out for exactly once, with state, --workers and static members.");
  }
  const scores = config.predictions && pipeline.isScored;
  const opened = new AsyncDisposableStack();
  try {
    const { source: own, simulation, isOfNow, broker }: OpenedSource = await openSource(given, runtime);
    if (broker) opened.use(broker);
    opened.use(own);
    const sinks: Sink[] = [];
    const directory = given.text("history") ?? config.historyDirectory;
    // what is told again must keep its places; what is new must not take those of an earlier run
    const source = isOfNow && !broker && pipeline.keepsHistory ? numberedOn(own, await nextOffset({ directory, topic: own.topic, partition: 0, tell: (sentence) => tell(`history ${sentence}`) })) : own;
    if (pipeline.keepsHistory) sinks.push(opened.use(await HistorySink.open({ pipeline, directory, run: Date.now().toString(36) })));
    const out = given.text("out");
    if (out !== undefined) sinks.push(opened.use(await JsonLinesSink.open(pipeline, out)));
    if (broker) sinks.push(opened.use(await KafkaSink.open(pipeline, broker)));
    if (broker && pipeline.keepsHistory) tellShared(directory);
    if (broker) await tellDating(broker, own.topic);
    return {
      guarantee: broker ? "at-least-once" : "none",
      simulation,
      description: `${source.description} -> ${sinks.map((sink) => sink.description).join("; ")}`,
      async run(signal, onOutput) {
        const startedMs = performance.now();
        const summary = await runEngine({ kernel, pipeline, source, sinks, models: scores ? models : null, metrics, live, watches: watchesOf(runtime, notifications), signal, onOutput });
        return { summary, seconds: (performance.now() - startedMs) / 1000 };
      },
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  } catch (thrown) {
    await opened.disposeAsync();
    throw thrown;
  }
}

/** How often a run says that it is alive. */
const HEARTBEAT_MS = 60_000;

/** One line an alert unless they come in floods, one for too many dead letters, and one a minute with the counts. */
export function tellRun(alarm: DeadLetterAlarm): (output: TaskOutput, summary: Summary) => void {
  let toldMs = performance.now();
  const tellAlerts = alertLines(() => performance.now());
  return ({ alerts, deadLetters }, summary) => {
    tellAlerts(alerts);
    alarm.take(deadLetters);
    if (performance.now() - toldMs < HEARTBEAT_MS) return;
    toldMs = performance.now();
    tell(`engine  ${counts(summary)} so far`, { event: "engine.progress" });
  };
}

export function counts({ readings, predictions, alerts, rejected, late, trial }: Summary): string {
  const tried = trial && `; on trial ${trial.version}: it disagrees on ${trial.disagreements} of ${trial.readings} readings, and would tell of ${trial.challengerAlerts} events, the champion of ${trial.championAlerts}`;
  return `${readings} readings, ${predictions} predictions, ${alerts} alerts, ${rejected} rejected, ${late} late${tried ?? ""}`;
}
