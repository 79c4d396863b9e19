import { orAborted } from "../broker/patience.ts";
import type { Metrics } from "../monitoring/metrics.ts";
import type { Sleep } from "../source/pace.ts";
import type { AlertDesk } from "./alert-desk.ts";
import type { AlertReader, LoggedAlert } from "./alert-log.ts";
import { deliver } from "./delivery.ts";
import { noticeOf } from "./notice.ts";
import { Repeats } from "./repeats.ts";
import type { Route } from "./route.ts";
import type { Target } from "./target.ts";
import { isAtLeast } from "./told-alert.ts";

/** So many notices are under way at once; while they are, alerts stay where they are. */
const MOST_UNDER_WAY = 64;

export interface CourierOptions {
  readonly route: Route;
  readonly target: Target;
  readonly reader: AlertReader;
  readonly desk: AlertDesk;
  readonly metrics: Metrics;
  /** The pipeline's name. */
  readonly pipeline: string;
  /** Epoch ms. */
  readonly now: () => number;
  /** From 0 on, below 1. */
  readonly random: () => number;
  readonly sleep: Sleep;
  readonly giveUpMs?: number;
  /** What a person may want to know. `isGraver`: an alert was given up. */
  readonly tell: (sentence: string, isGrave: boolean) => void;
}

interface Ends {
  readonly stop: AbortSignal;
  readonly cut: AbortSignal;
}

/** Tells of alerts by one route. An alert is settled once it is told, given up, or nothing to tell: until then another process would tell it again. */
export class Courier {
  readonly #options: CourierOptions;
  readonly #repeats: Repeats;
  readonly #underWay = new Set<Promise<void>>();
  #isTaking = false;
  /** The failure that was told last: it is told once, until something is delivered. */
  #told = "";

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#repeats = new Repeats(options.route.holdOffMs);
  }

  /** Nothing is left to be told at present; alerts that the route waits for do not count. */
  get isIdle(): boolean {
    return this.#underWay.size === 0 && (this.#options.route.afterMs > 0 || (!this.#isTaking && this.#options.reader.isAtEnd));
  }

  /** Resolves once all that is committed by now is known here, or `signal` aborts. */
  async comeToEnd(signal: AbortSignal): Promise<void> {
    const { route, reader } = this.#options;
    if (route.afterMs === 0) await reader.comeToEnd?.(signal);
  }

  /** Until `stop` aborts; attempts that are under way then go on until `cut` aborts. Throws what the reader throws. */
  async run(stop: AbortSignal, cut: AbortSignal): Promise<void> {
    const { route, reader, desk, now, sleep } = this.#options;
    this.#count();
    for (let logged = await reader.next(stop); logged; logged = await reader.next(stop)) {
      this.#isTaking = true;
      const { alert, loggedMs } = logged;
      if (isAtLeast(alert.severity, route.least) && !this.#repeats.isOne(alert)) {
        // they come in the order in which they are due
        if (route.afterMs > 0) await sleep(Math.max(0, loggedMs + route.afterMs - now()), stop);
        while (this.#underWay.size >= MOST_UNDER_WAY && !stop.aborted) await orAborted(Promise.race(this.#underWay), stop);
        if (stop.aborted) break;
        if (route.afterMs === 0 || !desk.isAcknowledged(alert)) this.#begin(logged, { stop, cut });
        else reader.settle(logged);
      } else reader.settle(logged);
      this.#isTaking = false;
    }
    this.#isTaking = false;
    await Promise.all(this.#underWay);
  }

  #begin(logged: LoggedAlert, ends: Ends): void {
    const work = this.#deliver(logged, ends).finally(() => {
      this.#underWay.delete(work);
      this.#count();
    });
    this.#underWay.add(work);
    this.#count();
  }

  async #deliver(logged: LoggedAlert, ends: Ends): Promise<void> {
    const { route, target, reader, desk, metrics, pipeline, tell } = this.#options;
    const { alert } = logged;
    const isReminder = route.afterMs > 0;
    desk.notifying(alert);
    const delivered = await deliver(
      target,
      noticeOf(alert, { event: isReminder ? "reminder" : "alert", route: route.name, pipeline }),
      {
        ...this.#options,
        isMoot: () => isReminder && desk.isAcknowledged(alert),
        onRetry: (reason, pauseMs) => {
          metrics.notification(route.name, "retried");
          if (this.#told !== reason) tell(`${target.description}: ${reason}; it is tried again, next in ${(pauseMs / 1000).toFixed(1)} s`, false);
          this.#told = reason;
        },
      },
      ends,
    ).catch((thrown: unknown) => {
      tell(`${target.description}: alert ${alert.id} (${alert.severity}) of ${alert.sensor_id} is not told before this process starts again: ${(thrown as Error).message}`, true);
      return { outcome: "stopped" } as const;
    });
    const { outcome } = delivered;
    if (outcome === "delivered") this.#told = "";
    if (outcome === "failed") tell(`${target.description}: alert ${alert.id} (${alert.severity}) of ${alert.sensor_id} is given up: ${delivered.reason}`, true);
    if (outcome === "delivered" || outcome === "failed") metrics.notification(route.name, outcome === "delivered" ? "sent" : "failed");
    const known = outcome === "delivered" || outcome === "failed" ? outcome : null;
    await desk.notified(alert, route.name, known).catch((thrown: unknown) => tell(`what became of alert ${alert.id} could not be kept: ${(thrown as Error).message}`, false));
    if (outcome !== "stopped") reader.settle(logged);
  }

  #count(): void {
    this.#options.metrics.notificationsPending(this.#options.route.name, this.#underWay.size);
  }
}
