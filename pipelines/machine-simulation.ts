import { Random } from "../engine/simulator/random.ts";
import type { SimulatorOptions } from "../engine/simulator/options.ts";
import type { MessageStream } from "../engine/simulator/message-stream.ts";

/** A bearing from here on is told of as faulty: twice its vibration when new. */
const FAULTY_WEAR = 1;

/** Most bearings outlive a simulation; one in five begins to fail within the first half hour. */
const FAILING = 0.2;
const ONSET_S = 1800;

interface Machine {
  readonly id: string;
  readonly random: Random;
  /** Vibration when new, mm/s. */
  readonly base: number;
  readonly load: number;
  /** When wear begins, and how fast it then doubles; Infinity for a bearing that lasts. */
  readonly onsetS: number;
  readonly doublingS: number;
  wear: number;
  temperature: number;
}

/** Messages of machines whose bearings wear out: vibration and heat grow ever faster once a bearing has begun to fail. The same seed gives the same texts. */
export class MachineMessages implements MessageStream {
  readonly description: string;
  readonly #machines: readonly Machine[];
  readonly #stepS: number;
  readonly #startMs: number;
  readonly #endS: number;
  #step = 0;

  constructor({ sensors = 12, rateHz = 1, seed = 1, startMs = 1_654_732_800_000, durationMs = null }: SimulatorOptions = {}) {
    const random = new Random(seed).fork("machines");
    this.#stepS = 1 / rateHz;
    this.#startMs = startMs;
    this.#endS = durationMs === null ? Infinity : durationMs / 1000;
    this.description = `simulation of ${sensors} machines, seed ${seed}`;
    this.#machines = Array.from({ length: sensors }, (_, i) => machine(`machine-${i + 1}`, random.fork(i)));
  }

  get elapsedMs(): number {
    return this.#step * this.#stepS * 1000;
  }

  next(keys: string[], texts: string[]): boolean {
    const seconds = this.#step * this.#stepS;
    if (seconds >= this.#endS) return false;
    for (const each of this.#machines) {
      keys.push(each.id);
      texts.push(this.#message(each, seconds));
    }
    this.#step++;
    return true;
  }

  #message(each: Machine, seconds: number): string {
    const { random, base, load } = each;
    const growing = seconds < each.onsetS ? 0 : (0.02 + each.wear) * (this.#stepS / each.doublingS);
    each.wear = Math.min(each.wear + growing, 12);
    const vibration = base * (1 + each.wear) * (1 + 0.05 * random.normal());
    const warmth = 25 + 30 * load + 4 * each.wear;
    each.temperature += (warmth - each.temperature) * Math.min(1, this.#stepS / 600);
    return JSON.stringify({
      machine: each.id,
      ts: Math.round(this.#startMs + seconds * 1000),
      vibration_rms: rounded(vibration, 1000),
      vibration_peak: rounded(vibration * (0.35 + 0.1 * each.wear + 0.02 * random.normal()), 1000),
      bearing_temperature: rounded(each.temperature + 0.2 * random.normal(), 100),
      motor_current: rounded(40 * load * (1 + 0.01 * random.normal()), 100),
      speed: Math.round(1480 + 3 * random.normal()),
      fault: each.wear >= FAULTY_WEAR ? 1 : 0,
    });
  }
}

function machine(id: string, random: Random): Machine {
  const load = random.between(0.5, 0.9);
  const fails = random.uniform() < FAILING;
  const onsetS = fails ? random.between(0, ONSET_S) : Infinity;
  return { id, random, base: random.between(0.8, 1.6), load, onsetS, doublingS: random.between(200, 600), wear: 0, temperature: 25 + 30 * load };
}

function rounded(value: number, to: number): number {
  return Math.max(0, Math.round(value * to) / to);
}
