import { isBlank } from "./blank.ts";
import { MAX_READING_BYTES } from "./body.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import { MangroveError } from "../kernel-as/errors.ts";

/** Whole lines, the newlines with them, one behind the other: line `i` is `values.subarray(bounds[i], bounds[i + 1])`. */
export interface Lines {
  readonly values: Uint8Array;
  readonly bounds: Uint32Array;
}

const NEWLINE = 0x0a;

/** The lines of a stream as they come in, up to `most` at a time; blank ones are part of the line before. Throws `MGV_HTTP_BODY` for a line above 900 kB, and what the stream throws. */
export async function* linePieces(stream: ReadableStream<Uint8Array> | null, most: number): AsyncGenerator<Lines> {
  const held = new GrowingBytes();
  for await (const chunk of stream ?? []) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) yield* piecesOf(behind(held, chunk.subarray(0, end)), most);
    held.push(chunk.subarray(end));
    if (held.length > MAX_READING_BYTES) throw new MangroveError("MGV_HTTP_BODY", `A line has more than ${MAX_READING_BYTES} bytes. Send one reading a line.`);
  }
  yield* piecesOf(held.take(), most);
}

function behind(held: GrowingBytes, bytes: Uint8Array): Uint8Array {
  if (held.length === 0) return bytes;
  held.push(bytes);
  return held.take();
}

function* piecesOf(text: Uint8Array, most: number): Generator<Lines> {
  let bounds = [0];
  let start = 0;
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf(NEWLINE, at);
    const end = newline === -1 ? text.length : newline + 1;
    if (text.subarray(at, end).every(isBlank)) {
      if (bounds.length > 1) bounds[bounds.length - 1] = end - start;
      else start = end;
    } else {
      bounds.push(end - start);
    }
    at = end;
    if (bounds.length - 1 < most && at < text.length) continue;
    if (bounds.length > 1) yield { values: text.subarray(start, at), bounds: Uint32Array.from(bounds) };
    [bounds, start] = [[0], at];
  }
}
