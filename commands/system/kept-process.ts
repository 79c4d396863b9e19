import { setTimeout as delay } from "node:timers/promises";
import { MangroveError } from "../../kernel-as/errors.ts";
import { statusOf } from "../status-of.ts";
import { tell } from "../terminal.ts";
import { Life } from "./life.ts";
import { boundLog, lastLines } from "./log-file.ts";
import { pauseMs } from "./pause.ts";
import type { ProcessSpec, ProcessState, ProcessStatus } from "./process-spec.ts";

export interface KeptProcessOptions {
  readonly spec: ProcessSpec;
  readonly logPath: string;
  /** Milliseconds. */
  readonly now: () => number;
  /** How often a process that starts is asked whether it is ready, and one that is ready whether it lives. */
  readonly askMs?: { readonly starting: number; readonly ready: number };
  /** A process that has not answered for so long hangs, and is killed. */
  readonly hungMs?: number;
  /** A process that has not drained by then is killed. */
  readonly drainMs?: number;
  /** After so many failures, before it begins again. */
  readonly pauseMs?: (failures: number) => number;
}

/** Tries until the first start has failed. */
const FIRST_TRIES = 4;

/** Starts a process, sees that it becomes ready, and starts it again when it ends or hangs. */
export class KeptProcess {
  readonly #options: Required<KeptProcessOptions>;
  readonly #first = Promise.withResolvers<void>();
  readonly #stopping = new AbortController();
  #state: ProcessState = "waiting";
  #life: Life | null = null;
  /** Of one that has ended and is to begin again. */
  #pause = new AbortController();
  #failures = 0;
  #restarts = 0;
  #startedMs = 0;
  #readyMs: number | null = null;
  #lastEnd: string | null = null;
  #wasReady = false;
  #logProblem = "";
  /** Done when nobody writes to the log's folder any more. */
  #bounded: Promise<void> = Promise.resolve();

  constructor(options: KeptProcessOptions) {
    this.#options = { askMs: { starting: 100, ready: 1000 }, hungMs: 30_000, drainMs: 30_000, pauseMs, ...options };
    this.#first.promise.catch(() => {});
  }

  get spec(): ProcessSpec {
    return this.#options.spec;
  }

  /** Resolves when it is ready for the first time. Rejects with `MGV_NOT_READY` where it does not become so. */
  get firstReady(): Promise<void> {
    return this.#first.promise;
  }

  get status(): ProcessStatus {
    const { spec, now } = this.#options;
    const seconds = (ms: number) => Number((ms / 1000).toFixed(1));
    return {
      name: spec.name,
      state: this.#state,
      pid: this.#life?.pid ?? null,
      url: spec.url,
      restarts: this.#restarts,
      ready_seconds: this.#readyMs === null ? null : seconds(this.#readyMs - this.#startedMs),
      up_seconds: this.#readyMs === null ? null : seconds(now() - this.#readyMs),
      last_end: this.#lastEnd,
    };
  }

  /** Runs it until it is stopped or given up. */
  async run(): Promise<void> {
    const { spec, logPath, now, pauseMs } = this.#options;
    for (; !this.#stopping.signal.aborted; this.#restarts++) {
      const life = new Life(spec, logPath);
      this.#life = life;
      this.#state = "starting";
      this.#startedMs = now();
      this.#watch(life).catch((thrown: unknown) => tell(`system  ${spec.name} is not watched any more: ${MangroveError.from(thrown).message}`, { level: "error", event: "system.unwatched" }));
      const how = await life.ended;
      const readyForMs = this.#readyMs === null ? 0 : now() - this.#readyMs;
      this.#life = null;
      this.#readyMs = null;
      if (this.#stopping.signal.aborted) break;
      this.#lastEnd = how;
      this.#failures = life.isAsked ? 0 : readyForMs >= 30_000 ? 1 : this.#failures + 1;
      if (how === "code 2" || (!this.#wasReady && this.#failures >= FIRST_TRIES)) return this.#giveUp(how);
      this.#state = "restarting";
      const ms = life.isAsked ? 0 : pauseMs(this.#failures);
      tell(`system  ${spec.name} ended by ${how}, and begins again ${ms === 0 ? "now" : `in ${ms / 1000} s`}`, { level: life.isAsked ? "info" : "warn", event: "system.restart", fields: { process: spec.name } });
      this.#pause = new AbortController();
      await delay(ms, undefined, { signal: AbortSignal.any([this.#stopping.signal, this.#pause.signal]) }).catch(() => {});
    }
    await this.#bounded;
    this.#state = "stopped";
    this.#first.reject(new MangroveError("MGV_NOT_READY", `${spec.name} was stopped before it was ready.`));
  }

  /** Has it drain, and starts it again at once; one that has ended and pauses begins now. */
  async restart(): Promise<void> {
    const life = this.#life;
    if (life === null) return this.#pause.abort();
    life.isAsked = true;
    await life.end(this.#options.drainMs);
  }

  /** Has it drain, and waits until it is gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#life?.end(this.#options.drainMs);
  }

  /** Kills it where it does not become ready, or does not answer any more. */
  async #watch(life: Life): Promise<void> {
    const { spec, now, askMs, hungMs } = this.#options;
    const isOver = () => life !== this.#life;
    while (!isOver() && (await statusOf(`${spec.url}/readyz`, 1000)) !== 200) {
      if (now() - this.#startedMs > spec.readyWithinMs) return life.kill(`not being ready within ${spec.readyWithinMs / 1000} s`);
      await delay(askMs.starting);
    }
    if (isOver()) return;
    this.#readyMs = now();
    this.#state = "ready";
    this.#wasReady = true;
    this.#first.resolve();
    tell(`system  ${spec.name.padEnd(8)} ready after ${((this.#readyMs - this.#startedMs) / 1000).toFixed(1)} s: ${spec.url}, process ${life.pid}`, { event: "system.ready", fields: { process: spec.name } });
    for (let answeredMs = now(); !isOver(); await delay(askMs.ready)) {
      await (this.#bounded = this.#boundLog());
      if ((await statusOf(`${spec.url}/livez`, Math.min(5000, hungMs))) === 200) answeredMs = now();
      else if (now() - answeredMs > hungMs) return life.kill(`not answering for ${hungMs / 1000} s`);
    }
  }

  /** A disk without room, say, is told of once, and does not keep it from being watched. */
  async #boundLog(): Promise<void> {
    const { logPath } = this.#options;
    const problem = await boundLog(logPath).then(() => "", (thrown: unknown) => (thrown as Error).message);
    if (problem !== "" && problem !== this.#logProblem) tell(`system  ${logPath} cannot be kept within its bound: ${problem}`, { level: "warn", event: "system.log" });
    this.#logProblem = problem;
  }

  async #giveUp(how: string): Promise<void> {
    const { spec, logPath } = this.#options;
    this.#state = "given up";
    const said = await lastLines(logPath, 5);
    const message = `${spec.name} does not start: it ended by ${how}. ${logPath} ends with:\n${said.join("\n")}`;
    this.#first.reject(new MangroveError("MGV_NOT_READY", message));
    if (this.#wasReady) tell(`system  ${message}`, { level: "error", event: "system.given-up", fields: { process: spec.name } });
  }
}
