import { exp, log } from "../../kernel-as/assembly/math.ts";
import type { Quantity } from "./parameters.ts";

/** splitmix32: spreads related seeds over unrelated words. */
function mix(word: number): number {
  let z = (word + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}

/**
 * A seeded generator, sfc32, with the same numbers on every runtime. A fork depends on the seed and its label alone, not on
 * what was drawn before it, so a new fork changes none of the others.
 */
export class Random {
  readonly #low: number;
  readonly #high: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spare = NaN;

  /** The seed is `low` + 2^32 · `high`; only the lower 32 bits of each count. */
  constructor(low: number, high = 0) {
    this.#low = low | 0;
    this.#high = high | 0;
    this.#a = mix(this.#low);
    this.#b = mix(this.#high ^ this.#a);
    this.#c = mix(this.#b ^ 0x5bd1e995);
    for (let i = 0; i < 12; i++) this.#next();
  }

  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** An independent generator. */
  fork(label: string | number): Random {
    const name = typeof label === "number" ? mix(label) : hash(label);
    const low = mix(this.#low ^ name);
    return new Random(low, mix(this.#high ^ low ^ mix(name)));
  }

  /** Above 0 and below 1, 32 random bits. */
  uniform(): number {
    return (this.#next() + 0.5) / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Uniform in the logarithm: as likely between 1 and 10 as between 10 and 100. */
  magnitude(low: number, high: number): number {
    return low * exp(log(high / low) * this.uniform());
  }

  draw({ low, high, scale }: Quantity): number {
    return scale === "even" ? this.between(low, high) : this.magnitude(low, high);
  }

  /** A whole number from 0 to `n` - 1, `n` at most 2^32. */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Mean 0, standard deviation 1: Marsaglia's polar method. */
  normal(): number {
    const spare = this.#spare;
    if (spare === spare) {
      this.#spare = NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const s = x * x + y * y;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * log(s)) / s);
      this.#spare = y * scale;
      return x * scale;
    }
  }
}
