import { open, stat, type FileHandle } from "node:fs/promises";
import { refuseBinary } from "../../engine/source/lines.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { refuseFolder } from "../model/file.ts";

const PIECE_BYTES = 1 << 20;

/** A row that is longer is taken for a quote that was never closed. */
const MOST_ROW_BYTES = 1 << 24;

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** A file that is read piece by piece. What is read and not yet taken is `buffer` from `start` to `end`. Holds at most a piece and a row. */
export class FilePieces implements AsyncDisposable {
  readonly path: string;
  /** In bytes; null for a pipe. */
  readonly size: number | null;
  buffer: Buffer;
  start = 0;
  end = 0;
  /** Nothing comes after `end`. */
  ended = false;
  /** The number of the line that begins at `start`, from 1. */
  line = 1;
  #read = 0;
  readonly #file: FileHandle;

  private constructor(path: string, size: number | null, file: FileHandle, pieceBytes: number) {
    this.path = path;
    this.size = size;
    this.buffer = Buffer.allocUnsafeSlow(pieceBytes);
    this.#file = file;
  }

  /** Reads the first piece; results do not depend on how large pieces are. Throws `MGV_FILE_READ`, also for what is no text, and `MGV_CSV_EMPTY`. */
  static async open(path: string, { pieceBytes = PIECE_BYTES }: { pieceBytes?: number } = {}): Promise<FilePieces> {
    await refuseFolder(path);
    const file = await open(path, "r").catch((cause: unknown) => unreadable(path, cause));
    const found = await stat(path);
    const pieces = new FilePieces(path, found.isFile() ? found.size : null, file, pieceBytes);
    try {
      while (!pieces.ended && pieces.end < BYTE_ORDER_MARK.length) await pieces.more();
      if (BYTE_ORDER_MARK.every((byte, i) => pieces.buffer[i] === byte)) pieces.start = BYTE_ORDER_MARK.length;
      if (pieces.start === pieces.end) throw new MangroveError("MGV_CSV_EMPTY", `${path} is empty: it has not even a header.`);
      refuseBinary(path, pieces.buffer.subarray(0, pieces.end));
      return pieces;
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
  }

  /** Bytes that were taken, which tell how far the reading has come. */
  get taken(): number {
    return this.#read - (this.end - this.start);
  }

  /** Reads another piece behind what is there. Throws `MGV_FILE_READ`, `MGV_CSV_ROW` for a row that never ends. */
  async more(): Promise<void> {
    const rest = this.end - this.start;
    if (rest > MOST_ROW_BYTES) throw new MangroveError("MGV_CSV_ROW", `${this.path}, line ${this.line}: the row is longer than 16 MiB. Is a quote left open?`);
    if (rest > this.buffer.length / 2) {
      const grown = Buffer.allocUnsafeSlow(this.buffer.length * 2);
      this.buffer.copy(grown, 0, this.start, this.end);
      this.buffer = grown;
    } else {
      this.buffer.copyWithin(0, this.start, this.end);
    }
    [this.start, this.end] = [0, rest];
    const { bytesRead } = await this.#file.read(this.buffer, rest, this.buffer.length - rest).catch((cause: unknown) => unreadable(this.path, cause));
    this.end += bytesRead;
    this.#read += bytesRead;
    this.ended = bytesRead === 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

function unreadable(path: string, cause: unknown): never {
  throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${(cause as Error).message}`, { cause });
}
