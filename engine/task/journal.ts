/** What is no record of the partition and still changes its outputs. */
export type JournalEvent =
  /** Append time came to this without a record. */
  | { readonly kind: "advance"; readonly appendNowMs: number }
  /** Another model scores from here on, or another trial: by its id. */
  | { readonly kind: "model"; readonly version: string }
  /** The source ended: all windows closed. */
  | { readonly kind: "end" };

/** An event that took effect before the record at `offset`. Numbers of a task's entries count up by one. */
export type JournalEntry = JournalEvent & { readonly number: number; readonly offset: number };
