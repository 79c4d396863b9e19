/** A process of the system. */
export interface ProcessSpec {
  /** One word, by which people name it. */
  readonly name: string;
  /** The program, and its arguments. */
  readonly command: readonly string[];
  /** In the environment, beside what is there. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it answers `/livez` and `/readyz`. */
  readonly url: string;
  /** Those that must be ready before it starts. */
  readonly after: readonly string[];
  /** How long it may take from its start until it is ready. */
  readonly readyWithinMs: number;
}

export type ProcessState = "waiting" | "starting" | "ready" | "restarting" | "given up" | "stopped";

/** What is known of a process, for people and as JSON. */
export interface ProcessStatus {
  readonly name: string;
  readonly state: ProcessState;
  readonly pid: number | null;
  readonly url: string;
  /** Times that it was started again since the system was started. */
  readonly restarts: number;
  /** From its last start until it was ready, seconds; null: it is not yet. */
  readonly ready_seconds: number | null;
  /** Since it is ready, seconds. */
  readonly up_seconds: number | null;
  /** How it ended last. */
  readonly last_end: string | null;
}
