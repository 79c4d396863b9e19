import { open } from "node:fs/promises";
import { join } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import { orAborted } from "../broker/patience.ts";
import type { AlertReader, LoggedAlert } from "./alert-log.ts";
import { CommitTimes } from "./commit-times.ts";
import { Settled } from "./settled.ts";
import { readAlert } from "./told-alert.ts";

/** How much is read at once, unless a single line is longer. */
const CHUNK_BYTES = 1 << 16;

const LINE_END = 10;

/** Where a reader begins in a file, and what is done with its marks. */
export interface Places {
  from(path: string): number | Promise<number>;
  settled(path: string, mark: number): void;
  close(): Promise<void>;
}

interface Options {
  readonly directory: string;
  /** Nothing behind it is read. */
  readonly committed: (path: string) => number;
  readonly now: () => number;
  readonly places: Places;
  readonly closed: () => void;
}

interface File {
  readonly path: string;
  readonly settled: Settled;
  readonly times: CommitTimes;
  /** Read, and not handed out. */
  readonly ready: LoggedAlert[];
  /** Null: where it begins is not known yet. */
  at: number | null;
}

/** Reads alerts off files of lines that grow. */
export class LocalReader implements AlertReader {
  readonly #options: Options;
  readonly #files: File[] = [];
  readonly #settle = new WeakMap<LoggedAlert, () => void>();
  #news = Promise.withResolvers<void>();

  constructor(options: Options) {
    this.#options = options;
  }

  add(path: string): void {
    this.#files.push({ path, settled: new Settled(), times: new CommitTimes(), ready: [], at: null });
    this.wake();
  }

  /** There may be more to read, committed now. */
  wake(): void {
    for (const { path, times } of this.#files) times.committed(this.#options.committed(path), this.#options.now());
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  get isAtEnd(): boolean {
    return this.#files.every(({ ready, at, path }) => ready.length === 0 && at !== null && at >= this.#options.committed(path));
  }

  async next(signal: AbortSignal): Promise<LoggedAlert | undefined> {
    while (!signal.aborted) {
      const { promise } = this.#news;
      const failures: unknown[] = [];
      for (const file of this.#files) await this.#read(file).catch((thrown: unknown) => failures.push(thrown));
      const earliest = this.#files.filter(({ ready }) => ready.length > 0).sort((a, b) => a.ready[0]!.loggedMs - b.ready[0]!.loggedMs)[0];
      if (earliest) return earliest.ready.shift();
      if (failures.length > 0) throw failures[0];
      await orAborted(promise, signal);
    }
    return undefined;
  }

  settle(logged: LoggedAlert): void {
    this.#settle.get(logged)?.();
  }

  /** Until there is an alert to hand out, or nothing more is committed. */
  async #read(file: File): Promise<void> {
    while (file.ready.length === 0) {
      const end = this.#options.committed(file.path);
      file.at ??= Math.min(end, await this.#options.places.from(file.path));
      if (file.at >= end) return;
      this.#take(file, await linesOf(join(this.#options.directory, file.path), file.at, end));
    }
  }

  #take(file: File, bytes: Uint8Array): void {
    const begin = file.at!;
    const text = new TextDecoder();
    for (let at = 0; at < bytes.length; ) {
      const next = bytes.indexOf(LINE_END, at) + 1;
      const settled = file.settled.take(begin + next);
      const settle = () => {
        const mark = settled();
        if (mark !== null) this.#options.places.settled(file.path, mark);
      };
      const alert = readAlert(text.decode(bytes.subarray(at, next)));
      if (alert === null) settle();
      else {
        const committedMs = file.times.of(begin + next);
        const logged = { alert, loggedMs: Number.isNaN(committedMs) ? this.#options.now() : committedMs };
        this.#settle.set(logged, settle);
        file.ready.push(logged);
      }
      at = next;
    }
    file.at = begin + bytes.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.closed();
    await this.#options.places.close();
  }
}

/** Whole lines from `at` on, at least one. */
async function linesOf(path: string, at: number, end: number): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    for (let length = CHUNK_BYTES; ; length *= 2) {
      const wanted = Math.min(length, end - at);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(wanted), 0, wanted, at);
      const whole = buffer.subarray(0, bytesRead).lastIndexOf(LINE_END) + 1;
      if (whole > 0) return buffer.subarray(0, whole);
      if (wanted === end - at) throw new Error(`it has no whole line from ${at} to ${end}`);
    }
  } catch (cause) {
    throw new MangroveError("MGV_FILE_READ", `Cannot read the alerts in ${path}: ${(cause as Error).message}`, { cause });
  }
}
