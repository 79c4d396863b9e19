import { MangroveError } from "../../kernel-as/errors.ts";
import type { LitFire } from "../simulator/lit-fire.ts";
import { Lighting } from "./lighting.ts";
import type { MessageStream } from "../simulator/message-stream.ts";
import { Messages } from "../simulator/messages.ts";
import { START_MS, type SimulatorOptions } from "../simulator/options.ts";
import { sleep, type Sleep, type Speed } from "./pace.ts";
import type { RunningSimulation, TimedFire } from "./running-simulation.ts";
import type { RecordBatch, RecordFormat, Source } from "./source.ts";
import { Tempo } from "./tempo.ts";

const BATCH_RECORDS = 4_096;

const utf8 = new TextEncoder();

const LEAST_SPEED = 0.01;
const MOST_SPEED = 1_000;

/** A timer takes no more. */
const LONGEST_SLEEP_MS = 3_600_000;

export interface SimulatorSourceOptions extends SimulatorOptions {
  /** Default `smoke_sensor_data`. */
  readonly topic?: string;
  /** What is simulated instead of rooms. */
  readonly messages?: { readonly description: string; readonly stream: MessageStream };
  /** Times real time, or without waiting; default 1. Event time outruns the clock above 1: a `startMs` of now soon lies far ahead. */
  readonly speed?: Speed;
  /** The most that the speed may be changed to; default 1,000. */
  readonly mostSpeed?: number;
  /** Messages below this offset are passed over, without waiting; default 0. */
  readonly from?: number;
  /** That were lit in an earlier run of the same simulation; default: none. */
  readonly fires?: readonly LitFire[];
  /** Keeps those that are lit now, all of them; resolves once they would be there after a crash. */
  readonly keepFires?: (fires: readonly LitFire[]) => Promise<void>;
  /** The clock, epoch ms: paces the readings and gives them their append times. */
  readonly now?: () => number;
  readonly sleep?: Sleep;
}

/** Simulated messages as one partition, of rooms unless something else is given. Paced, each step of the sensors is a batch; otherwise batches of about 4,096. Throws `MGV_USAGE`. */
export function simulatorSource(options: SimulatorSourceOptions = {}): Source & RunningSimulation {
  return new SimulatorSource(options);
}

/** Labelled readings to train on, without waiting and with an end; an hour of event time unless said otherwise. */
export function simulatedReadings(options: Omit<SimulatorSourceOptions, "speed" | "now"> = {}): Source {
  return new SimulatorSource({ ...options, durationMs: options.durationMs ?? 3_600_000, speed: "max" });
}

class SimulatorSource implements Source, RunningSimulation {
  readonly topic: string;
  readonly isWhole = true;
  readonly description: string;
  readonly mostSpeed: number;
  readonly #messages: MessageStream;
  readonly #rooms: Messages | null;
  readonly #startMs: number;
  /** Null: without waiting. */
  readonly #tempo: Tempo | null;
  readonly #lighting: Lighting | null;
  readonly #now: () => number;
  readonly #sleep: Sleep;
  readonly #from: number;
  #offset = 0;
  #read = false;
  #hasChangedSpeed = false;

  constructor(options: SimulatorSourceOptions) {
    const { topic = "smoke_sensor_data", speed = 1, now = Date.now, sleep: wait = sleep } = options;
    if (speed !== "max" && !(speed > 0 && speed < Infinity)) {
      throw new MangroveError("MGV_USAGE", `The simulator's speed must be above 0, or "max", not ${speed}.`);
    }
    this.topic = topic;
    this.#rooms = options.messages ? null : new Messages(options, options.fires);
    this.#messages = options.messages?.stream ?? this.#rooms!;
    this.#startMs = options.startMs ?? START_MS;
    this.#tempo = speed === "max" ? null : new Tempo(speed, now);
    this.mostSpeed = options.mostSpeed ?? MOST_SPEED;
    this.#lighting = this.#rooms && new Lighting(this.#rooms, options.keepFires ?? (() => Promise.resolve()));
    this.#now = now;
    this.#sleep = wait;
    this.#from = options.from ?? 0;
    const pace = speed === "max" ? "at full speed" : speed === 1 ? "in real time" : `at ${speed} times real time`;
    this.description = `${options.messages?.description ?? `simulation of ${options.sensors ?? 12} rooms, seed ${options.seed ?? 1}`}, ${pace}`;
  }

