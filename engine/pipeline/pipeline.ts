import { MangroveError } from "../../kernel-as/errors.ts";
import type { Schema } from "../../kernel-as/schema.ts";

interface PipelineParts {
  readonly name: string;
  readonly schema: Schema;
  readonly readings: string;
  readonly predictions: string;
  readonly alerts: string;
  readonly deadLetters: string;
  readonly spansMs: readonly number[];
  readonly maxOutOfOrdernessMs: number;
  readonly holdOffMs: number;
}

/** What becomes of the readings of one topic. Steps return a new pipeline; none of them does anything yet. */
export class Pipeline implements PipelineParts {
  readonly name: string;
  readonly schema: Schema;
  /** Topics: where readings come from, and where the outputs go. */
  readonly readings: string;
  readonly predictions: string;
  readonly alerts: string;
  readonly deadLetters: string;
  /** Trailing spans of event time that the features look back on. */
  readonly spansMs: readonly number[];
  /** A reading that is older than its sensor's newest by more than this is late. */
  readonly maxOutOfOrdernessMs: number;
  /** A sensor that has raised an alert raises the next one only after this long without a prediction of fire. */
  readonly holdOffMs: number;

  readonly #parts: PipelineParts;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.schema = parts.schema;
    this.readings = parts.readings;
    this.predictions = parts.predictions;
    this.alerts = parts.alerts;
    this.deadLetters = parts.deadLetters;
    this.spansMs = parts.spansMs;
    this.maxOutOfOrdernessMs = parts.maxOutOfOrdernessMs;
    this.holdOffMs = parts.holdOffMs;
  }

  #with(parts: Partial<PipelineParts>): Pipeline {
    return new Pipeline({ ...this.#parts, ...parts });
  }

  /** Readings come from this topic. */
  from(topic: string): Pipeline {
    return this.#with({ readings: topic });
  }

  /** Features look back over these spans; the longest says how long a reading is remembered. */
  trailing(options: { spansMs: readonly number[]; maxOutOfOrdernessMs?: number }): Pipeline {
    const spansMs = [...options.spansMs].sort((a, b) => a - b);
    if (spansMs.some((spanMs) => !(spanMs > 0 && spanMs < Infinity))) {
      throw new MangroveError("MGV_USAGE", `Trailing spans must be above 0 ms, not ${spansMs.join(", ")}.`);
    }
    return this.#with({ spansMs, maxOutOfOrdernessMs: options.maxOutOfOrdernessMs ?? this.maxOutOfOrdernessMs });
  }

  /** The label of training data stands under this key. */
  labelled(label: string): Pipeline {
    return this.#with({ schema: { ...this.schema, label } });
  }

  score(options: { to: string }): Pipeline {
    return this.#with({ predictions: options.to });
  }

  alert(options: { to: string; holdOffMs?: number }): Pipeline {
    return this.#with({ alerts: options.to, holdOffMs: options.holdOffMs ?? this.holdOffMs });
  }

  reject(options: { to: string }): Pipeline {
    return this.#with({ deadLetters: options.to });
  }
}

/** A pipeline that reads `from`; its output topics are named after it until a step names them. */
export function pipeline(name: string, options: { from: string; schema: Schema }): Pipeline {
  return new Pipeline({
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
