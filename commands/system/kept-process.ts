import { spawn, type ChildProcess } from "node:child_process";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { MangroveError } from "../../kernel-as/errors.ts";
import { statusOf } from "../status-of.ts";
import { tell } from "../terminal.ts";
import { SUPERVISOR } from "../workers.ts";
import { boundLog, lastLines, openLog } from "./log-file.ts";
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
}

/** Tries until the first start has failed. */
const FIRST_TRIES = 4;

/** Starts a process, sees that it becomes ready, and starts it again when it ends or hangs. */
export class KeptProcess {
  readonly #options: Required<KeptProcessOptions>;
  readonly #first = Promise.withResolvers<void>();
  readonly #stopping = new AbortController();
  #state: ProcessState = "waiting";
  #child: ChildProcess | null = null;
  /** The same, until it has ended. */
  #alive: ChildProcess | null = null;
  #ended: Promise<string> = Promise.resolve("");
  #failures = 0;
  #restarts = 0;
  #startedMs = 0;
  #readyMs: number | null = null;
  #lastEnd: string | null = null;
  #wasReady = false;
  #isAsked = false;
  #killedFor: string | null = null;

  constructor(options: KeptProcessOptions) {
    this.#options = { askMs: { starting: 100, ready: 1000 }, hungMs: 30_000, drainMs: 30_000, ...options };
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
      pid: this.#child?.pid ?? null,
      url: spec.url,
      restarts: this.#restarts,
      ready_seconds: this.#readyMs === null ? null : seconds(this.#readyMs - this.#startedMs),
      up_seconds: this.#readyMs === null ? null : seconds(now() - this.#readyMs),
      last_end: this.#lastEnd,
    };
  }

  /** Runs it until it is stopped or given up. */
  async run(): Promise<void> {
    const { spec, now } = this.#options;
    while (!this.#stopping.signal.aborted) {
      this.#start();
      this.#watch().catch((thrown: unknown) => tell(`system  ${spec.name} is not watched any more: ${MangroveError.from(thrown).message}`, { level: "error", event: "system.unwatched" }));
      const end = await this.#ended;
      const how = this.#killedFor ?? end;
      this.#killedFor = null;
      const readyForMs = this.#readyMs === null ? 0 : now() - this.#readyMs;
      this.#child = null;
      this.#readyMs = null;
      if (this.#stopping.signal.aborted) break;
      this.#lastEnd = how;
      const wasAsked = this.#isAsked;
      this.#isAsked = false;
      this.#failures = wasAsked ? 0 : readyForMs >= 30_000 ? 1 : this.#failures + 1;
      if (how === "code 2" || (!this.#wasReady && this.#failures >= FIRST_TRIES)) return this.#giveUp(how);
      this.#restarts++;
      this.#state = "restarting";
      const ms = wasAsked ? 0 : pauseMs(this.#failures);
      tell(`system  ${spec.name} ended by ${how}, and begins again ${ms === 0 ? "now" : `in ${ms / 1000} s`}`, { level: wasAsked ? "info" : "warn", event: "system.restart", fields: { process: spec.name } });
      await delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
    this.#state = "stopped";
    this.#first.reject(new MangroveError("MGV_NOT_READY", `${spec.name} was stopped before it was ready.`));
  }

  /** Has it drain, and starts it again at once. */
  async restart(): Promise<void> {
    this.#isAsked = true;
    await this.#end();
  }

  /** Has it drain, and waits until it is gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#end();
  }

  #start(): void {
    const { spec, logPath, now } = this.#options;
    const [program, ...words] = spec.command;
    this.#state = "starting";
    this.#startedMs = now();
    const log = openLog(logPath);
    // in a group of its own: Ctrl-C in a terminal is for the one who keeps it running
    const child = spawn(program!, words, { stdio: ["ignore", log.fd, log.fd], env: { ...process.env, ...spec.env, [SUPERVISOR]: String(process.pid) }, detached: true, windowsHide: true });
    log.close();
    this.#child = child;
    this.#alive = child;
    this.#ended = new Promise((resolve) => {
      child.once("error", ({ message }) => resolve(message));
      child.once("exit", (code, by) => {
        this.#alive = null;
        resolve(by ?? `code ${code}`);
      });
    });
  }

  /** Kills it where it does not become ready, or does not answer any more. */
  async #watch(): Promise<void> {
    const { spec, now, askMs, hungMs, logPath } = this.#options;
    const child = this.#child;
    while (child === this.#child && (await statusOf(`${spec.url}/readyz`, 1000)) !== 200) {
      if (now() - this.#startedMs > spec.readyWithinMs) return this.#kill(child, `not being ready within ${spec.readyWithinMs / 1000} s`);
      await delay(askMs.starting);
    }
    if (child !== this.#child) return;
    this.#readyMs = now();
    this.#state = "ready";
    this.#wasReady = true;
    this.#first.resolve();
    tell(`system  ${spec.name.padEnd(8)} ready after ${((this.#readyMs - this.#startedMs) / 1000).toFixed(1)} s: ${spec.url}, process ${child?.pid}`, { event: "system.ready", fields: { process: spec.name } });
    for (let answeredMs = now(); child === this.#child; await delay(askMs.ready)) {
      await boundLog(logPath);
      if ((await statusOf(`${spec.url}/livez`, Math.min(5000, hungMs))) === 200) answeredMs = now();
      else if (now() - answeredMs > hungMs) return this.#kill(child, `not answering for ${hungMs / 1000} s`);
    }
  }

  #kill(child: ChildProcess | null, why: string): void {
    this.#killedFor = why;
    this.#killNow(child);
  }

  /** Not by the child's own method, which does nothing on Deno where another signal was sent before. While a child has not ended its number is nobody else's. */
  #killNow(child: ChildProcess | null): void {
    if (child?.pid !== undefined && child === this.#alive) process.kill(child.pid, "SIGKILL");
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    child.kill("SIGTERM");
    const timer = setTimeout(() => this.#killNow(child), this.#options.drainMs);
    await this.#ended;
    clearTimeout(timer);
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
