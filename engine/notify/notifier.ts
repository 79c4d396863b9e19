import { sleep } from "../source/pace.ts";
import type { AlertDesk } from "./alert-desk.ts";
import type { AlertLog } from "./alert-log.ts";
import { Courier, type CourierOptions } from "./courier.ts";
import { program } from "./program.ts";
import type { Route } from "./route.ts";
import type { Target } from "./target.ts";
import { webhook } from "./webhook.ts";

/** At the end, so long what waits is still told. */
const DRAIN_MS = 10_000;

/** What fails is begun again so much later. */
const PAUSE_MS = 5000;

/** And so long what is under way is waited for, when the process is asked to end. */
const CUT_MS = 5000;

interface NotifierOptions extends Omit<CourierOptions, "route" | "target" | "reader" | "sleep" | "tell"> {
  readonly log: AlertLog;
  readonly routes: readonly Route[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pauseMs?: number;
  readonly tell: (sentence: string, isGrave: boolean) => void;
}

/** Tells people of committed alerts, and the desk of all. Nobody waits for it: alerts are read from where they are kept. */
export class Notifier implements AsyncDisposable {
  readonly #options: NotifierOptions;
  readonly #stop = new AbortController();
  readonly #cut = new AbortController();
  readonly #opened = new AsyncDisposableStack();
  readonly #couriers: Courier[] = [];
  readonly #running: Promise<void>[] = [];

  /** Routes have their places, and what is committed from now on is told. Throws `MGV_BROKER`, `MGV_FILE_READ`, `MGV_FILE_WRITE`. */
  static async open(options: NotifierOptions): Promise<Notifier> {
    const notifier = new Notifier(options);
    try {
      await notifier.#begin();
      return notifier;
    } catch (thrown) {
      await notifier[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  private constructor(options: NotifierOptions) {
    this.#options = options;
  }

  async #begin(): Promise<void> {
    const { log, routes, desk, environment, now } = this.#options;
    await desk.follow();
    const tail = this.#opened.use(await log.tail());
    this.#running.push(this.#keepRunning(() => follow(tail, desk, this.#stop.signal), "the desk"));
    for (const route of routes) {
      const reader = this.#opened.use(await log.follow(route.name));
      const courier = new Courier({ ...this.#options, route, target: targetOf(route, { environment, now }), reader, sleep, tell: (sentence, isGrave) => this.#options.tell(`${route.name}: ${sentence}`, isGrave) });
      this.#couriers.push(courier);
      this.#running.push(this.#keepRunning(() => courier.run(this.#stop.signal, this.#cut.signal), route.name));
    }
  }

  /** Resolves when all is told that is committed, or after a while. */
  async drain(): Promise<void> {
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), DRAIN_MS);
    await Promise.allSettled(this.#couriers.map((courier) => courier.comeToEnd(end.signal)));
    while (!end.signal.aborted && !this.#stop.signal.aborted && !this.#couriers.every((courier) => courier.isIdle)) await sleep(50, end.signal);
    clearTimeout(timer);
  }

  /** The stream goes on where notifications fail, and they go on where they were. */
  async #keepRunning(work: () => Promise<void>, what: string): Promise<void> {
    const { tell, pauseMs = PAUSE_MS } = this.#options;
    let told = "";
    while (!this.#stop.signal.aborted) {
      try {
        return await work();
      } catch (thrown) {
        const { message } = thrown as Error;
        if (message !== told) tell(`${what}: ${message} It is tried again.`, false);
        told = message;
        await sleep(pauseMs, this.#stop.signal);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    const timer = setTimeout(() => this.#cut.abort(), CUT_MS);
    await Promise.all(this.#running);
    clearTimeout(timer);
    this.#cut.abort();
    await this.#opened.disposeAsync();
  }
}

export function targetOf({ to }: Route, { environment, now }: { readonly environment: Readonly<Record<string, string | undefined>>; readonly now: () => number }): Target {
  return to.kind === "webhook" ? webhook({ ...to, now }) : program(to.words, environment);
}

async function follow(tail: Awaited<ReturnType<AlertLog["tail"]>>, desk: AlertDesk, signal: AbortSignal): Promise<void> {
  for (let logged = await tail.next(signal); logged; logged = await tail.next(signal)) desk.add(logged.alert);
}
