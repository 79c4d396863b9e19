import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { EventClock, type Forgotten as ForgottenSensors } from "../../kernel-as/host/clock.ts";
import { Arena } from "../../kernel-as/host/arena.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { emptyBatch, type Batch, type DeadLetter } from "../batch.ts";
import { Decoder } from "../decode/decoder.ts";
import type { FeatureState } from "../features/features.ts";
import type { Model } from "../model/model-store.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Step } from "../pipeline/step.ts";
import { stepFingerprints } from "../pipeline/topology.ts";
import type { RecordBatch, RecordFormat } from "../source/source.ts";
import { sliceRecords } from "../source/record-batch.ts";
import { Collected } from "./context.ts";
import type { ScoredReading } from "./evidence.ts";
import type { JournalEntry, JournalEvent } from "./journal.ts";
import type { LiveWindows, WindowHolder } from "./live-windows.ts";
import type { Forgotten, Operator } from "./operator.ts";
import { operatorOf } from "./operators/operators.ts";
import type { TaskOutput } from "./output.ts";
import { PredictionRecords } from "./prediction-records.ts";
import { BatchRows, concatRows, type Rows } from "./rows.ts";
import { checkChain, readSnapshot, writeSnapshot, type SnapshotHeader } from "./snapshot.ts";

/** The models that a task may score by. */
export interface Models {
  /** The one to be used from now on; throws `MGV_MODEL_MISSING` when there is none. */
  require(): Model;
  /** One that was in use, by its id; null when it is not there any more. */
  find(id: string): Model | null;
}

export interface TaskOptions {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  /** Null switches scoring off: readings are only decoded and kept. */
  readonly models: Models | null;
  readonly format: RecordFormat;
  /** Where the records come from that outputs of no record are told of. */
  readonly partition?: number;
  /** Of a task of the same pipeline, from its first on: the state to begin with. */
  readonly snapshots?: readonly Uint8Array[];
  /** Where the windows of its sensors are to be found while it lives. */
  readonly live?: LiveWindows | undefined;
}

/** Roots of the arena; the decoder's dictionary has 0. */
const CLOCK_ROOT = 1;
const FIRST_STEP_ROOT = 2;

interface Placed {
  readonly step: Step;
  readonly operator: Operator | null;
}

/**
 * The deterministic fold of one partition. The same records and the same journal give the same outputs, however they are cut into batches and wherever the
 * state was snapshot and restored in between. No clock, no randomness, no I/O.
 */
export class Task implements WindowHolder, Disposable {
  readonly #pipeline: Pipeline;
  readonly #models: Models | null;
  readonly #arena: Arena;
  readonly #decoder: Decoder;
  readonly #clock: EventClock;
  readonly #predictions: PredictionRecords;
  readonly #steps: readonly Placed[];
  readonly #held: DisposableStack;
  /** To a topic, and not to the history alone. */
  readonly #isPredictionsWritten: boolean;
  readonly #partition: number;
  #model: Model | null = null;
  #modelId: string | null = null;
  #nextOffset = 0;
  #nextEntry = 0;
  #sequence = 0;

