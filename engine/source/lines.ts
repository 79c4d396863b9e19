import { open } from "node:fs/promises";
import { MangroveError } from "../../kernel-as/errors.ts";

const CHUNK_BYTES = 1 << 20;

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** The lines of a file as bytes, without line ends and byte order mark, empty ones left out. Holds at most a chunk and a line. Throws `MGV_FILE_READ`, also for what is no text. */
export async function* readLines(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r").catch((cause: unknown) => {
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  });
  try {
    let rest = new Uint8Array(0);
    let isFirst = true;
    for (;;) {
      const chunk = new Uint8Array(rest.length + CHUNK_BYTES);
      chunk.set(rest);
      const { bytesRead } = await file.read(chunk, rest.length, CHUNK_BYTES).catch((cause: unknown) => {
        throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${(cause as Error).message}`, { cause });
      });
      const end = rest.length + bytesRead;
      if (isFirst) refuseBinary(path, chunk.subarray(0, end));
      let start = isFirst && BYTE_ORDER_MARK.every((byte, i) => chunk[i] === byte) ? BYTE_ORDER_MARK.length : 0;
      isFirst = false;
      for (let at = chunk.indexOf(10); at !== -1 && at < end; at = chunk.indexOf(10, start)) {
        const line = withoutReturn(chunk.subarray(start, at));
        if (line.length > 0) yield line;
        start = at + 1;
      }
      rest = chunk.slice(start, end);
      if (bytesRead === 0) break;
    }
    const last = withoutReturn(rest);
    if (last.length > 0) yield last;
  } finally {
    await file.close();
  }
}

/** `bytes`: the beginning of the file. Throws `MGV_FILE_READ`. */
export function refuseBinary(path: string, bytes: Uint8Array): void {
  if (!bytes.subarray(0, 4096).includes(0)) return;
  throw new MangroveError("MGV_FILE_READ", `${path} is no text in UTF-8. If it is compressed, unpack it; if a spreadsheet wrote it, save it as CSV in UTF-8.`);
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === 13 ? line.subarray(0, -1) : line;
}
