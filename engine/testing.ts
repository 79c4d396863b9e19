import { MangroveError } from "../kernel-as/errors.ts";
import { sharedKernel, type Kernel } from "../kernel-as/host/kernel.ts";
import { didYouMean } from "../kernel-as/nearest.ts";
import { mustTake } from "../kernel-as/options.ts";
import { eventTime } from "./decode/value.ts";
import { ModelStore, type Model } from "./model/model-store.ts";
import { durationMs, type Duration } from "./pipeline/duration.ts";
import type { Pipeline } from "./pipeline/pipeline.ts";
import { outputRecords } from "./sink/records.ts";
import { RecordBatchBuilder } from "./source/record-batch.ts";
import type { RecordBatch } from "./source/source.ts";
import type { JournalEntry } from "./task/journal.ts";
import type { TaskOutput } from "./task/output.ts";
import { Task, type Models } from "./task/task.ts";

/** A message: an object, or the text of one as a sensor might send it. */
export type Message = Readonly<Record<string, unknown>> | string;

export interface DriverOptions {
  /** The file of the model that scores; without one nothing is scored. */
  readonly model?: string;
  readonly kernel?: Kernel;
}

/**
 * Runs a pipeline without a broker, on a clock that the test moves: one partition, the very task that an engine runs. Time is the append time of messages: it goes on with
 * the event times that are piped, and by {@link advance}.
 */
export class PipelineDriver implements Disposable {
  readonly #pipeline: Pipeline;
  readonly #kernel: Kernel;
  readonly #models: DriverModels | null;
  readonly #outputs = new Map<string, unknown[]>();
  readonly #piped: RecordBatch[] = [];
  readonly #journal: JournalEntry[] = [];
  readonly #snapshots: Uint8Array[] = [];
  #task: Task | null;
  #nowMs = 0;
  #offset = 0;

  private constructor(pipeline: Pipeline, kernel: Kernel, models: DriverModels | null) {
    this.#pipeline = pipeline;
    this.#kernel = kernel;
    this.#models = models;
    this.#task = this.#begin();
  }

  static async open(pipeline: Pipeline, options: DriverOptions = {}): Promise<PipelineDriver> {
    mustTake("PipelineDriver.open", options, ["model", "kernel"]);
    const kernel = options.kernel ?? (await sharedKernel());
    const models = options.model === undefined ? null : new DriverModels(kernel, pipeline);
    await models?.use(options.model!);
    return new PipelineDriver(pipeline, kernel, models);
  }

  /** Append time, epoch ms. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Messages as one batch. `at`: their append time; otherwise time goes on to each one's event time. */
  pipe(messages: Message | readonly Message[], options: { key?: string; at?: number } = {}): this {
    mustTake("pipe", options, ["key", "at"]);
    const builder = new RecordBatchBuilder(this.#pipeline.readings, 0);
    const encoder = new TextEncoder();
    for (const message of Array.isArray(messages) ? (messages as readonly Message[]) : [messages as Message]) {
      this.#nowMs = options.at ?? Math.max(this.#nowMs, this.#eventTimeOf(message));
      const text = typeof message === "string" ? message : JSON.stringify(message);
      builder.add(this.#offset++, this.#nowMs, options.key === undefined ? null : encoder.encode(options.key), encoder.encode(text));
    }
    if (builder.count === 0) return this;
    const records = builder.take();
    this.#piped.push(records);
    return this.#take(this.#running.process(records));
  }

  /** Time goes on without a message. */
  advance(by: Duration): this {
    this.#nowMs += durationMs(by, "advance");
    return this.#take(this.#running.advance(this.#nowMs));
  }

  /** The source has ended: all windows close. */
  end(): this {
    return this.#take(this.#running.end());
  }

  /** Scores by another model file from here on. Throws what is wrong with it. */
  async swap(model: string): Promise<this> {
    if (!this.#models) throw new MangroveError("MGV_USAGE", "The driver was opened without a model, so nothing is scored: give it one to begin with.");
    await this.#models.use(model);
    return this;
  }

  /** Keeps the state: what {@link restore} begins with. */
  snapshot(): this {
    this.#snapshots.push(this.#running.snapshot());
    return this;
  }

  /** The process dies. What was written stays written. */
  crash(): this {
    this.#running[Symbol.dispose]();
    this.#task = null;
    return this;
  }

  /** Another process takes over: the last snapshot, and what came after it once more, with its outputs suppressed. */
  restore(): this {
    this.#task?.[Symbol.dispose]();
    this.#task = this.#restored();
    return this;
  }

  /** What was written to a topic so far, as objects. Throws `MGV_ARGUMENT` for one that the pipeline does not write to, which would be empty for ever. */
  output(topic: string): readonly any[] {
    const { outputTopics } = this.#pipeline;
    if (!outputTopics.includes(topic)) throw new MangroveError("MGV_ARGUMENT", `The pipeline writes to no topic ${JSON.stringify(topic)}.${didYouMean(topic, outputTopics)} It writes to ${outputTopics.join(", ")}.`);
    return this.#outputs.get(topic) ?? [];
  }

  /**
   * What a step keeps for a sensor: the state of a function, the results so far of the windows that are open, the readings of
   * sliding ones. Undefined where it keeps nothing. It is that of a task that
   * has taken in the same messages, so that looking changes nothing.
   */
  state(step: string, sensor: string): any {
    if (!this.#pipeline.steps.some(({ name }) => name === step)) throw new MangroveError("MGV_USAGE", `There is no step "${step}". The steps are ${this.#pipeline.steps.map(({ name }) => name).join(", ")}.`);
    using twin = this.#restored();
    return twin.takeState(step, sensor);
  }

  get #running(): Task {
    if (this.#task) return this.#task;
    throw new MangroveError("MGV_USAGE", "The driver has crashed: call restore() before it goes on.");
  }

  #restored(): Task {
    const task = this.#begin();
    for (const records of [...this.#piped, null]) task.replay(records, this.#journal);
    return task;
  }

  #begin(): Task {
    return new Task({ kernel: this.#kernel, pipeline: this.#pipeline, models: this.#models, format: { kind: "json" }, snapshots: this.#snapshots });
  }

  #take(output: TaskOutput): this {
    this.#journal.push(...output.journal);
    for (const { topic, value } of outputRecords(this.#pipeline, output)) {
      const written = this.#outputs.get(topic) ?? [];
      written.push(JSON.parse(value));
      this.#outputs.set(topic, written);
    }
    return this;
  }

  #eventTimeOf(message: Message): number {
    if (typeof message === "string") return this.#nowMs;
    const { schema } = this.#pipeline;
    const time = eventTime(schema, message[schema.time.keys.find((key) => key in message) ?? ""], this.#nowMs);
    return typeof time === "number" ? time : this.#nowMs;
  }

  [Symbol.dispose](): void {
    this.#task?.[Symbol.dispose]();
  }
}

/** All models that were in use, so that a replay finds them. */
class DriverModels implements Models {
  readonly #kernel: Kernel;
  readonly #pipeline: Pipeline;
  readonly #used = new Map<string, Model>();
  #current: Model | null = null;

  constructor(kernel: Kernel, pipeline: Pipeline) {
    this.#kernel = kernel;
    this.#pipeline = pipeline;
  }

  async use(path: string): Promise<void> {
    const store = new ModelStore({ kernel: this.#kernel, pipeline: this.#pipeline, path, now: () => 0 });
    await store.refresh();
    this.#current = store.require();
    this.#used.set(this.#current.id, this.#current);
  }

  require(): Model {
    return this.#current!;
  }

  find(id: string): Model | null {
    return this.#used.get(id) ?? null;
  }
}