  async *read(signal: AbortSignal): AsyncGenerator<{ format: RecordFormat; records: RecordBatch }> {
    if (this.#read) throw new MangroveError("MGV_INTERNAL", "A simulation can be read once only.");
    this.#read = true;
    const format: RecordFormat = { kind: "json" };
    const messages = this.#messages;
    const keys: string[] = [];
    const texts: string[] = [];
    await this.#pass(keys, texts, signal);
    this.#tempo?.begin(messages.elapsedMs);
    this.#lighting?.open();
    for (let more = true; more && !signal.aborted; ) {
      await this.#due(signal);
      while (this.#lighting?.keeping) await this.#lighting.keeping;
      if (this.#tempo && signal.aborted) return;
      more = messages.next(keys, texts);
      const waits = more && this.#mustWait();
      const least = waits || !more ? 1 : BATCH_RECORDS;
      if (texts.length < least) continue;
      while (texts.length >= least) {
        yield { format, records: this.#batch(keys.splice(0, BATCH_RECORDS), texts.splice(0, BATCH_RECORDS)) };
        if (signal.aborted) return;
      }
      // Timers, and with them the abort, get their turn.
      if (!waits) await this.#sleep(0, signal);
    }
    this.#lighting?.close();
  }

  /** Waits for the time of the next step. */
  async #due(signal: AbortSignal): Promise<void> {
    const tempo = this.#tempo;
    if (tempo === null) return;
    if (!Number.isFinite(this.#messages.elapsedMs)) throw refused(`its elapsedMs is ${this.#messages.elapsedMs}`);
    for (;;) {
      const leftMs = tempo.dueMs(this.#messages.elapsedMs) - this.#now();
      if (leftMs <= 0 || signal.aborted) return;
      await this.#sleep(Math.min(leftMs, LONGEST_SLEEP_MS), AbortSignal.any([signal, tempo.changed]));
    }
  }

  /** Makes the messages that are passed over, and leaves those that come after them in the same step. */
  async #pass(keys: string[], texts: string[], signal: AbortSignal): Promise<void> {
    for (let more = true, steps = 0; more && this.#offset < this.#from && !signal.aborted; steps++) {
      more = this.#messages.next(keys, texts);
      const passed = Math.min(texts.length, this.#from - this.#offset);
      keys.splice(0, passed);
      texts.splice(0, passed);
      this.#offset += passed;
      if (steps % 100 === 0) await this.#sleep(0, signal);
    }
  }

  /** Whether the next step is not due yet. A consumer that has fallen behind gets the steps it missed in whole batches. */
  #mustWait(): boolean {
    return this.#tempo !== null && this.#tempo.dueMs(this.#messages.elapsedMs) > this.#now();
  }

  #batch(keys: string[], texts: string[]): RecordBatch {
    const count = texts.length;
    const first = this.#offset;
    this.#offset += count;
    if (keys.length !== count) throw refused(`it gave ${keys.length} keys for ${count} texts`);
    const [named, told] = [joined(keys), joined(texts)];
    return {
      topic: this.topic,
      partition: 0,
      count,
      offsets: Float64Array.from({ length: count }, (_, i) => first + i),
      appendTimesMs: new Float64Array(count).fill(this.#tempo ? this.#clockMs() : NaN),
      keys: named.bytes,
      keyBounds: named.bounds,
      values: told.bytes,
      bounds: told.bounds,
    };
  }

  /** Paced, the next step is always waited for; silence tells nothing while it stands still. */
  caughtUpMs(): number | null {
    return this.#tempo && this.#tempo.speed > 0 ? this.#clockMs() : null;
  }

  /** Not behind the simulated time, once that may run ahead. */
  #clockMs(): number {
    return this.#hasChangedSpeed ? Math.max(this.#now(), this.timeMs ?? 0) : this.#now();
  }

  get speed(): number | null {
    return this.#tempo?.speed ?? null;
  }

  get sensors(): number | null {
    return this.#rooms?.sensorIds.length ?? null;
  }

  get hasRooms(): boolean {
    return this.#rooms !== null;
  }

  get timeMs(): number | null {
    const rooms = this.#rooms;
    if (rooms === null) return this.#messages.elapsedMs > 0 ? this.#startMs + this.#messages.elapsedMs : null;
    return rooms.steps === 0 ? null : rooms.startMs + (rooms.steps - 1) * rooms.intervalMs;
  }

  get fires(): readonly TimedFire[] {
    return this.#lighting?.fires ?? [];
  }

  setSpeed(speed: number): void {
    if (!(speed === 0 || (speed >= LEAST_SPEED && speed <= this.mostSpeed))) {
      throw new MangroveError("MGV_USAGE", `The speed must be 0, to stand still, or from ${LEAST_SPEED} to ${this.mostSpeed} times real time, not ${speed}.`);
    }
    if (this.#tempo === null) throw new MangroveError("MGV_NOT_READY", "This simulation does not wait between its readings, so it has no speed to change: start it with --speed and a number.");
    this.#hasChangedSpeed = true;
    this.#tempo.change(speed);
  }

  light(sensor: string): Promise<TimedFire> {
    if (this.#lighting) return this.#lighting.light(sensor);
    return Promise.reject(new MangroveError("MGV_NOT_READY", "What is simulated here is no rooms, so nothing burns in it."));
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

/** Texts one after another as UTF-8, and where each begins and ends. */
function joined(texts: readonly string[]): { readonly bytes: Uint8Array; readonly bounds: Uint32Array } {
  if (texts.some((text) => typeof text !== "string")) throw refused("it gave what is no text");
  const all = texts.join("");
  const bytes = utf8.encode(all);
  const isAscii = bytes.length === all.length;
  const bounds = new Uint32Array(texts.length + 1);
  for (let i = 0; i < texts.length; i++) bounds[i + 1] = bounds[i]! + (isAscii ? texts[i]!.length : Buffer.byteLength(texts[i]!));
  return { bytes, bounds };
}

function refused(what: string): MangroveError {
  return new MangroveError("MGV_USAGE", `The Simulation of the pipeline's file cannot be told: ${what}. Its next(keys, texts) must push a key and a text for each message, such as JSON.stringify(reading), and its elapsedMs be a number.`);
}
