/** Simulated messages, step after step of event time. */
export interface MessageStream {
  /** Event time from the start to the next step. */
  readonly elapsedMs: number;
  /** Appends the messages of the next step and a key for each; `false`, and what was still under way, after the end. */
  next(keys: string[], texts: string[]): boolean;
}
