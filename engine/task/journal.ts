/** What is no record of the partition and still changes its outputs. Takes effect before the record at `offset`. */
export type JournalEntry =
  /** Append time came to this without a record. */
  | { readonly offset: number; readonly kind: "advance"; readonly appendNowMs: number }
  /** Another model scores from here on. */
  | { readonly offset: number; readonly kind: "model"; readonly version: string }
  /** The source has ended: all windows closed. */
  | { readonly offset: number; readonly kind: "end" };
