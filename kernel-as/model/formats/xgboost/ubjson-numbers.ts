export type Numbers = Int8Array | Uint8Array | Int16Array | Int32Array | Float32Array | Float64Array;

export interface NumberType {
  /** Of one number. */
  readonly bytes: number;
  one(view: DataView, at: number): number;
  /** The numbers of bytes that nothing else uses. */
  many(bytes: Uint8Array<ArrayBuffer>): Numbers;
}

const long: NumberType["one"] = (view, at) => view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4);

/** The big-endian numbers that follow a marker of UBJSON. Integers of 64 bits become f64, exact up to 2^53. */
export const numberTypes: ReadonlyMap<string, NumberType> = new Map<string, NumberType>([
  ["i", { bytes: 1, one: (view, at) => view.getInt8(at), many: ({ buffer }) => new Int8Array(buffer) }],
  ["U", { bytes: 1, one: (view, at) => view.getUint8(at), many: (bytes) => bytes }],
  ["I", { bytes: 2, one: (view, at) => view.getInt16(at), many: ({ buffer }) => each(buffer, new Int16Array(buffer), "getInt16") }],
  ["l", { bytes: 4, one: (view, at) => view.getInt32(at), many: ({ buffer }) => new Int32Array(swapped(buffer)) }],
  ["L", { bytes: 8, one: long, many: ({ buffer }) => longs(new DataView(buffer)) }],
  ["d", { bytes: 4, one: (view, at) => view.getFloat32(at), many: ({ buffer }) => new Float32Array(swapped(buffer)) }],
  ["D", { bytes: 8, one: (view, at) => view.getFloat64(at), many: ({ buffer }) => each(buffer, new Float64Array(buffer), "getFloat64") }],
]);

function longs(view: DataView): Float64Array {
  return Float64Array.from({ length: view.byteLength / 8 }, (_, i) => long(view, 8 * i));
}

/** From big-endian words to little-endian ones, in place. */
function swapped(buffer: ArrayBuffer): ArrayBuffer {
  const words = new Uint32Array(buffer);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    words[i] = (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
  }
  return buffer;
}

function each<Values extends Int16Array | Float64Array>(buffer: ArrayBuffer, values: Values, get: "getInt16" | "getFloat64"): Values {
  const view = new DataView(buffer);
  for (let i = 0; i < values.length; i++) values[i] = view[get](i * values.BYTES_PER_ELEMENT);
  return values;
}
