import { MangroveError } from "../../../errors.ts";
import { LongIntegers, Single, sortedEntries, type Document, type DocumentObject } from "./document.ts";

type Put = (view: DataView, at: number, value: number) => void;

const putLong: Put = (view, at, value) => {
  view.setInt32(at, Math.floor(value / 2 ** 32));
  view.setUint32(at + 4, value >>> 0);
};

const kinds = {
  i: { bytes: 1, put: (view, at, value) => view.setInt8(at, value) },
  U: { bytes: 1, put: (view, at, value) => view.setUint8(at, value) },
  I: { bytes: 2, put: (view, at, value) => view.setInt16(at, value) },
  l: { bytes: 4, put: (view, at, value) => view.setInt32(at, value) },
  L: { bytes: 8, put: putLong },
  d: { bytes: 4, put: (view, at, value) => view.setFloat32(at, value) },
  D: { bytes: 8, put: (view, at, value) => view.setFloat64(at, value) },
} as const satisfies Record<string, { bytes: number; put: Put }>;

type Kind = keyof typeof kinds;

function kindOfNumber(value: number): Kind {
  if (!Number.isSafeInteger(value)) return Math.fround(value) === value || Number.isNaN(value) ? "d" : "D";
  const size = value < 0 ? -1 - value : value;
  return size < 2 ** 7 ? "i" : size < 2 ** 15 ? "I" : size < 2 ** 31 ? "l" : "L";
}

function kindOfArray(values: ArrayBufferView): Kind {
  if (values instanceof Float32Array) return "d";
  if (values instanceof Float64Array) return "D";
  if (values instanceof Int32Array) return "l";
  if (values instanceof Int16Array) return "I";
  return values instanceof Int8Array ? "i" : "U";
}

/** A document in XGBoost's dialect of UBJSON, members by name. See {@link parseUbjson}. */
export function ubjsonBytes(document: Document): Uint8Array {
  const writer = new Writer();
  writer.value(document);
  return writer.bytes();
}

class Writer {
  #bytes = new Uint8Array(2 ** 16);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#end);
  }

  /** Where `count` bytes more may be written. */
  #grow(count: number): number {
    const at = this.#end;
    this.#end += count;
    if (this.#end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#end, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }

  #ascii(text: string): void {
    const at = this.#grow(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[at + i] = text.charCodeAt(i);
  }

  #numbers(kind: Kind, values: ArrayLike<number>): void {
    const { bytes, put } = kinds[kind];
    const at = this.#grow(values.length * bytes);
    for (let i = 0; i < values.length; i++) put(this.#view, at + i * bytes, values[i]!);
  }

  #number(kind: Kind, value: number): void {
    this.#ascii(kind);
    this.#numbers(kind, [value]);
  }

  #array(kind: Kind, values: ArrayLike<number>): void {
    this.#ascii(`[$${kind}#`);
    this.#number("L", values.length);
    this.#numbers(kind, values);
  }

  #text(text: string): void {
    if (!text.isWellFormed()) throw new MangroveError("MGV_MODEL_CONVERT", `UBJSON cannot hold the text ${JSON.stringify(text.slice(0, 40))}: it has half a character.`);
    const bytes = new TextEncoder().encode(text);
    this.#number("L", bytes.length);
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
  }

  value(document: Document): void {
    if (document === null) return this.#ascii("Z");
    if (typeof document === "boolean") return this.#ascii(document ? "T" : "F");
    if (typeof document === "number") return this.#number(kindOfNumber(document), document);
    if (document instanceof Single) return this.#number("d", document.value);
    if (document instanceof LongIntegers) return this.#array("L", document.values);
    if (ArrayBuffer.isView(document)) return this.#array(kindOfArray(document), document);
    if (typeof document === "string") {
      this.#ascii("S");
      return this.#text(document);
    }
    if (Array.isArray(document)) {
      this.#ascii("[#");
      this.#number("L", document.length);
      return document.forEach((each: Document) => this.value(each));
    }
    this.#ascii("{");
    for (const [name, value] of sortedEntries(document as DocumentObject)) {
      this.#text(name);
      this.value(value);
    }
    this.#ascii("}");
  }
}
