import { createHash } from "node:crypto";
import { severityRank } from "../rules/evaluate.ts";
import { severities, type Severity } from "../rules/profile.ts";

/** An alert as its record tells of it. */
export interface ToldAlert {
  readonly id: string;
  readonly sensor_id: string;
  /** Event time, ISO 8601; null where it has none. */
  readonly timestamp: string | null;
  readonly kind: string;
  readonly cause: string | null;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly severity: Severity;
  readonly message: string;
  readonly model_version: string | null;
}

/** Null for what is no alert: others may write to the topic too. */
export function readAlert(text: string): ToldAlert | null {
  let record: Record<string, unknown> | null;
  try {
    record = JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    return null;
  }
  if (record === null || typeof record !== "object") return null;
  const { alert_id: id, sensor, timestamp, alert_type: kind, cause, value, threshold, severity, message, model_version: modelVersion } = record;
  const known = severities.find((each) => each === severity);
  if (typeof id !== "string" || typeof sensor !== "string" || typeof kind !== "string" || typeof message !== "string" || known === undefined) return null;
  return { id, sensor_id: sensor, timestamp: textOf(timestamp), kind, cause: textOf(cause), value: numberOf(value), threshold: numberOf(threshold), severity: known, message, model_version: textOf(modelVersion) };
}

/** A scrape asks for those of all alerts that a desk remembers. */
const keys = new WeakMap<ToldAlert, string>();

/** What tells an alert from all others, in printable ASCII. Its id alone does not where readings are counted from 0 again: a topic that was made anew, a process without state. */
export function keyOf(alert: ToldAlert): string {
  let key = keys.get(alert);
  if (key === undefined) keys.set(alert, (key = `${printable(alert.id)}.${createHash("sha256").update(JSON.stringify(alert)).digest("hex").slice(0, 12)}`));
  return key;
}

/** The bytes of everything else percent-encoded. */
function printable(id: string): string {
  return id.replaceAll(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character.toWellFormed()));
}

/** Whether `severity` is that grave. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severityRank(severity) >= severityRank(least);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
