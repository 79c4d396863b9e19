import { LAST_TIME_MS, type ClockSpec } from "../../kernel-as/window-spec.ts";

/** A watermark that never goes back: the newest event time less the disorder, and it runs on with the append time once nothing has been heard for long. */
export class ReferenceClock {
  readonly #spec: ClockSpec;
  watermarkMs = -Infinity;
  #newestMs = -Infinity;
  /** Append time when it was heard last; NaN: before there was any. */
  #heardMs = NaN;

  constructor(spec: ClockSpec) {
    this.#spec = spec;
  }

  runOn(nowMs: number): void {
    const { idleAfterMs, maxOutOfOrdernessMs } = this.#spec;
    const silentMs = nowMs - this.#heardMs;
    if (idleAfterMs === null || !(silentMs >= idleAfterMs)) return;
    this.watermarkMs = Math.max(this.watermarkMs, this.#newestMs + silentMs - maxOutOfOrdernessMs);
  }

  hear(timeMs: number, nowMs: number): void {
    this.#newestMs = Math.max(this.#newestMs, timeMs);
    this.#heardMs = nowMs;
    this.watermarkMs = Math.max(this.watermarkMs, this.#newestMs - this.#spec.maxOutOfOrdernessMs);
  }
}

/** The oracle of `EventClock`: looks at every sensor for every record. */
export class ReferenceEventClock {
  readonly #spec: ClockSpec;
  readonly #sensors = new Map<number, { clock: ReferenceClock; heardMs: number }>();
  readonly #partition: ReferenceClock;
  #nowMs = NaN;

  constructor(spec: ClockSpec) {
    this.#spec = spec;
    this.#partition = new ReferenceClock(spec);
  }

  push(reading: { readonly sensor: number; readonly timeMs: number; readonly appendTimeMs: number }): { late: boolean; watermarkMs: number; forgotten: number[] } {
    const { sensor: number, timeMs } = reading;
    const forgotten = this.advance(reading.appendTimeMs);
    const sensor = this.#sensors.get(number) ?? { clock: this.#spec.clock === "partition" ? this.#partition : new ReferenceClock(this.#spec), heardMs: NaN };
    if (!(timeMs >= 0 && timeMs <= LAST_TIME_MS)) return { late: true, watermarkMs: sensor.clock.watermarkMs, forgotten };
    this.#sensors.set(number, sensor);
    const late = timeMs < sensor.clock.watermarkMs;
    sensor.clock.hear(timeMs, this.#nowMs);
    sensor.heardMs = this.#nowMs;
    return { late, watermarkMs: sensor.clock.watermarkMs, forgotten };
  }

  /** The sensors that are forgotten, those first that have been silent for longest. */
  advance(appendNowMs: number): number[] {
    if (!(appendNowMs <= this.#nowMs) && !Number.isNaN(appendNowMs)) this.#nowMs = appendNowMs;
    this.#partition.runOn(this.#nowMs);
    for (const { clock } of this.#sensors.values()) clock.runOn(this.#nowMs);
    const silent = [...this.#sensors].filter(([, { heardMs }]) => this.#spec.forgetAfterMs !== null && this.#nowMs - heardMs >= this.#spec.forgetAfterMs);
    for (const [number] of silent) this.#sensors.delete(number);
    return silent.sort(([a, { heardMs }], [b, other]) => heardMs - other.heardMs || a - b).map(([number]) => number);
  }
}
