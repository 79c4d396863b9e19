/** The state of one step by sensor, as plain data: what JSON keeps as it is, -0, NaN and infinities not among it. */
export class SensorState<State> {
  readonly #make: () => State;
  readonly #states = new Map<number, State>();
  readonly #changed = new Set<number>();

  /** `make` gives the state of a sensor that has none. */
  constructor(make: () => State) {
    this.#make = make;
  }

  /** The state of a sensor, to be changed in place. */
  of(sensor: number): State {
    this.#changed.add(sensor);
    const there = this.#states.get(sensor);
    if (there !== undefined) return there;
    const made = this.#make();
    this.#states.set(sensor, made);
    return made;
  }

  /** The state of a sensor, to be looked at only; undefined for one that has none. */
  get(sensor: number): Readonly<State> | undefined {
    return this.#states.get(sensor);
  }

  forget(sensor: number): void {
    if (this.#states.delete(sensor)) this.#changed.add(sensor);
  }

  /** What was asked for since the last call: the states, null for those that are gone. */
  takeChanged(): [sensor: number, state: State | null][] {
    const changed = [...this.#changed].sort((a, b) => a - b).map((sensor): [number, State | null] => [sensor, this.#states.get(sensor) ?? null]);
    this.#changed.clear();
    return changed;
  }

  /** The next {@link takeChanged} gives every state. */
  changeAll(): void {
    for (const sensor of this.#states.keys()) this.#changed.add(sensor);
  }

  /** Puts back what {@link takeChanged} gave. */
  put(changed: readonly (readonly [sensor: number, state: State | null])[]): void {
    for (const [sensor, state] of changed) {
      if (state === null) this.#states.delete(sensor);
      else this.#states.set(sensor, state);
    }
  }
}
