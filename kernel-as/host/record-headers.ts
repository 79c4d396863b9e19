import { MangroveError } from "../errors.ts";

/** RecordHeaders of records: name and value. */
export type RecordHeaders = readonly (readonly [name: string, value: Uint8Array | null])[];

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** The headers of record `i`, in their order, the values copied; a name may stand there more than once. */
export function headersOf({ headers, headerBounds }: { readonly headers: Uint8Array; readonly headerBounds: Uint32Array }, i: number): [string, Uint8Array | null][] {
  let [at, end] = [headerBounds[i]!, headerBounds[i + 1]!];
  if (at === end) return [];
  const number = () => {
    let [x, shift, byte] = [0, 0, 0];
    do {
      byte = headers[at++]!;
      x |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    return (x >>> 1) ^ -(x & 1);
  };
  const text = (bytes: number) => headers.slice(at, (at += bytes));
  return Array.from({ length: number() }, () => {
    const name = decoder.decode(text(number()));
    const bytes = number();
    return [name, bytes < 0 ? null : text(bytes)];
  });
}

/** RecordHeaders as they stand in a record, behind their number. Throws `MGV_ARGUMENT` above 2^30 bytes. */
export function encodeHeaders(headers: RecordHeaders): Uint8Array {
  const parts: Uint8Array[] = [varint(headers.length)];
  for (const [name, value] of headers) {
    const utf8 = encoder.encode(name);
    parts.push(varint(utf8.length), utf8, varint(value ? value.length : -1), value ?? new Uint8Array());
  }
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  if (bytes > 2 ** 30) throw new MangroveError("MGV_ARGUMENT", `The headers of a record take ${bytes} bytes; at most 2^30 fit.`);
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function varint(x: number): Uint8Array {
  const bytes = [];
  let rest = ((x << 1) ^ (x >> 31)) >>> 0;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.of(...bytes, rest);
}
