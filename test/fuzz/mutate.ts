type Next = () => number;

/** Texts that have hurt readers of numbers and of nested files. */
const NASTY = ["-1", "0", "1e999", "-1e999", "NaN", "nan", "inf", "Infinity", "2147483647", "2147483648", "4294967295", "1e-400", "-0", "9999999999", "1000000000", "[[[[[[[[", "{\"a\":", "null", "\"\"", ""];

/** Bytes that begin or size things in UBJSON and in binary files. */
const TELLING = [0, 1, 0x7f, 0x80, 0xff, 0x23, 0x24, 0x4c, 0x5b, 0x5d, 0x7b, 0x7d, 0x4e, 0x5a];

/** A file with a few things changed: bytes, numbers written in it, pieces cut out, doubled or moved, or its end missing. Never the file itself. */
export function mutate(file: Uint8Array, next: Next): Uint8Array {
  let bytes = file;
  const below = (limit: number) => Math.floor(next() * limit);
  for (let changes = next() < 0.6 ? 1 : 2 + below(2); changes > 0; changes--) bytes = changes === 1 || bytes.length > 0 ? change(bytes, next, below) : bytes;
  return bytes;
}

function change(bytes: Uint8Array, next: Next, below: (limit: number) => number): Uint8Array {
  const at = below(bytes.length);
  const kind = next();
  if (kind < 0.25) {
    const changed = bytes.slice();
    changed[at] = next() < 0.5 ? TELLING[below(TELLING.length)]! : below(256);
    return changed;
  }
  if (kind < 0.55) return replaceNumber(bytes, at, NASTY[below(NASTY.length)]!);
  if (kind < 0.65) return bytes.slice(0, at);
  const to = Math.min(bytes.length, at + 1 + below(next() < 0.7 ? 12 : bytes.length));
  const piece = bytes.subarray(at, to);
  if (kind < 0.8) return joined(bytes.subarray(0, at), bytes.subarray(to));
  const elsewhere = below(bytes.length);
  if (kind < 0.92) return joined(bytes.subarray(0, elsewhere), piece, bytes.subarray(elsewhere));
  return wideNumber(bytes, at, below(2 ** 31) * (next() < 0.5 ? 1 : -1));
}

/** The first number from `at` on that is written in digits gives way to `text`. */
function replaceNumber(bytes: Uint8Array, at: number, text: string): Uint8Array {
  const isPart = (byte: number | undefined) => byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e);
  let first = at;
  while (first < bytes.length && !isPart(bytes[first])) first++;
  let last = first;
  while (isPart(bytes[last])) last++;
  return joined(bytes.subarray(0, first), new TextEncoder().encode(text), bytes.subarray(last));
}

/** Four bytes become a 32-bit number, of one byte order or the other. */
function wideNumber(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const changed = bytes.slice();
  if (at + 4 <= changed.length) new DataView(changed.buffer).setInt32(at, value, value % 2 === 0);
  return changed;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