  /** Throws `MGV_SNAPSHOT` for snapshots that cannot be used, with the reason. */
  constructor({ kernel, pipeline, models, format, partition = 0, snapshots = [], live }: TaskOptions) {
    const chain = snapshots.map(readSnapshot);
    const headers = chain.map(({ header }) => header);
    checkChain(headers, { name: pipeline.name, steps: stepFingerprints(pipeline) });
    this.#pipeline = pipeline;
    this.#isPredictionsWritten = pipeline.predictions !== null;
    this.#models = models;
    this.#partition = partition;
    using held = new DisposableStack();
    this.#arena = held.use(new Arena(kernel));
    for (const { page, bytes } of chain.flatMap(({ pages }) => pages)) this.#arena.put(page, bytes);
    this.#decoder = held.use(new Decoder(kernel, pipeline.schema, format, { arena: this.#arena, maxAheadMs: pipeline.clock.maxAheadMs }));
    this.#predictions = held.use(new PredictionRecords(kernel, pipeline, this.#decoder.sensors));
    const { per, maxOutOfOrdernessMs, idleAfterMs, forgetAfterMs } = pipeline.clock;
    this.#clock = held.use(new EventClock(kernel, this.#arena, { spec: { clock: per, maxOutOfOrdernessMs, idleAfterMs, forgetAfterMs }, root: CLOCK_ROOT }));
    const model = models && (() => this.#model ?? models.require());
    this.#steps = pipeline.steps.map((step, place) => ({ step, operator: held.use(operatorOf(step, { kernel, arena: this.#arena, root: FIRST_STEP_ROOT + place, pipeline, model })) }));
    for (const { states } of headers) for (const { step, operator } of this.#steps) operator?.state?.put(states[step.name] ?? []);
    this.#nextOffset = headers.at(-1)?.nextOffset ?? 0;
    this.#nextEntry = headers.at(-1)?.nextEntry ?? 0;
    this.#modelId = headers.at(-1)?.modelVersion ?? null;
    this.#sequence = headers.length;
    if (live) held.use(live.add(this));
    this.#held = held.move();
  }

  /** Kernel memory that the state takes. */
  get stateBytes(): number {
    return this.#arena.bytes;
  }

  /** What comes after the last record that was taken in. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  copyWindow(sensor: string, features: FeatureState, into: number): number {
    const from = this.#steps.find(({ operator }) => operator?.features)?.operator?.features;
    const number = from ? this.#decoder.sensors.find(sensor) : null;
    return from && number !== null ? features.copy(into, from, number) : 0;
  }

  /** Takes in records by the model that is in use now. Throws `MGV_MODEL_MISSING` when it is to score and there is none, `MGV_STEP` when a function of many rows fails. */
  process(records: RecordBatch): TaskOutput {
    return this.#fold(records, this.#adopt(records.offsets[0]));
  }

  /** Goes on by the model that is in use now. Throws `MGV_MODEL_MISSING` when it is to score and there is none. */
  adoptModel(): TaskOutput {
    const batch = this.#noBatch();
    const collected = new Collected(batch, { forgotten: [], records: null, nextOffset: this.#nextOffset });
    return this.#output(batch, new Uint8Array(0), collected, [], this.#adopt(this.#nextOffset));
  }

  /** Append time has come to this without a record: silent sensors become idle. */
  advance(appendNowMs: number): TaskOutput {
    return this.#tick(this.#entry({ kind: "advance", appendNowMs }));
  }

  /** The source has ended: every window closes. */
  end(): TaskOutput {
    return this.#tick(this.#entry({ kind: "end" }));
  }

  /**
   * Takes records in again, with the entries of the journal at their places; null: the entries that are left, after all records that are there. What is in the state already is
   * passed over. Outputs go to `give` one by one, each good until it returns. Throws `MGV_MODEL_MISSING` for a model that is not there any more.
   */
  replay(records: RecordBatch | null, journal: readonly JournalEntry[], give: (output: TaskOutput) => void = () => {}): void {
    const foldBelow = (offset: number) => {
      if (records === null) return;
      const [from, to] = [firstFrom(records, this.#nextOffset), firstFrom(records, offset)];
      if (to > from) give(this.#fold(sliceRecords(records, from, to), []));
    };
    const end = records?.offsets.at(-1) ?? Infinity;
    for (const entry of journal) {
      if (entry.number < this.#nextEntry || entry.offset > end) continue;
      foldBelow(entry.offset);
      this.#nextEntry = entry.number + 1;
      if (entry.kind === "model") this.#useModel(entry.version);
      else give(this.#tick(entry));
    }
    foldBelow(Infinity);
  }

  /** The next entry has this number or a later one: earlier ones are gone. */
  passEntries(nextEntry: number): void {
    this.#nextEntry = Math.max(this.#nextEntry, nextEntry);
  }

  #adopt(offset: number | undefined): JournalEntry[] {
    const model = this.#models?.require() ?? null;
    const isOther = model !== null && model.id !== this.#modelId;
    this.#model = model;
    this.#modelId = model?.id ?? null;
    return isOther ? [this.#entry({ kind: "model", version: model.id }, offset)] : [];
  }

  #noBatch(): Batch {
    const { readings: topic, schema } = this.#pipeline;
    return emptyBatch(schema.fields.length, { topic, partition: this.#partition, names: { of: (sensor) => this.#decoder.sensors.nameOf(sensor) } });
  }

  #entry(event: JournalEvent, offset = this.#nextOffset): JournalEntry {
    return { ...event, number: this.#nextEntry++, offset };
  }

  #tick(entry: JournalEntry): TaskOutput {
    const batch = this.#noBatch();
    const forgotten = entry.kind === "advance" ? this.#clock.advance(entry.appendNowMs) : null;
    const collected = new Collected(batch, { forgotten: forgotten ? listOf(forgotten) : [], records: null, nextOffset: entry.offset });
    this.#run(new BatchRows(batch, new Uint8Array(0)), collected, entry);
    if (forgotten) this.#free(forgotten);
    return this.#output(batch, new Uint8Array(0), collected, [], [entry]);
  }

  #useModel(id: string): void {
    if (!this.#models) return; // scoring was on then, and is off now
    const model = this.#models.find(id);
    if (model === null) throw new MangroveError("MGV_MODEL_MISSING", `The model ${id}, which scored these readings, is not there any more.`);
    this.#model = model;
    this.#modelId = id;
  }

  #fold(records: RecordBatch, journal: readonly JournalEntry[]): TaskOutput {
    const { batch, deadLetters } = this.#decoder.decode(records);
    const clock = this.#clock.push(batch);
    const late = clock.late.slice();
    const nextOffset = (records.offsets.at(-1) ?? this.#nextOffset - 1) + 1;
    const collected = new Collected(batch, { forgotten: listOf(clock.forgotten), records, nextOffset });
    this.#run(new BatchRows(batch, late), collected);
    this.#free(clock.forgotten);
    this.#nextOffset = nextOffset;
    return this.#output(batch, late, collected, deadLetters, journal);
  }

  #output(batch: Batch, late: Uint8Array, collected: Collected, deadLetters: readonly DeadLetter[], journal: readonly JournalEntry[]): TaskOutput {
    const { scores, scored, trial, alerts, rows, lateForWindows } = collected;
    const failed = collected.deadLetters;
    const letters = failed.length === 0 ? deadLetters : [...deadLetters, ...failed].sort((a, b) => a.offset - b.offset);
    const encodePredictions = scores && scored === null && this.#isPredictionsWritten ? () => this.#predictions.encode({ batch, late, scores }) : null;
    const evidence = alerts.length > 0 && { evidence: collected.evidence((record) => this.#scoredOf(record)) };
    return { batch, late, scores, scored, encodePredictions, trial, alerts, ...evidence, rows, lateForWindows, deadLetters: letters, journal };
  }

  #scoredOf(record: number): ScoredReading | null {
    for (const { operator } of this.#steps) {
      const scored = operator?.scoredOf?.(record) ?? null;
      if (scored !== null) return scored;
    }
    return null;
  }

  /** Numbers of sensors that are gone may be given to others from the next batch on. */
  #free({ sensors, heardAgain }: ForgottenSensors): void {
    sensors.forEach((sensor, i) => heardAgain[i] === 1 || this.#decoder.sensors.forget(sensor));
  }

  /** Every step after the one whose rows it takes. */
  #run(source: Rows, collected: Collected, tick?: JournalEvent): void {
    if (this.#model === null && this.#modelId !== null) this.#useModel(this.#modelId);
    const given = new Map<string, Rows>();
    for (const { step, operator } of this.#steps) {
      const rows = step.input === null ? source : given.get(step.input)!;
      const processed = operator ? operator.process(rows, collected) : rows;
      const caused = tick?.kind === "end" ? operator?.end?.(collected) : tick?.kind === "advance" ? operator?.advance?.(tick.appendNowMs, collected) : undefined;
      given.set(step.name, caused ? concatRows(processed, caused) : processed);
    }
  }

  /** How many snapshots the chain has that the next one goes on with. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Journal entries below this one are in the state. */
  get nextEntry(): number {
    return this.#nextEntry;
  }

  /** The state's changes since the last snapshot; all of it the first time, and where `isWhole` begins a chain anew. */
  snapshot({ isWhole = false }: { isWhole?: boolean } = {}): Uint8Array<ArrayBuffer> {
    if (isWhole) {
      this.#sequence = 0;
      this.#arena.touchAll();
      for (const { operator } of this.#steps) operator?.state?.changeAll();
    }
    const states = this.#steps.flatMap(({ step, operator }) => (operator?.state ? [[step.name, operator.state.takeChanged()] as const] : []));
    const header: SnapshotHeader = {
      pipeline: this.#pipeline.name,
      steps: stepFingerprints(this.#pipeline),
      sequence: this.#sequence++,
      nextOffset: this.#nextOffset,
      nextEntry: this.#nextEntry,
      modelVersion: this.#modelId,
      states: Object.fromEntries(states),
    };
    return writeSnapshot(header, this.#arena.takeTouched());
  }

  /** What a step keeps for a sensor, to be looked at: the state of functions, the results so far of open windows, the readings of sliding ones. Of open windows once only: the sensor is forgotten by them. */
  takeState(step: string, sensor: string): unknown {
    const operator = this.#steps.find((placed) => placed.step.name === step)?.operator;
    const number = this.#decoder.sensors.numberOf(sensor);
    return operator?.takeState?.(number) ?? operator?.state?.get(number);
  }

  [Symbol.dispose](): void {
    this.#held.dispose();
  }
}

/** The place of the first record at `offset` or behind it. */
export function firstFrom({ offsets, count }: RecordBatch, offset: number): number {
  let place = 0;
  while (place < count && offsets[place]! < offset) place++;
  return place;
}

function listOf({ records, sensors }: ForgottenSensors): Forgotten[] {
  return Array.from(records, (record, i) => ({ record, sensor: sensors[i]! }));
}
