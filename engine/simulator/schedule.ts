import type { Happening } from "./emission.ts";
import type { Random } from "./random.ts";

const DAY_S = 86_400;
/** Rest between two happenings of a kind in a room. */
const REST_S = 300;

/** Begins one kind of happening again and again, at intervals of 0.5 to 1.5 times the mean, never two at once. */
export class Schedule<T extends Happening> {
  readonly #random: Random;
  readonly #meanS: number;
  readonly #begin: (random: Random) => T;
  #nextS: number;
  #startS = 0;
  #current: T | undefined;

  constructor(random: Random, options: { perDay: number; begin: (random: Random) => T }) {
    this.#random = random;
    this.#meanS = DAY_S / options.perDay;
    this.#begin = options.begin;
    this.#nextS = options.perDay > 0 ? this.#meanS * random.uniform() : Infinity;
  }

  /** Seconds since the current one began. */
  elapsedS(nowS: number): number {
    return nowS - this.#startS;
  }

  /** What is going on, `nowS` seconds after the start of the world. */
  at(nowS: number): T | undefined {
    if (this.#current && nowS - this.#startS >= this.#current.endS) this.#current = undefined;
    if (!this.#current && nowS >= this.#nextS) {
      this.#current = this.#begin(this.#random);
      this.#startS = nowS;
      this.#nextS = nowS + Math.max(this.#meanS * this.#random.between(0.5, 1.5), this.#current.endS + REST_S);
    }
    return this.#current;
  }
}
