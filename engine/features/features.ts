import { Scratch, type Kernel } from "../../kernel-as/host/kernel.ts";
import { featureFields, type Schema } from "../../kernel-as/schema.ts";
import type { Batch } from "../batch.ts";

/** What a model reads of a reading: the values of its feature fields, and each less its mean over trailing spans. */
export interface FeatureSpec {
  readonly schema: Schema;
  /** Trailing spans of event time, rising. */
  readonly spansMs: readonly number[];
  /** How much later than its sensor's newest reading one may come and still find its whole window. */
  readonly maxOutOfOrdernessMs: number;
}

/** Names of the model's columns: the fields, then per span all fields again. */
export function featureNames({ schema, spansMs }: Pick<FeatureSpec, "schema" | "spansMs">): string[] {
  const fields = featureFields(schema).map((index) => schema.fields[index]!.name);
  return [...fields, ...spansMs.flatMap((spanMs) => fields.map((name) => `${name} - mean ${spanMs / 1000}s`))];
}

/** Rows of features in kernel memory, row-major f32 [rows][width]. Valid until the next `push`. */
export interface FeatureRows {
  readonly at: number;
  readonly rows: number;
  readonly width: number;
}

/**
 * The trailing readings of every sensor of one task, and the features computed from them. The one place where features
 * come from: engine, trainer and API differ only in the readings that they push.
 */
export class FeatureState implements Disposable {
  readonly width: number;
  readonly #kernel: Kernel;
  readonly #fields: readonly number[];
  readonly #rowDoubles: number;
  readonly #state: number;
  readonly #input: Scratch;
  readonly #output: Scratch;

  constructor(kernel: Kernel, spec: FeatureSpec) {
    this.#kernel = kernel;
    this.#fields = featureFields(spec.schema);
    this.#rowDoubles = (this.#fields.length + 1) & ~1;
    this.width = this.#fields.length * (1 + spec.spansMs.length);
    this.#input = new Scratch(kernel);
    this.#output = new Scratch(kernel);
    const spans = this.#input.atLeast(Math.max(spec.spansMs.length, 1) * 8);
    kernel.f64(spans, spec.spansMs.length).set(spec.spansMs);
    const retentionMs = Math.max(0, ...spec.spansMs) + spec.maxOutOfOrdernessMs;
    this.#state = kernel.calls.trailingCreate(this.#fields.length, spec.spansMs.length, spans, retentionMs) >>> 0;
  }

  /** Adds the readings in order and computes each one's features from those already seen, itself included. */
  push(batch: Pick<Batch, "count" | "sensors" | "timesMs" | "columns">): FeatureRows {
    const rows = batch.count;
    const timesAt = this.#input.atLeast(rows * (8 + 8 * this.#rowDoubles + 4) + 8);
    const valuesAt = timesAt + rows * 8;
    const sensorsAt = valuesAt + rows * this.#rowDoubles * 8;
    const at = this.#output.atLeast(rows * this.width * 4);
    this.#kernel.f64(timesAt, rows).set(batch.timesMs);
    const values = this.#kernel.f64(valuesAt, rows * this.#rowDoubles);
    const { columns } = batch;
    this.#fields.forEach((index, place) => {
      const column = columns[index]!;
      for (let row = 0, to = place; row < rows; row++, to += this.#rowDoubles) values[to] = column[row]!;
    });
    this.#kernel.u32(sensorsAt, rows).set(batch.sensors);
    this.#kernel.run("compute features", () =>
      this.#kernel.calls.trailingPush(this.#state, rows, sensorsAt, timesAt, valuesAt, at),
    );
    return { at, rows, width: this.width };
  }

  [Symbol.dispose](): void {
    this.#kernel.calls.trailingForget(this.#state);
    this.#input[Symbol.dispose]();
    this.#output[Symbol.dispose]();
  }
}
