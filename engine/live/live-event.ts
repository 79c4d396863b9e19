export const liveKinds = ["prediction", "alert", "window", "model", "stats", "dead_letter"] as const;

export type LiveKind = (typeof liveKinds)[number];

/** Something that happened in the engine of this process. */
export interface LiveEvent {
  /** Rises from event to event; those of another run, or of a time before which nobody listened, begin otherwise. */
  readonly id: string;
  readonly kind: LiveKind;
  /** Null for what is not of one sensor. */
  readonly sensor: string | null;
  /** JSON in one line. */
  readonly data: string;
}
