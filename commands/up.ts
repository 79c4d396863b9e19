import { get } from "node:http";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { MangroveError } from "../kernel-as/errors.ts";
import { scheduleTraining } from "../trainer/schedule.ts";
import { apiAddress, apiFlags, startApi } from "./api.ts";
import type { Arguments, Command } from "./command.ts";
import { counts, engineFlags, ensureModel, openEngine, openMetrics, tellRun, type OpenedEngine } from "./engine.ts";
import { deadLetterAlarm, type DeadLetterAlarm } from "./dead-letter-alarm.ts";
import { savePaths, trainAndSave } from "./train-and-save.ts";
import { checkGuarantee } from "./check-guarantee.ts";
import { openLocalState, PostedInput } from "./local-state.ts";
import { claimPort } from "./port.ts";
import { checkSource, kindOf } from "./source.ts";
import { windowFlags } from "./pipeline-file.ts";
import { followModel, openRuntime, version, type Runtime } from "./runtime.ts";
import { aborted, tell } from "./terminal.ts";
import { TopicInput } from "./topic-input.ts";

/** A step that fails is tried again this often, after 1, 2, 4, … seconds. */
const TRIES = 4;

export const upCommand: Command = {
  name: "up",
  summary: "everything in one process: model, API, engine (this is npm start)",
  flags: [...apiFlags, ...engineFlags, ...windowFlags],
  examples: ["npm start", "npm start -- --port 8080 --source replay --data recording.csv --speed 10", "npm start -- --source http --state state", "KAFKA_BOOTSTRAP_SERVERS=localhost:9092 npm start"],
  async run(given, signal) {
    const runtime = await openRuntime(given);
    tell(`mangrove ${version} on ${runtimeName()}; Ctrl-C drains and stops`);
    const address = apiAddress(given, runtime);
    await claimPort(address);
    await checkSource(given, runtime.config);
    checkGuarantee(given, runtime.config);

    await using running = new AsyncDisposableStack();
    const state = running.use(await openLocalState(given, runtime));
    running.use(await openMetrics(runtime));
    if (runtime.config.predictions) await ensureModel(runtime, signal);
    else await runtime.models.refresh();
    const model = runtime.models.current;
    tell(model ? `model   version ${model.version} from ${runtime.models.path}, trained on: ${model.trainedOn}` : "model   none: predictions are switched off");
    followModel(runtime, signal);
    scheduleRetraining(runtime, signal);

    let waitingFor: string | null = "the engine";
    let guarantee: OpenedEngine["guarantee"] | null = null;
    const alarm = deadLetterAlarm(given, runtime);
    const input = kindOf(given, runtime.config) === "kafka" ? running.use(new TopicInput(given, runtime)) : state && new PostedInput(state);
    const server = await startApi(given, runtime, { input, ready: () => waitingFor, concern: () => alarm.concern, guarantee: () => guarantee });
    try {
      await healthy(`${server.url}/livez`);
      tell(`api     ${server.url} (try: curl ${server.url}/health)`);
      await using engine = await retry("engine", signal, () => openEngine(given, runtime, state && { state, isFed: true }));
      if (!engine) return 0;
      waitingFor = null;
      guarantee = engine.guarantee;
      tell(`engine  ${engine.description}`);
      return await runToEnd(engine, { given, alarm }, signal);
    } finally {
      await server.close();
    }
  },
};

/** Runs the engine; where its source ends, the API goes on until Ctrl-C, unless the end was asked for. */
async function runToEnd(engine: OpenedEngine, { given, alarm }: { given: Arguments; alarm: DeadLetterAlarm }, signal: AbortSignal): Promise<number> {
  const { summary } = await engine.run(signal, tellRun(alarm));
  tell(`engine  ${signal.aborted ? "drained" : "at the end of its source"}: ${counts(summary)}`);
  if (!signal.aborted && !given.has("until-end")) {
    tell("api     goes on; Ctrl-C stops it");
    await aborted(signal);
  }
  return 0;
}

/**
 * Trains anew on DATASET at the hours that the environment names. Without it there is nothing new to learn from: the simulated rooms would give the
 * same model again, and a model that the user trained would be lost. A failure is told and changes nothing.
 */
function scheduleRetraining(runtime: Runtime, signal: AbortSignal): void {
  const { config, kernel, pipeline, pipelineFile, Simulation } = runtime;
  const { dataset } = config;
  if (dataset === null) return;
  const job = async () => {
    try {
      tell("train   the scheduled training begins");
      await trainAndSave({ kernel, pipeline, pipelineFile, Simulation, dataset, paths: savePaths(config), modelPath: config.modelPath, signal });
    } catch (thrown) {
      const { code, message } = MangroveError.from(thrown);
      if (!signal.aborted) tell(`train   failed, the model in use stays: ${code}: ${message}`);
    }
  };
  scheduleTraining({ everyHours: config.trainingIntervalHours, hour: config.retrainHour, signal, job });
}

/** Throws `MGV_INTERNAL` unless the URL answers 200 within 5 s. */
async function healthy(url: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    if ((await statusOf(url)) === 200) return;
    await delay(100);
  }
  throw new MangroveError("MGV_INTERNAL", `The API does not answer at ${url}.`);
}

/** 0 when nothing answers. Not by `fetch`, which refuses some ports by their numbers alone. */
function statusOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).once("error", () => resolve(0));
  });
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
      tell(`${what.padEnd(8)}try ${attempt} of ${TRIES} failed, the next in ${waitS} s: ${error.message}`);
      await delay(waitS * 1000, undefined, { signal }).catch(() => {});
    }
  }
}

function runtimeName(): string {
  if (process.versions.bun) return `Bun ${process.versions.bun}`;
  return process.versions["deno"] ? `Deno ${process.versions["deno"]}` : `Node ${process.versions.node}`;
}
