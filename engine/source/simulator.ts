import { MangroveError } from "../../kernel-as/errors.ts";
import type { MessageStream } from "../simulator/message-stream.ts";
import { Messages } from "../simulator/messages.ts";
import type { SimulatorOptions } from "../simulator/options.ts";
import { sleep, type Sleep, type Speed } from "./pace.ts";
import type { RecordBatch, RecordFormat, Source } from "./source.ts";

const BATCH_RECORDS = 4_096;

export interface SimulatorSourceOptions extends SimulatorOptions {
  /** Default `smoke_sensor_data`. */
  readonly topic?: string;
  /** What is simulated instead of rooms. */
  readonly messages?: { readonly description: string; readonly stream: MessageStream };
  /** Times real time, or without waiting; default 1. Event time outruns the clock above 1: a `startMs` of now soon lies far ahead. */
  readonly speed?: Speed;
  /** Messages below this offset are passed over, without waiting; default 0. */
  readonly from?: number;
  /** The clock, epoch ms: paces the readings and gives them their append times. */
  readonly now?: () => number;
  readonly sleep?: Sleep;
}

/** Simulated messages as one partition, of rooms unless something else is given. Paced, each step of the sensors is a batch; otherwise batches of about 4,096. Throws `MGV_USAGE`. */
export function simulatorSource(options: SimulatorSourceOptions = {}): Source {
  return new SimulatorSource(options);
}

/** Labelled readings to train on, without waiting and with an end; an hour of event time unless said otherwise. */
export function simulatedReadings(options: Omit<SimulatorSourceOptions, "speed" | "now"> = {}): Source {
  return new SimulatorSource({ ...options, durationMs: options.durationMs ?? 3_600_000, speed: "max" });
}

class SimulatorSource implements Source {
  readonly topic: string;
  readonly isWhole = true;
  readonly description: string;
  readonly #messages: MessageStream;
  readonly #speed: Speed;
  readonly #now: () => number;
  readonly #sleep: Sleep;
  readonly #from: number;
  readonly #encoder = new TextEncoder();
  #offset = 0;
  #read = false;

  constructor(options: SimulatorSourceOptions) {
    const { topic = "smoke_sensor_data", speed = 1, now = Date.now, sleep: wait = sleep } = options;
    if (speed !== "max" && !(speed > 0 && speed < Infinity)) {
      throw new MangroveError("MGV_USAGE", `The simulator's speed must be above 0, or "max", not ${speed}.`);
    }
    this.topic = topic;
    this.#messages = options.messages?.stream ?? new Messages(options);
    this.#speed = speed;
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
    const beganMs = this.#speed === "max" ? NaN : this.#now() - messages.elapsedMs / this.#speed;
    for (let more = true; more && !signal.aborted; ) {
      if (this.#speed !== "max") {
        const dueMs = beganMs + messages.elapsedMs / this.#speed;
        for (let nowMs = this.#now(); nowMs < dueMs && !signal.aborted; nowMs = this.#now()) await this.#sleep(dueMs - nowMs, signal);
        if (signal.aborted) return;
      }
      more = messages.next(keys, texts);
      const waits = more && this.#mustWait(beganMs);
      const least = waits || !more ? 1 : BATCH_RECORDS;
      if (texts.length < least) continue;
      while (texts.length >= least) {
        yield { format, records: this.#batch(keys.splice(0, BATCH_RECORDS), texts.splice(0, BATCH_RECORDS)) };
        if (signal.aborted) return;
      }
      // Timers, and with them the abort, get their turn.
      if (!waits) await this.#sleep(0, signal);
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
  #mustWait(beganMs: number): boolean {
    return this.#speed !== "max" && beganMs + this.#messages.elapsedMs / this.#speed > this.#now();
  }

  #batch(keys: string[], texts: string[]): RecordBatch {
    const count = texts.length;
    const first = this.#offset;
    this.#offset += count;
    return {
      topic: this.topic,
      partition: 0,
      count,
      offsets: Float64Array.from({ length: count }, (_, i) => first + i),
      appendTimesMs: new Float64Array(count).fill(this.#speed === "max" ? NaN : this.#now()),
      keys: this.#encoder.encode(keys.join("")),
      keyBounds: boundsOf(keys),
      values: this.#encoder.encode(texts.join("")),
      bounds: boundsOf(texts),
    };
  }

  /** Paced, the next step is always waited for. */
  caughtUpMs(): number | null {
    return this.#speed === "max" ? null : this.#now();
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

/** Where each of some ASCII texts begins and ends when they are one after another. */
function boundsOf(texts: readonly string[]): Uint32Array {
  const bounds = new Uint32Array(texts.length + 1);
  for (let i = 0; i < texts.length; i++) bounds[i + 1] = bounds[i]! + texts[i]!.length;
  return bounds;
}
