import { MangroveError } from "../../kernel-as/errors.ts";
import type { LitFire } from "../simulator/lit-fire.ts";
import type { Messages } from "../simulator/messages.ts";
import type { TimedFire } from "./running-simulation.ts";

/** Fires that may be lit in one simulation. */
const MOST_FIRES = 1_000;

/** Lights fires in simulated rooms, between two steps. */
export class Lighting {
  readonly #rooms: Messages;
  readonly #keep: (fires: readonly LitFire[]) => Promise<void>;
  #isOpen = false;
  #keeping: Promise<void> | null = null;

  /** `keep` is given all that were lit; resolves once they would be there after a crash. */
  constructor(rooms: Messages, keep: (fires: readonly LitFire[]) => Promise<void>) {
    this.#rooms = rooms;
    this.#keep = keep;
  }

  /** From now on fires may be lit. */
  open(): void {
    this.#isOpen = true;
  }

  close(): void {
    this.#isOpen = false;
  }

  /** While a fire is being kept no step may be made; null: none is. */
  get keeping(): Promise<void> | null {
    return this.#keeping;
  }

  get fires(): readonly TimedFire[] {
    return this.#rooms.litFires.map((fire) => this.#timed(fire));
  }

  /** As {@link RunningSimulation.light}. */
  async light(sensor: string): Promise<TimedFire> {
    while (this.#keeping) await this.#keeping;
    const rooms = this.#rooms;
    if (!rooms.sensorIds.includes(sensor)) throw new MangroveError("MGV_NOT_FOUND", `No room of this simulation has a sensor ${JSON.stringify(sensor)}.`);
    if (!this.#isOpen) throw new MangroveError("MGV_NOT_READY", "The simulation has not begun, has ended, or makes its readings of before again: no fire can be lit now.");
    if (rooms.isBurning(sensor)) throw new MangroveError("MGV_NOT_READY", `A fire burns in the room of ${sensor} already.`);
    if (rooms.litFires.length >= MOST_FIRES) throw new MangroveError("MGV_NOT_READY", `${MOST_FIRES} fires were lit in this simulation; that is all it takes.`);
    const fire = { sensor, step: rooms.steps };
    const kept = this.#keep([...rooms.litFires, fire]).then(() => rooms.light(fire));
    this.#keeping = kept.catch(() => {}).finally(() => (this.#keeping = null));
    await kept;
    return this.#timed(fire);
  }

  #timed(fire: LitFire): TimedFire {
    const { startMs, intervalMs } = this.#rooms;
    return { ...fire, timeMs: startMs + fire.step * intervalMs, isBurning: this.#rooms.isBurning(fire.sensor) };
  }
}
