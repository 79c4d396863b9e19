import { MangroveError } from "../../../errors.ts";

type Numbers = readonly unknown[] | Float32Array | Float64Array | Int32Array | Int16Array | Int8Array | Uint8Array;

/**
 * A part of a document that was parsed from JSON or UBJSON, and the way to it: `learner.gradient_booster.model.trees[3]`. Whatever is not
 * as it must be is an `MGV_MODEL_FORMAT` that names the place. A null among floats is a NaN, which JSON cannot say.
 */
export class Part {
  readonly #value: unknown;
  readonly #parent: Part | null;
  readonly #step: string;

  constructor(value: unknown, parent: Part | null = null, step = "") {
    this.#value = value;
    this.#parent = parent;
    this.#step = step;
  }

  get path(): string {
    const before = this.#parent?.path ?? "";
    return before === "" || this.#step.startsWith("[") ? before + this.#step : `${before}.${this.#step}`;
  }

  /** Ends reading: `what` goes on from the path, as in "is not a number". */
  fail(what: string): never {
    throw new MangroveError("MGV_MODEL_FORMAT", `This XGBoost model is broken: ${this.path || "the document"} ${what}.`);
  }

  /** Null where there is none. */
  maybe(name: string): Part | null {
    const members = this.#members();
    return Object.hasOwn(members, name) ? new Part(members[name], this, name) : null;
  }

  member(name: string): Part {
    return this.maybe(name) ?? this.fail(`has no ${name}`);
  }

  members(): [name: string, part: Part][] {
    return Object.entries(this.#members()).map(([name, value]) => [name, new Part(value, this, name)]);
  }

  #members(): Record<string, unknown> {
    const value = this.#value;
    if (typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)) return value as Record<string, unknown>;
    return this.fail("is not an object");
  }

  /** How many elements an array has. */
  get size(): number {
    return Array.isArray(this.#value) ? this.#value.length : this.fail("is not an array");
  }

  /** One at a time: a list may be long and its first element wrong. */
  *elements(): Generator<Part> {
    for (let i = 0; i < this.size; i++) yield new Part((this.#value as unknown[])[i], this, `[${i}]`);
  }

  text(): string {
    return typeof this.#value === "string" ? this.#value : this.fail("is not a text");
  }

  /** A whole number of 0 or more, which XGBoost writes as a text. */
  count(): number {
    const text = typeof this.#value === "number" ? String(this.#value) : this.text();
    return /^\d{1,10}$/.test(text) ? Number(text) : this.fail(`is ${JSON.stringify(text.slice(0, 40))}, not a count`);
  }

  /** As it was parsed, for what is only kept. */
  get raw(): unknown {
    return this.#value;
  }

  #numbers(length: number | null): Numbers {
    const value = this.#value;
    if (!Array.isArray(value) && !(ArrayBuffer.isView(value) && !(value instanceof DataView))) return this.fail("is not an array of numbers");
    const numbers = value as Numbers;
    if (length !== null && numbers.length !== length) return this.fail(`has ${numbers.length} entries, not ${length}`);
    return numbers;
  }

  floats(length: number | null = null): Float32Array {
    const numbers = this.#numbers(length);
    if (numbers instanceof Float32Array) return numbers;
    const floats = new Float32Array(numbers.length);
    for (let i = 0; i < floats.length; i++) {
      const number = numbers[i];
      floats[i] = typeof number === "number" ? number : number === null ? NaN : this.fail("is not an array of numbers");
    }
    return floats;
  }

  integers(length: number | null = null): Int32Array {
    const numbers = this.#numbers(length);
    if (numbers instanceof Int32Array) return numbers;
    const integers = new Int32Array(numbers.length);
    for (let i = 0; i < integers.length; i++) {
      const number = numbers[i];
      integers[i] = number as number;
      if (number !== integers[i]) this.fail(typeof number === "number" ? `holds ${number}, not a whole number of 32 bits` : "is not an array of numbers");
    }
    return integers;
  }

  /** Whole numbers that an f64 holds exactly. */
  safeIntegers(): number[] {
    const numbers = Array.from(this.#numbers(null));
    const odd = numbers.find((number) => !Number.isSafeInteger(number));
    return odd === undefined ? (numbers as number[]) : this.fail("holds what is not a whole number below 2^53");
  }

  /** Zeros and ones, which old versions wrote as false and true. */
  flags(length: number): Uint8Array {
    const numbers = this.#numbers(length);
    const flags = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      const flag = numbers[i];
      flags[i] = flag === true || flag === 1 ? 1 : flag === false || flag === 0 ? 0 : this.fail("is not an array of zeros and ones");
    }
    return flags;
  }
}
