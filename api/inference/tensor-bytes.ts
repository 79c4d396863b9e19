import type { datatypes } from "../contract.ts";

export type Datatype = (typeof datatypes)[number];

interface Spelling {
  readonly bytes: number;
  read(view: DataView, at: number): number | boolean;
}

/** Least significant byte first, as the binary extension has them. */
const numbers: Readonly<Record<Exclude<Datatype, "BYTES">, Spelling>> = {
  BOOL: { bytes: 1, read: (view, at) => view.getUint8(at) !== 0 },
  UINT8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  UINT16: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  UINT32: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  UINT64: { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  INT8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  INT16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  INT32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  INT64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  FP32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  FP64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

/** The values of a tensor's bytes; null where they are not whole values. */
export function valuesOf(datatype: Datatype, bytes: Uint8Array): unknown[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (datatype === "BYTES") return textsOf(view, bytes);
  const { bytes: width, read } = numbers[datatype];
  if (bytes.length % width !== 0) return null;
  return Array.from({ length: bytes.length / width }, (_, i) => read(view, i * width));
}

/** Each text stands behind its length. */
function textsOf(view: DataView, bytes: Uint8Array): string[] | null {
  const texts: string[] = [];
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) return null;
    texts.push(decoder.decode(bytes.subarray(at + 4, end)));
    at = end;
  }
  return texts;
}

/** What {@link valuesOf} reads, of the types that outputs have. */
export function bytesOf(datatype: Datatype, values: readonly (number | string)[]): Uint8Array {
  if (datatype === "BYTES") {
    const texts = values.map((value) => new TextEncoder().encode(String(value)));
    return Buffer.concat(texts.flatMap((text) => [new Uint8Array(Uint32Array.of(text.length).buffer), text]));
  }
  const array = datatype === "FP64" ? Float64Array.from(values, Number) : BigInt64Array.from(values, BigInt);
  return new Uint8Array(array.buffer);
}
