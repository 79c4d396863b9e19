/** The event clocks of a task's sensors: each sensor's newest reading tells its own time and nobody else's. */
export class SensorClocks {
  readonly #maxOutOfOrdernessMs: number;
  readonly #newestMs = new Map<number, number>();

  constructor(maxOutOfOrdernessMs: number) {
    this.#maxOutOfOrdernessMs = maxOutOfOrdernessMs;
  }

  /** Takes in a reading's event time. True when the reading is late: older than the sensor's watermark. */
  observe(sensor: number, timeMs: number): boolean {
    const newestMs = this.#newestMs.get(sensor) ?? -Infinity;
    if (timeMs > newestMs) this.#newestMs.set(sensor, timeMs);
    return timeMs < newestMs - this.#maxOutOfOrdernessMs;
  }
}
