import { LatencyWatch } from "../engine/monitoring/latency-watch.ts";
import type { CommitWatch } from "../engine/runtime/commit-watch.ts";
import type { Notifications } from "./alerts/notifications.ts";
import type { Runtime } from "./runtime.ts";

/** Who is told of what one life of a task commits. */
export function watchesOf({ feed, metrics }: Runtime, notifications: Notifications): CommitWatch[] {
  return [feed.watch(), new LatencyWatch({ metrics, now: Date.now }), ...notifications.watches()];
}
