import { FaultySensor } from "./faulty.ts";
import type { LitFire } from "./lit-fire.ts";
import type { MessageStream } from "./message-stream.ts";
import { messageText } from "./message.ts";
import { checkedOptions, type SimulatorOptions } from "./options.ts";
import { Random } from "./random.ts";
import { ROW } from "./reading.ts";
import { World } from "./world.ts";

interface Delayed {
  readonly dueStep: number;
  readonly key: string;
  readonly text: string;
}

/** The messages of a world in the order in which they reach the topic, faults and all. */
export class Messages implements MessageStream {
  /** Event time between two steps. */
  readonly intervalMs: number;
  readonly startMs: number;
  readonly #world: World;
  readonly #sensors: readonly FaultySensor[];
  readonly #fires: LitFire[];
  #delayed: Delayed[] = [];
  #step = 0;
  #ended = false;

  /** `fires` were lit before, in another run. */
  constructor(options: SimulatorOptions = {}, fires: readonly LitFire[] = []) {
    const { seed, faults, startMs } = checkedOptions(options);
    this.#world = new World(options);
    this.intervalMs = this.#world.intervalMs;
    this.startMs = startMs;
    this.#fires = [...fires];
    const random = new Random(seed, Math.floor(seed / 4_294_967_296)).fork("faults");
    this.#sensors = this.#world.sensorIds.map((_, i) => new FaultySensor(random.fork(i), { faults, intervalS: this.intervalMs / 1_000 }));
  }

  /** Event time from the start to the next step. */
  get elapsedMs(): number {
    return this.#step * this.intervalMs;
  }

  get sensorIds(): readonly string[] {
    return this.#world.sensorIds;
  }

  /** How many steps there were. */
  get steps(): number {
    return this.#step;
  }

  /** All that were lit, or are to be, in the order in which that was said. */
  get litFires(): readonly LitFire[] {
    return this.#fires;
  }

  /** Lights a fire with a step that is yet to come. */
  light(fire: LitFire): void {
    this.#fires.push(fire);
  }

  /** Whether a fire burns in the sensor's room, or is about to. */
  isBurning(sensor: string): boolean {
    return this.#world.isBurning(this.sensorIds.indexOf(sensor)) || this.#fires.some((fire) => fire.sensor === sensor && fire.step >= this.#step);
  }

  /** Appends the messages of the next step and their keys; `false`, and what was still under way, after the end. */
  next(keys: string[], texts: string[]): boolean {
    if (this.#ended) return false;
    for (const { sensor, step } of this.#fires) if (step === this.#step) this.#world.light(this.sensorIds.indexOf(sensor));
    const readings = this.#world.step();
    if (readings) {
      const { sensorIds } = this.#world;
      for (let i = 0; i < sensorIds.length; i++) {
        const sensor = this.#sensors[i]!;
        if (sensor.silent()) continue;
        const key = sensorIds[i]!;
        const utcS = Math.floor(readings.timeMs / 1_000) + sensor.skewS;
        const text = messageText(key, utcS, readings.rows, i * ROW, sensor.nulls());
        const delay = sensor.delay();
        for (let left = sensor.copies(); left > 0; left--) {
          if (delay > 0) {
            this.#delayed.push({ dueStep: this.#step + delay, key, text });
          } else {
            keys.push(key);
            texts.push(text);
          }
        }
      }
    }
    if (this.#delayed.length > 0) this.#release(readings ? this.#step : Infinity, keys, texts);
    this.#step++;
    this.#ended = readings === undefined;
    return !this.#ended;
  }

  #release(step: number, keys: string[], texts: string[]): void {
    const waiting: Delayed[] = [];
    for (const message of this.#delayed) {
      if (message.dueStep > step) {
        waiting.push(message);
      } else {
        keys.push(message.key);
        texts.push(message.text);
      }
    }
    this.#delayed = waiting;
  }
}
