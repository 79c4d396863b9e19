import { open, rename, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { RecordBatchReader } from "../../kernel-as/host/record-batch-reader.ts";
import { syncFolder } from "../sync-folder.ts";

/** How files are opened: a port for tests, whose disks are full. */
export type OpenFile = (path: string, flags: string) => Promise<FileHandle>;

/** How much is read at once, unless a single batch is larger. */
const CHUNK_BYTES = 1 << 20;

/** Kafka's message format 2: where a batch has the number of bytes behind that number, and how long its head is. */
const LENGTH_AT = 8;
const LENGTH_END = 12;
const HEAD_BYTES = 61;

/** Behind every offset: batches are summed up and passed over. */
const NOWHERE = 2 ** 53;

/** Nothing in these files is compressed. */
export const uncompressed = {
  decompress: (codec: number): never => {
    throw new Error(`codec ${codec} is of no use here`);
  },
};

/** Batches from `at` on, about a MiB of them or one that is larger; nothing where none is whole before `end`. Throws `MGV_FILE_READ`. */
export async function readBatches(file: FileHandle, { path, at, end }: { readonly path: string; readonly at: number; readonly end: number }): Promise<Uint8Array> {
  let bytes = await readAt(file, path, at, Math.min(CHUNK_BYTES, end - at));
  const first = lengthOf(bytes, 0);
  if (first > bytes.length && first <= end - at) bytes = await readAt(file, path, at, first);
  let whole = 0;
  for (let length = lengthOf(bytes, 0); whole + length <= bytes.length; length = lengthOf(bytes, whole)) whole += length;
  return bytes.subarray(0, whole);
}

/** The batches in some bytes, one by one. */
export function* splitBatches(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const next = at + lengthOf(bytes, at);
    yield bytes.subarray(at, next);
    at = next;
  }
}

/** A file of record batches that only grows. */
export class BatchFile implements AsyncDisposable {
  #path: string;
  readonly #file: FileHandle;
  #bytes: number;
  /** There may be more in the file than what was appended. */
  #isTorn = false;

  private constructor(path: string, file: FileHandle, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** An empty file, whatever was there. Throws `MGV_FILE_WRITE`. */
  static async create(path: string, openFile: OpenFile = open): Promise<BatchFile> {
    return new BatchFile(path, await openFile(path, "w+").catch((cause: unknown) => notWritten(path, cause)), 0);
  }

  /**
   * A file that is there, cut behind its last whole batch: a process that dies leaves half of its last write. Every batch is given to `take`. Throws `MGV_FILE_READ` where a
   * batch is damaged and another one follows it.
   */
  static async open(path: string, { reader, take, openFile = open }: { readonly reader: RecordBatchReader; take(batch: Uint8Array): void; readonly openFile?: OpenFile }): Promise<BatchFile> {
    const file = await openFile(path, "r+").catch((cause: unknown) => notRead(path, cause));
    try {
      const { size } = await file.stat();
      let whole = 0;
      for (let isSound = true; isSound; ) {
        const bytes = await readBatches(file, { path, at: whole, end: size });
        isSound = bytes.length > 0;
        for (const batch of splitBatches(bytes)) {
          isSound &&= sound(reader, batch);
          if (!isSound) break;
          take(batch);
          whole += batch.length;
        }
      }
      const opened = new BatchFile(path, file, whole);
      if (whole < size) await opened.#cutTail(reader, size);
      return opened;
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
  }

  /** Of all that was appended. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves once it is on disk. Throws `MGV_FILE_WRITE`: then nothing of it is there, and the next call may have more luck. */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      if (this.#isTorn) await this.#cut();
      this.#isTorn = true;
      for (let at = 0; at < bytes.length; ) at += (await this.#file.write(bytes, at, bytes.length - at, this.#bytes + at)).bytesWritten;
      await this.#file.datasync();
      this.#bytes += bytes.length;
      this.#isTorn = false;
    } catch (cause) {
      await this.#cut().catch(() => {}); // tried again before the next write
      notWritten(this.#path, cause);
    }
  }

  /** Puts it in another's place, so that it lasts. */
  async rename(path: string): Promise<void> {
    try {
      await rename(this.#path, path);
      this.#path = path;
      await syncFolder(dirname(path));
    } catch (cause) {
      notWritten(path, cause);
    }
  }

  async #cut(): Promise<void> {
    await this.#file.truncate(this.#bytes);
    await this.#file.datasync();
    this.#isTorn = false;
  }

  async #cutTail(reader: RecordBatchReader, size: number): Promise<void> {
    const behind = this.#bytes + lengthOf(await readAt(this.#file, this.#path, this.#bytes, Math.min(HEAD_BYTES, size - this.#bytes)), 0);
    if (behind < size) {
      for (const next of splitBatches(await readBatches(this.#file, { path: this.#path, at: behind, end: size }))) {
        if (!sound(reader, next)) break;
        throw new MangroveError("MGV_FILE_READ", `${this.#path} is damaged ${this.#bytes} bytes from its beginning, and sound behind that. Put the file back from a copy; or begin anew with another --state.`);
      }
    }
    await this.#cut().catch((cause: unknown) => notWritten(this.#path, cause));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

/** Infinity where there is no head, or one of nothing. */
function lengthOf(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < LENGTH_END) return Infinity;
  const length = LENGTH_END + new DataView(bytes.buffer, bytes.byteOffset + at).getInt32(LENGTH_AT);
  return length < HEAD_BYTES ? Infinity : length;
}

function sound(reader: RecordBatchReader, batch: Uint8Array): boolean {
  try {
    reader.read(batch, { from: NOWHERE, aborted: [] });
    return true;
  } catch (thrown) {
    if (MangroveError.from(thrown).code !== "MGV_BROKER") throw thrown;
    return false;
  }
}

async function readAt(file: FileHandle, path: string, from: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await file.read(bytes, at, length - at, from + at).catch((cause: unknown) => notRead(path, cause));
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

function notRead(path: string, cause: unknown): never {
  throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${(cause as Error).message}`, { cause });
}

function notWritten(path: string, cause: unknown): never {
  throw new MangroveError("MGV_FILE_WRITE", `Cannot write ${path}: ${(cause as Error).message}`, { cause });
}
