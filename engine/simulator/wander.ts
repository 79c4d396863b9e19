import { exp } from "../../kernel-as/assembly/math.ts";
import { parameters } from "./parameters.ts";
import type { Random } from "./random.ts";

/** The share of the way that a first-order lag goes in one step; 1 for a lag of 0. */
export function lagShare(stepS: number, lagS: number): number {
  return 1 - exp(-stepS / lagS);
}

/** A value that wanders around 0 and forgets where it was after `memoryS`: an Ornstein-Uhlenbeck process, from the first step on in its steady state. */
export class Wander {
  readonly #random: Random;
  readonly #keep: number;
  readonly #push: number;
  value: number;

  constructor(random: Random, options: { sd: number; memoryS: number; stepS: number }) {
    this.#random = random;
    this.#keep = exp(-options.stepS / options.memoryS);
    this.#push = options.sd * Math.sqrt(1 - this.#keep * this.#keep);
    this.value = options.sd * random.normal();
  }

  next(): number {
    this.value = this.value * this.#keep + this.#push * this.#random.normal();
    return this.value;
  }
}

/** How the strength of a source comes and goes, as a logarithm: smoke and fumes come in puffs. */
export function puffs(random: Random, stepS: number): Wander {
  const own = random.fork("puffs");
  return new Wander(own, { sd: own.draw(parameters.puffs.sd), memoryS: own.draw(parameters.puffs.memory), stepS });
}
