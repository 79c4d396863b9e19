import { keyOf, type ToldAlert } from "./told-alert.ts";

/** What a receiver is told. */
export interface Notice {
  /** The same however often it is told: what a receiver knows already it may pass over. */
  readonly key: string;
  /** One line of JSON. */
  readonly body: string;
}

/** `reminder`: nobody has acknowledged the alert for as long as the route waits. */
export type NoticeEvent = "alert" | "reminder" | "test";

/** The key begins with the alert's id, what is not printable ASCII percent-encoded; that of a reminder names the route, which may have been told of the alert before. */
export function noticeOf(alert: ToldAlert, { event, route, pipeline }: { readonly event: NoticeEvent; readonly route: string; readonly pipeline: string }): Notice {
  const key = event === "reminder" ? `${keyOf(alert)}/${route}` : keyOf(alert);
  return { key, body: JSON.stringify({ idempotency_key: key, event, route, pipeline, alert }) };
}

/** An alert that is none, to try a route with. */
export function trialAlert(nowMs: number): ToldAlert {
  const timestamp = new Date(nowMs).toISOString();
  return { id: `test-${nowMs}`, sensor_id: "test", timestamp, kind: "test", cause: null, value: null, threshold: null, severity: "CRITICAL", message: "This is a test of the notifications. There is no fire.", model_version: null };
}
