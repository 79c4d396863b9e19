import type { FeatureState } from "../features/features.ts";

/** What holds the trailing readings of sensors: a task. */
export interface WindowHolder {
  /** Gives sensor number `into` of a state what the holder has of a sensor; returns how many readings, 0 where it knows none. */
  copyWindow(sensor: string, features: FeatureState, into: number): number;
}

/** The trailing readings of the sensors of all tasks that run in this process, for those who ask beside the stream. Nothing is changed by asking. */
export class LiveWindows {
  readonly #holders = new Set<WindowHolder>();

  add(holder: WindowHolder): Disposable {
    this.#holders.add(holder);
    return { [Symbol.dispose]: () => void this.#holders.delete(holder) };
  }

  get isEmpty(): boolean {
    return this.#holders.size === 0;
  }

  /** Of the first task that knows the sensor. */
  copyWindow(sensor: string, features: FeatureState, into: number): number {
    for (const holder of this.#holders) {
      const readings = holder.copyWindow(sensor, features, into);
      if (readings > 0) return readings;
    }
    return 0;
  }
}
