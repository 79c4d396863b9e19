import { MangroveError } from "../../kernel-as/errors.ts";
import type { Schema } from "../../kernel-as/schema.ts";

/** What a pipeline does, as data. */
interface PipelineParts {
  readonly name: string;
  readonly schema: Schema;
  /** Topics: where readings come from, and where the outputs go. */
  readonly readings: string;
  readonly predictions: string;
  readonly alerts: string;
  readonly deadLetters: string;
  /** Trailing spans of event time that the features look back on, rising. */
  readonly spansMs: readonly number[];
  /** A reading that is older than its sensor's newest by more than this is late. */
  readonly maxOutOfOrdernessMs: number;
  /** A sensor that has raised an alert raises the next one only after this long without a prediction of fire. */
  readonly holdOffMs: number;
}

/** What becomes of the readings of one topic. Steps return a new pipeline; none of them does anything yet. */
export interface Pipeline extends PipelineParts {
  /** Readings come from this topic. */
  from(topic: string): Pipeline;
  /** The label of training data stands under this key. */
  labelled(label: string): Pipeline;
  /** Features look back over these spans; the longest says how long a reading is remembered. Throws `MGV_USAGE`. */
  trailing(options: { spansMs: readonly number[]; maxOutOfOrdernessMs?: number }): Pipeline;
  score(options: { to: string }): Pipeline;
  alert(options: { to: string; holdOffMs?: number }): Pipeline;
  reject(options: { to: string }): Pipeline;
}

/** A pipeline that reads `from`; its output topics are named after it until a step names them. */
export function pipeline(name: string, options: { from: string; schema: Schema }): Pipeline {
  return withSteps({
    name,
    schema: options.schema,
    readings: options.from,
    predictions: `${name}_predictions`,
    alerts: `${name}_alerts`,
    deadLetters: `${name}_dead_letter`,
    spansMs: [],
    maxOutOfOrdernessMs: 10_000,
    holdOffMs: 300_000,
  });
}

function withSteps(parts: PipelineParts): Pipeline {
  const changed = (change: Partial<PipelineParts>) => withSteps({ ...parts, ...change });
  return {
    ...parts,
    from: (topic) => changed({ readings: topic }),
    labelled: (label) => changed({ schema: { ...parts.schema, label } }),
    trailing: ({ spansMs, maxOutOfOrdernessMs = parts.maxOutOfOrdernessMs }) => {
      if (spansMs.some((spanMs) => !(spanMs > 0 && spanMs < Infinity))) {
        throw new MangroveError("MGV_USAGE", `Trailing spans must be above 0 ms, not ${spansMs.join(", ")}.`);
      }
      return changed({ spansMs: spansMs.toSorted((a, b) => a - b), maxOutOfOrdernessMs });
    },
    score: ({ to }) => changed({ predictions: to }),
    alert: ({ to, holdOffMs = parts.holdOffMs }) => changed({ alerts: to, holdOffMs }),
    reject: ({ to }) => changed({ deadLetters: to }),
  };
}
