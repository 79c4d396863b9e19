import { alertRecord, rowRecord } from "../sink/records.ts";
import type { CommitWatch } from "../runtime/commit-watch.ts";
import type { TaskOutput } from "../task/output.ts";
import { addLetters, type DeadLetterSample } from "./dead-letters.ts";
import type { EvidenceStore } from "./evidence-store.ts";
import { PredictionTally, type PredictionSample } from "./predictions.ts";

/** What a task gave, as listeners are to hear it. */
export interface Seen {
  readonly predictions: Map<string, PredictionSample>;
  readonly alerts: { readonly sensor: string; readonly data: string }[];
  /** The last of each topic and sensor. */
  readonly windows: Map<string, WindowSample>;
  /** By code. */
  readonly letters: Map<string, DeadLetterSample>;
  /** From the append of the reading that was processed last to its processing; null where none has an append time. */
  lagMs: number | null;
}

export interface WindowSample {
  readonly sensor: string;
  /** Made for those alone that are told of. */
  readonly text: () => string;
}

export function windowKey(topic: string, sensor: string): string {
  return `${topic}\n${sensor}`; // no topic's name has a line break
}

/** A window's record with the name of its topic. */
export function windowText(topic: string, record: string): string {
  return `{"topic":${JSON.stringify(topic)},${record.slice(1)}`;
}

export function emptySeen(): Seen {
  return { predictions: new Map(), alerts: [], windows: new Map(), letters: new Map(), lagMs: null };
}

/** Sees what one life of a task gives: whoever listens hears of it once it is committed, of alerts and dead letters also who asks later. What a life leaves uncommitted the next one gives again. */
export class TaskWatch implements CommitWatch {
  readonly #isHeard: () => boolean;
  readonly #tell: (seen: Seen) => void;
  readonly #now: () => number;
  readonly #evidence: EvidenceStore;
  readonly #tally = new PredictionTally();
  #seen: Seen | null = null;

  constructor(options: { isHeard: () => boolean; tell: (seen: Seen) => void; now: () => number; evidence: EvidenceStore }) {
    this.#isHeard = options.isHeard;
    this.#tell = options.tell;
    this.#now = options.now;
    this.#evidence = options.evidence;
  }

  /** Holds on to nothing of the output. */
  write(output: TaskOutput): void {
    const isHeard = this.#isHeard();
    if (!isHeard && output.alerts.length === 0 && output.deadLetters.length === 0) return;
    const seen = (this.#seen ??= emptySeen());
    const { predictions, alerts, windows, letters } = seen;
    for (const alert of output.alerts) alerts.push({ sensor: alert.sensor, data: alertRecord(alert).value });
    this.#evidence.add(output.evidence ?? []);
    addLetters(letters, output.deadLetters);
    if (!isHeard) return;
    this.#tally.add(predictions, output);
    for (const row of output.rows) {
      if (row.startMs === null) continue;
      windows.set(windowKey(row.topic, row.sensor), { sensor: row.sensor, text: () => windowText(row.topic, rowRecord(row).value) });
    }
    const { count, appendTimesMs } = output.batch;
    const appendedMs = count > 0 ? appendTimesMs[count - 1]! : NaN;
    if (!Number.isNaN(appendedMs)) seen.lagMs = Math.max(0, this.#now() - appendedMs);
  }

  /** Of what was written until the call: the function that it gives, called when that is committed, tells of it. */
  cut(): () => void {
    const seen = this.#seen;
    this.#seen = null;
    return () => void (seen && this.#tell(seen));
  }
}
