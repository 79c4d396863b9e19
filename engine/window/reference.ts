import { LAST_TIME_MS, type WindowSpec } from "../../kernel-as/window-spec.ts";
import { aggregateOf } from "./aggregate.ts";
import { ReferenceClock } from "./reference-clock.ts";

export interface Reading {
  readonly sensor: number;
  readonly timeMs: number;
  /** NaN where the source has none. */
  readonly appendTimeMs: number;
  /** By column; NaN is missing. */
  readonly values: readonly number[];
}

export interface WindowResult {
  readonly sensor: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Those in the window, in order of event time, equals by arrival. */
  readonly readings: readonly Reading[];
  readonly aggregates: readonly number[];
}

interface OpenWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly readings: readonly Reading[];
  /** `updates`: its first result is out. */
  told: boolean;
}

interface Sensor {
  readonly clock: ReferenceClock;
  heardMs: number;
  windows: OpenWindow[];
}

/** The oracle of `WindowState`: keeps every reading of every open window, looks at all of them for every record, and computes each result from its readings. */
export class ReferenceWindows {
  readonly #spec: WindowSpec;
  readonly #sensors = new Map<number, Sensor>();
  readonly #partition: ReferenceClock;
  #nowMs = NaN;
  #results: WindowResult[] = [];

  constructor(spec: WindowSpec) {
    this.#spec = spec;
    this.#partition = new ReferenceClock(spec);
  }

  push(reading: Reading): { results: WindowResult[]; late: boolean } {
    this.#step(reading.appendTimeMs);
    const { sensor: number, timeMs } = reading;
    if (!(timeMs >= 0 && timeMs <= LAST_TIME_MS)) return { results: this.#take(), late: true };
    const sensor = this.#sensors.get(number) ?? { clock: this.#spec.clock === "partition" ? this.#partition : new ReferenceClock(this.#spec), heardMs: NaN, windows: [] };
    this.#sensors.set(number, sensor);
    sensor.heardMs = this.#nowMs;
    const late = !(this.#spec.kind === "session" ? this.#intoSession(sensor, reading) : this.#intoWindows(sensor, reading));
    sensor.clock.hear(timeMs, this.#nowMs);
    this.#close();
    return { results: this.#take(), late };
  }

  advance(appendNowMs: number): WindowResult[] {
    this.#step(appendNowMs);
    return this.#take();
  }

  forget(number: number): WindowResult[] {
    this.#forget(number);
    return this.#take();
  }

  end(): WindowResult[] {
    for (const number of this.#sensors.keys()) this.#forget(number);
    return this.#take();
  }

  /** Append time goes on: clocks run on, their windows close, silent sensors are forgotten. */
  #step(appendTimeMs: number): void {
    if (!(appendTimeMs <= this.#nowMs) && !Number.isNaN(appendTimeMs)) this.#nowMs = appendTimeMs;
    this.#partition.runOn(this.#nowMs);
    for (const { clock } of this.#sensors.values()) clock.runOn(this.#nowMs);
    this.#close();
    for (const [number, { heardMs }] of this.#sensors) {
      if (this.#spec.forgetAfterMs !== null && this.#nowMs - heardMs >= this.#spec.forgetAfterMs) this.#forget(number);
    }
  }

  #intoWindows(sensor: Sensor, reading: Reading): boolean {
    const { timeMs } = reading;
    const spec = this.#spec as Exclude<WindowSpec, { kind: "session" }>;
    const hopMs = spec.kind === "hopping" ? spec.hopMs : spec.sizeMs;
    let taken = false;
    for (let startMs = Math.floor(Math.floor(timeMs) / hopMs) * hopMs; startMs + spec.sizeMs > timeMs; startMs -= hopMs) {
      const endMs = startMs + spec.sizeMs;
      if (sensor.clock.watermarkMs >= endMs + spec.allowedLatenessMs) continue;
      const before = sensor.windows.find((each) => each.startMs === startMs);
      this.#replace(reading.sensor, sensor, before ? [before] : [], { startMs, endMs, readings: [...(before?.readings ?? []), reading] });
      taken = true;
    }
    return taken;
  }

  #intoSession(sensor: Sensor, reading: Reading): boolean {
    const { timeMs } = reading;
    const { gapMs, allowedLatenessMs } = this.#spec as Extract<WindowSpec, { kind: "session" }>;
    const touched = sensor.windows.filter(({ startMs, endMs }) => startMs <= timeMs + gapMs && timeMs <= endMs);
    const startMs = Math.min(timeMs, ...touched.map((each) => each.startMs));
    const endMs = Math.max(timeMs + gapMs, ...touched.map((each) => each.endMs));
    if (sensor.clock.watermarkMs >= endMs + allowedLatenessMs) return false;
    this.#replace(reading.sensor, sensor, touched, { startMs, endMs, readings: [...touched.flatMap((each) => each.readings), reading] });
    return true;
  }

  #replace(number: number, sensor: Sensor, before: readonly OpenWindow[], changed: Omit<OpenWindow, "told">): void {
    const told = this.#spec.emit === "updates" && sensor.clock.watermarkMs >= changed.endMs;
    const window = { ...changed, told };
    if (told) this.#tell(number, window);
    sensor.windows = [...sensor.windows.filter((each) => !before.includes(each)), window];
  }

  /** What each clock has reached is told, and is gone after the lateness. */
  #close(): void {
    const { allowedLatenessMs, emit } = this.#spec;
    for (const [number, sensor] of this.#sensors) {
      for (const window of sensor.windows) {
        if (window.told || !(sensor.clock.watermarkMs >= window.endMs + (emit === "final" ? allowedLatenessMs : 0))) continue;
        window.told = true;
        this.#tell(number, window);
      }
      sensor.windows = sensor.windows.filter(({ endMs }) => !(sensor.clock.watermarkMs >= endMs + allowedLatenessMs));
    }
  }

  #forget(number: number): void {
    for (const window of this.#sensors.get(number)?.windows ?? []) if (!window.told) this.#tell(number, window);
    this.#sensors.delete(number);
  }

  #tell(sensor: number, { startMs, endMs, readings }: OpenWindow): void {
    const inOrder = [...readings].sort((a, b) => a.timeMs - b.timeMs);
    this.#results.push({ sensor, startMs, endMs, readings: inOrder, aggregates: this.#spec.aggregates.map((aggregate) => aggregateOf(aggregate, inOrder)) });
  }

  #take(): WindowResult[] {
    const results = this.#results.sort((a, b) => a.endMs - b.endMs || a.startMs - b.startMs || a.sensor - b.sensor);
    this.#results = [];
    return results;
  }
}
