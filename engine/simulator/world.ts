import { sin } from "../../kernel-as/assembly/math.ts";
import { checkedOptions, type SimulatorOptions } from "./options.ts";
import { Random } from "./random.ts";
import { ROW } from "./reading.ts";
import { Room } from "./room.ts";
import { Sensor } from "./sensor.ts";

const DAY_S = 86_400;
const TWO_PI = 6.283185307179586;

/** The readings of all sensors at one event time. */
export interface Readings {
  readonly timeMs: number;
  /** `ROW` numbers per sensor, in the order of `World.sensorIds`; reused by the next step. See reading.ts for the columns. */
  readonly rows: Float64Array;
}

/** Rooms, a sensor in each, and the weather outside. Steps them together; each has its own random numbers. */
export class World {
  readonly sensorIds: readonly string[];
  /** Event time between two readings of a sensor; not rounded. */
  readonly intervalMs: number;
  readonly #rooms: readonly Room[];
  readonly #sensors: readonly Sensor[];
  readonly #rows: Float64Array;
  readonly #startMs: number;
  readonly #durationMs: number;
  /** Balances are stepped by a second at most. */
  readonly #substeps: number;
  readonly #phases: readonly number[];
  #steps = 0;

  constructor(options: SimulatorOptions = {}) {
    const { sensors, rateHz, seed, startMs, durationMs, firesPerSensorDay } = checkedOptions(options);
    this.intervalMs = 1_000 / rateHz;
    this.#startMs = startMs;
    this.#durationMs = durationMs ?? Infinity;
    this.#substeps = Math.max(1, Math.ceil(1 / rateHz));
    const stepS = 1 / rateHz / this.#substeps;
    const random = new Random(seed, Math.floor(seed / 4_294_967_296));
    const weather = random.fork("weather");
    this.#phases = [weather.uniform(), weather.uniform(), weather.uniform()];
    const indexes = Array.from({ length: sensors }, (_, i) => i);
    this.sensorIds = indexes.map(sensorId);
    this.#rooms = indexes.map((i) => new Room(random.fork("room").fork(i), { stepS, firesPerDay: firesPerSensorDay }));
    this.#sensors = this.#rooms.map((room, i) => new Sensor(random.fork("sensor").fork(i), room, { stepS, intervalS: 1 / rateHz }));
    this.#rows = new Float64Array(sensors * ROW);
  }

  /** The next readings, `undefined` after the last. */
  step(): Readings | undefined {
    const elapsedMs = this.#steps * this.intervalMs;
    if (elapsedMs >= this.#durationMs) return undefined;
    const timeMs = this.#startMs + elapsedMs;
    const endS = elapsedMs / 1_000;
    const stepS = this.intervalMs / 1_000 / this.#substeps;
    // Before the first reading nothing has happened yet: one step settles it.
    for (let left = this.#steps === 0 ? 0 : this.#substeps - 1; left >= 0; left--) {
      const nowS = endS - left * stepS;
      const dayS = (this.#startMs / 1_000 + nowS) % DAY_S;
      const outsideC = 14 + 6 * sin(TWO_PI * (dayS / DAY_S - 0.375));
      for (let i = 0; i < this.#rooms.length; i++) {
        this.#rooms[i]!.step(nowS, dayS, stepS, outsideC);
        this.#sensors[i]!.follow(nowS);
      }
    }
    const weatherHpa = this.#pressure(this.#startMs / 1_000 + endS);
    for (let i = 0; i < this.#sensors.length; i++) this.#sensors[i]!.read(this.#rows, i * ROW, weatherHpa);
    this.#steps++;
    return { timeMs, rows: this.#rows };
  }

  *[Symbol.iterator](): Generator<Readings, undefined> {
    for (let readings = this.step(); readings; readings = this.step()) yield readings;
  }

  /** hPa. Fronts, half a week and half a day apart, between the lowest (930.9) and the highest (939.9) of the recording; the tide of the air. */
  #pressure(seconds: number): number {
    const days = seconds / DAY_S;
    const [front = 0, shower = 0, tide = 0] = this.#phases;
    return 935 + 2 * sinOfTurns(days / 3.6 + front) + 0.8 * sinOfTurns(days / 0.45 + shower) + 0.5 * sinOfTurns(days * 2 + tide);
  }
}

function sinOfTurns(turns: number): number {
  return sin(TWO_PI * (turns - Math.floor(turns)));
}

function sensorId(index: number): string {
  return `sensor-${String(index + 1).padStart(2, "0")}`;
}
