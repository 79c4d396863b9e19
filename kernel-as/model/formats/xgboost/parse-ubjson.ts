import { MangroveError } from "../../../errors.ts";
import { numberTypes, type Numbers, type NumberType } from "./ubjson-numbers.ts";

/** Bytes of a text that is short. */
const SHORT = 32;

/** XGBoost nests seven deep. */
const DEEPEST = 32;

/**
 * The value of XGBoost's dialect of UBJSON (src/common/json.cc): big-endian, names without a marker of their own but with a length `L`, and
 * arrays of one type, `[$d#L` and the count, which have no closing bracket. Those become typed arrays. Throws `MGV_MODEL_FORMAT` with the
 * byte at which the file stops making sense.
 */
export function parseUbjson(bytes: Uint8Array): unknown {
  return new Parser(bytes).whole();
}

class Parser {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  whole(): unknown {
    const value = this.#value(this.#marker(), 0);
    return this.#at === this.#bytes.length ? value : this.#fail(`is followed by ${this.#bytes.length - this.#at} bytes that do not belong to it`);
  }

  #fail(what: string, at = this.#at): never {
    throw new MangroveError("MGV_MODEL_FORMAT", `This UBJSON model file is broken: at byte ${at} of ${this.#bytes.length} it ${what}.`);
  }

  /** Moves over `count` bytes and tells where they begin. */
  #skip(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) this.#fail(`is cut short: ${count} bytes more were to come`);
    this.#at += count;
    return at;
  }

  #marker(): string {
    return String.fromCharCode(this.#bytes[this.#skip(1)]!);
  }

  #value(marker: string, depth: number): unknown {
    switch (marker) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case "S":
        return this.#text();
      case "C":
        return this.#marker();
      case "T":
        return true;
      case "F":
        return false;
      case "Z":
        return null;
      default:
        return this.#number(marker);
    }
  }

  #number(marker: string): number {
    const type = numberTypes.get(marker) ?? this.#fail(`has the unknown marker ${JSON.stringify(marker)}`, this.#at - 1);
    return type.one(this.#view, this.#skip(type.bytes));
  }

  #numbers({ bytes, many }: NumberType, count: number): Numbers {
    const at = this.#skip(count * bytes);
    return many(new Uint8Array(this.#bytes.subarray(at, at + count * bytes)));
  }

  #count(): number {
    const at = this.#at;
    const count = this.#number(this.#marker());
    return Number.isSafeInteger(count) && count >= 0 ? count : this.#fail(`gives ${count} as a length`, at);
  }

  #text(): string {
    const count = this.#count();
    const at = this.#skip(count);
    if (count <= SHORT) {
      // most texts are short names, over which a decoder takes longer
      let text = "";
      for (let i = at; i < at + count && this.#bytes[i]! < 0x80; i++) text += String.fromCharCode(this.#bytes[i]!);
      if (text.length === count) return text;
    }
    try {
      return this.#utf8.decode(this.#bytes.subarray(at, at + count));
    } catch {
      return this.#fail("has a text that is not UTF-8", at);
    }
  }

  #object(depth: number): Record<string, unknown> {
    if (depth === DEEPEST) this.#fail("is nested too deeply");
    const entries: [string, unknown][] = [];
    while (this.#bytes[this.#at] !== 0x7d) {
      const name = this.#text();
      entries.push([name, this.#value(this.#marker(), depth + 1)]);
    }
    this.#skip(1);
    return Object.fromEntries(entries);
  }

  #array(depth: number): unknown {
    if (depth === DEEPEST) this.#fail("is nested too deeply");
    if (this.#take("$")) {
      const at = this.#at;
      const type = numberTypes.get(this.#marker()) ?? this.#fail("has an array of an unknown type", at);
      if (!this.#take("#")) this.#fail("has an array of one type without a count");
      return this.#numbers(type, this.#count());
    }
    const values: unknown[] = [];
    if (this.#take("#")) {
      const count = this.#count();
      if (count > this.#bytes.length - this.#at) this.#fail(`is cut short: ${count} values more were to come`);
      while (values.length < count) values.push(this.#value(this.#marker(), depth + 1));
      return values;
    }
    for (let marker = this.#marker(); marker !== "]"; marker = this.#marker()) values.push(this.#value(marker, depth + 1));
    return values;
  }

  #take(marker: string): boolean {
    const found = this.#bytes[this.#at] === marker.charCodeAt(0);
    if (found) this.#at++;
    return found;
  }
}
