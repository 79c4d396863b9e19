import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import { MEASURED } from "./reading.ts";

const SHORTEST_SILENCE_S = 60;
const LONGEST_SILENCE_S = 300;
const LEAST_SKEW_S = 5;
const MOST_SKEW_S = 300;
const MOST_DELAY_S = 10;

/** What goes wrong with one sensor's messages. Every fault draws its own random numbers, so none changes what another does. */
export class FaultySensor {
  /** Added to the sensor's clock, whole seconds. */
  readonly skewS: number;
  readonly #faults: Faults;
  readonly #intervalS: number;
  readonly #missing: Random;
  readonly #repeat: Random;
  readonly #disorder: Random;
  readonly #silence: Random;
  #silentFor = 0;

  constructor(random: Random, options: { faults: Faults; intervalS: number }) {
    this.#faults = options.faults;
    this.#intervalS = options.intervalS;
    this.#missing = random.fork("missing");
    this.#repeat = random.fork("repeat");
    this.#disorder = random.fork("disorder");
    this.#silence = random.fork("silence");
    const skew = random.fork("skew");
    const ahead = skew.uniform() < 0.5 ? 1 : -1;
    const skewS = LEAST_SKEW_S + skew.integer(MOST_SKEW_S - LEAST_SKEW_S + 1);
    this.skewS = skew.uniform() < options.faults.skew ? ahead * skewS : 0;
  }

  /** Whether the sensor keeps this reading to itself. Called once per reading. */
  silent(): boolean {
    if (this.#silentFor > 0) {
      this.#silentFor--;
      return true;
    }
    if (this.#silence.uniform() < this.#faults.silence) {
      const lastsS = this.#silence.between(SHORTEST_SILENCE_S, LONGEST_SILENCE_S);
      this.#silentFor = Math.ceil(lastsS / this.#intervalS);
    }
    return false;
  }

  /** A bit for every measured value of the reading that is missing. */
  nulls(): number {
    const share = this.#faults.missing;
    let bits = 0;
    if (share > 0) for (let i = 0; i < MEASURED; i++) if (this.#missing.uniform() < share) bits |= 1 << i;
    return bits;
  }

  /** How often the message is sent. */
  copies(): number {
    return this.#repeat.uniform() < this.#faults.repeat ? 2 : 1;
  }

  /** By how many readings' time the message is late. */
  delay(): number {
    if (this.#disorder.uniform() >= this.#faults.disorder) return 0;
    return 1 + this.#disorder.integer(Math.max(1, Math.floor(MOST_DELAY_S / this.#intervalS)));
  }
}
