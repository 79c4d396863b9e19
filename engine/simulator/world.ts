import { checkedOptions, type SimulatorOptions } from "./options.ts";
import { Random } from "./random.ts";
import { ROW } from "./reading.ts";
import { Room } from "./room.ts";
import { Sensor } from "./sensor.ts";
import { Weather, YEAR_DAYS } from "./weather.ts";

const DAY_S = 86_400;

/** The readings of all sensors at one event time. */
export interface Readings {
  readonly timeMs: number;
  /** `ROW` numbers per sensor, in the order of `World.sensorIds`; reused by the next step. See reading.ts for the columns. */
  readonly rows: Float64Array;
}

/** Rooms, a sensor in each, and the weather outside of each climate. Steps them together; each has its own random numbers. */
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
  readonly #weathers: readonly Weather[];
  /** Of each weather. */
  readonly #hpa: Float64Array;
  #steps = 0;

  constructor(options: SimulatorOptions = {}) {
    const { sensors, rateHz, seed, startMs, durationMs, firesPerSensorDay, climates, busy } = checkedOptions(options);
    this.intervalMs = 1_000 / rateHz;
    this.#startMs = startMs;
    this.#durationMs = durationMs ?? Infinity;
    this.#substeps = Math.max(1, Math.ceil(1 / rateHz));
    const stepS = 1 / rateHz / this.#substeps;
    const random = new Random(seed, Math.floor(seed / 4_294_967_296));
    const weather = random.fork("weather");
    this.#weathers = Array.from({ length: climates }, (_, i) => new Weather(i === 0 ? weather : weather.fork(i), { stepS, laterDays: (i * YEAR_DAYS) / climates }));
    for (const each of this.#weathers) each.step(startMs / 1_000);
    const indexes = Array.from({ length: sensors }, (_, i) => i);
    this.sensorIds = indexes.map(sensorId);
    this.#rooms = indexes.map((i) => new Room(random.fork("room").fork(i), this.#weathers[i % climates]!, { stepS, firesPerDay: firesPerSensorDay, busy }));
    this.#sensors = this.#rooms.map((room, i) => new Sensor(random.fork("sensor").fork(i), room, { stepS, intervalS: 1 / rateHz }));
    this.#rows = new Float64Array(sensors * ROW);
    this.#hpa = new Float64Array(climates);
  }

  /** In the order of `sensorIds`: lights a fire in a room, with the next step. */
  light(room: number): void {
    this.#rooms[room]!.light();
  }

  /** Whether a fire burned in a room at the last step. */
  isBurning(room: number): boolean {
    return this.#rooms[room]!.burning;
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
      const epochS = this.#startMs / 1_000 + nowS;
      const dayS = epochS % DAY_S;
      for (const weather of this.#weathers) weather.step(epochS);
      for (let i = 0; i < this.#rooms.length; i++) {
        this.#rooms[i]!.step(nowS, dayS, stepS);
        this.#sensors[i]!.follow(nowS);
      }
    }
    const epochS = this.#startMs / 1_000 + endS;
    this.#hpa.forEach((_, i) => (this.#hpa[i] = this.#weathers[i]!.pressure(epochS)));
    for (let i = 0; i < this.#sensors.length; i++) this.#sensors[i]!.read(this.#rows, i * ROW, this.#hpa[i % this.#hpa.length]!);
    this.#steps++;
    return { timeMs, rows: this.#rows };
  }

  *[Symbol.iterator](): Generator<Readings, undefined> {
    for (let readings = this.step(); readings; readings = this.step()) yield readings;
  }
}

function sensorId(index: number): string {
  return `sensor-${String(index + 1).padStart(2, "0")}`;
}
