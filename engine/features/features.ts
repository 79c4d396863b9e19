import { MangroveError } from "../../kernel-as/errors.ts";
import { Arena } from "../../kernel-as/host/arena.ts";
import { Scratch, type Kernel } from "../../kernel-as/host/kernel.ts";
import { place, type Placed } from "../../kernel-as/host/place.ts";
import { featureFields, type Schema } from "../../kernel-as/schema.ts";
import type { Batch } from "../batch.ts";
import { derivedTable, type Derived } from "./derived.ts";
import { defaultTrailing, isOnce, kindBits, trailingNames, type TrailingFeature } from "./trailing-kinds.ts";

/** What a model reads of a reading: the values of its feature fields, what is derived from them, and what is computed of each over trailing spans. */
export interface FeatureSpec {
  readonly schema: Schema;
  /** Trailing spans of event time, rising. */
  readonly spansMs: readonly number[];
  /** What is computed over them, in the table's order: each value less its mean, where nothing is said. */
  readonly trailing?: readonly TrailingFeature[];
  readonly derived?: Derived;
  /** How much later than its sensor's newest reading one may come and still find its whole window. */
  readonly maxOutOfOrdernessMs: number;
}

/** Names of the model's columns: the fields, those that are derived, then per span and kind all fields again. */
export function featureNames({ schema, spansMs, trailing = defaultTrailing, derived = {} }: Omit<FeatureSpec, "maxOutOfOrdernessMs">): string[] {
  const fields = featureFields(schema).map((index) => schema.fields[index]!.name);
  return [...fields, ...Object.keys(derived), ...trailingNames(fields, spansMs, trailing)];
}

/** Rows of features in kernel memory, row-major f32 [rows][width]. Valid until the next `push`. */
export interface FeatureRows {
  readonly at: number;
  readonly rows: number;
  readonly width: number;
  /** u32 [rows] in kernel memory: how many readings stood behind each one's longest span, itself included. */
  readonly readingsAt: number;
}

/** Where the state is kept: a task's arena, under one of its roots. */
interface FeaturePlace {
  readonly arena: Arena;
  readonly root: number;
}

/** The kernel writes four f32 at a time. */
const OUTPUT_ROOM = 16;

/**
 * The trailing readings of every sensor of one task, and the features computed from them. The one place where features
 * come from: engine, trainer and API differ only in the readings that they push. All values are rounded to f32 before anything is computed from them.
 */
export class FeatureState implements Disposable {
  readonly width: number;
  readonly #kernel: Kernel;
  readonly #fields: readonly number[];
  readonly #open = new DisposableStack();
  readonly #state: number;
  readonly #input: Scratch;
  readonly #output: Scratch;
  #last: { readonly sensors: Uint32Array; readonly timesMs: Float64Array; readonly columns: readonly Float64Array[]; readonly placed: Placed } | null = null;

  /** Without a place, in an arena of its own. Throws `MGV_ARGUMENT` for spans that do not rise from above 0, or where the place holds a state for others, `MGV_USAGE` for what cannot be derived. */
  constructor(kernel: Kernel, spec: FeatureSpec, at?: FeaturePlace) {
    const { schema, spansMs, trailing = defaultTrailing, derived = {} } = spec;
    if (!spansMs.every((spanMs, i) => spanMs > 0 && spanMs < Infinity && spanMs >= (spansMs[i - 1] ?? 0))) {
      throw new MangroveError("MGV_ARGUMENT", `Trailing spans must rise from above 0 ms, unlike ${spansMs.join(", ")}.`);
    }
    this.#kernel = kernel;
    this.#fields = featureFields(schema);
    const table = derivedTable(schema, derived);
    const derivedFeatures = Object.keys(derived).length;
    const once = trailing.filter(isOnce).length;
    const perSpan = trailing.length - once;
    this.width = this.#fields.length * (1 + spansMs.length * perSpan + (spansMs.length > 0 ? once : 0)) + derivedFeatures;
    this.#input = this.#open.use(new Scratch(kernel));
    this.#output = this.#open.use(new Scratch(kernel));
    const { arena, root } = at ?? { arena: this.#open.use(new Arena(kernel)), root: 0 };
    const [spansAt, tableAt] = place(kernel, this.#input, [Float64Array.from(spansMs), table]).pointers as [number, number];
    const retentionMs = Math.max(0, ...spansMs) + spec.maxOutOfOrdernessMs;
    this.#state = kernel.run("begin features", () => kernel.calls.trailingOpen(arena.pointer, root, this.#fields.length, spansMs.length, spansAt, retentionMs, derivedFeatures, tableAt, kindBits(trailing)) >>> 0);
    if (this.#state === 0) throw new MangroveError("MGV_ARGUMENT", "The state that is there was made for other fields, spans, features or lateness. Begin without it.");
    this.#open.defer(() => kernel.calls.trailingClose(this.#state));
  }

  /** Adds the readings in order and computes each one's features from those already seen, itself included. Columns that lie in kernel memory are read there. */
  push({ count: rows, timesMs, columns, sensors }: Pick<Batch, "count" | "sensors" | "timesMs" | "columns">): FeatureRows {
    const { list, pointers } = this.#place(sensors, timesMs, columns);
    const [sensorsAt, timesAt] = pointers as [number, number];
    const outputBytes = rows * this.width * 4 + OUTPUT_ROOM;
    const at = this.#output.atLeast(outputBytes + rows * 4);
    const readingsAt = at + outputBytes;
    this.#kernel.run("compute features", () => this.#kernel.calls.trailingPush(this.#state, rows, sensorsAt, timesAt, list + 8, at, readingsAt));
    return { at, rows, width: this.width, readingsAt };
  }

  /** The list of pointers that the last call left stands for the same views of kernel memory again. */
  #place(sensors: Uint32Array, timesMs: Float64Array, columns: readonly Float64Array[]): Placed {
    const { buffer } = this.#kernel.calls.memory;
    const last = this.#last;
    if (last?.columns === columns && last.sensors === sensors && last.timesMs === timesMs && sensors.buffer === buffer) return last.placed;
    const arrays = [sensors, timesMs, ...this.#fields.map((index) => columns[index]!)];
    const areInside = arrays.every((array) => array.buffer === buffer);
    const placed = place(this.#kernel, this.#input, arrays);
    this.#last = areInside ? { sensors, timesMs, columns, placed } : null;
    return placed;
  }

  /** Has a sensor know what another sensor of another state of the same features knows; its next reading has the features that the other's would have, bit for bit. Returns how many readings that are. */
  copy(sensor: number, from: FeatureState, fromSensor: number): number {
    return this.#kernel.run("copy a sensor's readings", () => this.#kernel.calls.trailingCopy(this.#state, sensor, from.#state, fromSensor) >>> 0);
  }

  /** Frees all that is kept of a sensor; its number may be given again. */
  forget(sensor: number): void {
    this.#kernel.run("forget a sensor", () => this.#kernel.calls.trailingForget(this.#state, sensor));
  }

  [Symbol.dispose](): void {
    this.#open.dispose();
  }
}
