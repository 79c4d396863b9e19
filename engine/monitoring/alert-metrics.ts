import { addComputed } from "./computed-metric.ts";
import { severities } from "../rules/profile.ts";
import { JobMetrics } from "./job-metrics.ts";

/** Of alerts, and of what people are told of them. A route is a way to tell people: there are as many as the configuration names. */
export class AlertMetrics extends JobMetrics {
  readonly #alerts = this.counter("alerts_total", "Alerts raised.", ["kind", "severity"]);
  readonly #anomalies = this.counter("anomalies_total", "Alerts of values unlike their sensor's recent ones.");
  readonly #sent = this.counter("notifications_sent_total", "Notifications that were taken.", ["route"]);
  readonly #retries = this.counter("notification_retries_total", "Attempts to tell of an alert that failed and are made again.", ["route"]);
  readonly #failed = this.counter("notifications_failed_total", "Notifications that were given up.", ["route"]);
  readonly #pending = this.gauge("notifications_pending", "Notifications under way, those that wait for another attempt among them.", ["route"]);

  /** Begins all series of alerts, so that the first one is an increase. */
  alertKinds(kinds: readonly string[]): void {
    for (const kind of kinds) for (const severity of severities) this.#alerts.inc({ kind, severity }, 0);
  }

  alert({ kind, severity }: { readonly kind: string; readonly severity: string }): void {
    this.#alerts.inc({ kind, severity });
    if (kind === "anomaly") this.#anomalies.inc();
  }

  /** `count`: of the alerts that nobody has acknowledged, when it is asked. */
  followOpenAlerts(count: () => number): void {
    const help = "Alerts that nobody has acknowledged, of the newest ones that are remembered.";
    addComputed(this.registry, { name: "mangrove_open_alerts", type: "gauge", help, values: () => [{ labels: {}, value: count() }] });
  }

  notification(route: string, outcome: "sent" | "retried" | "failed"): void {
    ({ sent: this.#sent, retried: this.#retries, failed: this.#failed })[outcome].inc({ route });
  }

  /** Begins all series of a route, so that the first failure is an increase. */
  notificationsPending(route: string, count: number): void {
    for (const counter of [this.#sent, this.#retries, this.#failed]) counter.inc({ route }, 0);
    this.#pending.set({ route }, count);
  }
}
