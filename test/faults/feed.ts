import { random } from "../fixtures/random.ts";

/** A record for the input topic. */
export interface FedRecord {
  readonly partition: number;
  readonly key: string;
  readonly value: Uint8Array;
}

export interface FeedOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly sensors: number;
  /** Event time of the first readings, epoch ms: long ago, so that no sensor but the one whose clock is wrong comes to be ahead. */
  readonly startMs: number;
}

interface Sensor {
  readonly name: string;
  readonly partition: number;
  sequence: number;
  timeMs: number;
}

const DAY_MS = 86_400_000;
/** Of each sensor, where it is not said otherwise. */
const READINGS = 40;

/** The same seed gives the same readings. Each carries its sensor's sequence number, in the order of the topic; event times are out of that order here and there. */
export class Feed {
  readonly #random: () => number;
  readonly #partitions: number;
  readonly #sensors: readonly Sensor[];
  readonly #ahead: Sensor;
  /** One in each partition, with a reading a round. */
  readonly #heavy: readonly Sensor[];
  #rounds = 0;

  constructor({ seed, partitions, sensors, startMs }: FeedOptions) {
    this.#random = random(seed);
    this.#partitions = partitions;
    const sensor = (name: string, i: number): Sensor => ({ name, partition: i % partitions, sequence: 0, timeMs: startMs + i * 100 });
    this.#sensors = Array.from({ length: sensors }, (_, i) => sensor(`sensor-${i}`, i));
    this.#ahead = sensor("a-day-ahead", 0);
    this.#heavy = Array.from({ length: partitions }, (_, partition) => sensor(`heavy-${partition}`, partition));
  }

  /** Readings of every sensor and a few poison records; about one partition in five stays quiet. `nowMs`: of the broker, against which a clock is ahead. */
  round(nowMs: number, readings = READINGS): FedRecord[] {
    this.#rounds++;
    const isQuiet = Array.from({ length: this.#partitions }, () => this.#random() < 0.2);
    isQuiet[this.#rounds % this.#partitions] = false;
    const isAwake = ({ partition }: Sensor) => !isQuiet[partition];
    const queues = this.#sensors.filter(isAwake).map((sensor) => this.#readings(sensor, readings));
    queues.push(...this.#heavy.filter(isAwake).map((sensor) => [this.#later(sensor)]));
    queues.push(this.#poison());
    queues.push([this.#reading({ ...this.#ahead, timeMs: nowMs + DAY_MS, sequence: this.#ahead.sequence++ })]);
    return this.#shuffled(queues);
  }

  /** A reading of every sensor from long after its last one, so that all windows before it close. */
  flush(): FedRecord[] {
    return [...this.#sensors, ...this.#heavy].map((sensor) => this.#later(sensor));
  }

  /** Broken records for one partition, of which each becomes a dead letter of 350 kB: the longest. */
  fat(count: number): FedRecord[] {
    return Array.from({ length: count }, (_, i) => record(this.#sensors[0]!, `{"pad":"${i}${"x".repeat(256 << 10)}`));
  }

  #later(sensor: Sensor): FedRecord {
    sensor.timeMs += 60_000;
    return this.#reading(sensor);
  }

  #readings(sensor: Sensor, count: number): FedRecord[] {
    const times = Array.from({ length: count }, () => (sensor.timeMs += 250 + Math.floor(this.#random() * 1000)));
    // a burst out of order, as from a buffer that is emptied at once
    if (this.#random() < 0.4) {
      const from = Math.floor(this.#random() * (count - 10));
      times.splice(from, 10, ...this.#mixed(times.slice(from, from + 10)));
    }
    // and one that was held back for long
    if (this.#random() < 0.4) times[Math.floor(this.#random() * count)]! -= 5000 + Math.floor(this.#random() * 30_000);
    return times.map((timeMs) => this.#reading(sensor, timeMs));
  }

  #reading(sensor: Sensor, timeMs = sensor.timeMs): FedRecord {
    // quarters, so that sums are exact in every order
    const value = Math.floor(this.#random() * 400) / 4;
    return record(sensor, JSON.stringify({ sensor: sensor.name, t: timeMs, sequence: sensor.sequence++, value }));
  }

  #poison(): FedRecord[] {
    const values = [
      '{"sensor":',
      Uint8Array.from({ length: 40 }, () => Math.floor(this.#random() * 256) | 0x80),
      "",
      JSON.stringify({ t: 0, sequence: "one", value: 1 }),
      ...(this.#rounds % 8 === 1 ? [`{"pad":"${"x".repeat(400_000)}`] : []),
    ];
    return values.map((value) => record(this.#sensors[Math.floor(this.#random() * this.#sensors.length)]!, value));
  }

  #mixed<Item>(items: Item[]): Item[] {
    for (let i = items.length - 1; i > 0; i--) {
      const other = Math.floor(this.#random() * (i + 1));
      [items[i], items[other]] = [items[other]!, items[i]!];
    }
    return items;
  }

  /** Taken from the queues in a random order, that of each queue kept. */
  #shuffled(queues: readonly FedRecord[][]): FedRecord[] {
    const order = this.#mixed(queues.flatMap((queue) => queue.map(() => queue)));
    const next = new Map(queues.map((queue) => [queue, 0]));
    return order.map((queue) => {
      const place = next.get(queue)!;
      next.set(queue, place + 1);
      return queue[place]!;
    });
  }
}

function record({ partition, name }: Sensor, value: string | Uint8Array): FedRecord {
  return { partition, key: name, value: typeof value === "string" ? new TextEncoder().encode(value) : value };
}
