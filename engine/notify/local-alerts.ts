import { open } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { CommittedOutputs, OutputsWatch } from "../runtime/local/outputs-watch.ts";
import type { AlertLog, AlertReader } from "./alert-log.ts";
import { LocalReader, type Places } from "./local-reader.ts";
import { PlaceFile } from "./place-file.ts";

/** How much of a file is looked at for its newest alerts. */
const TAIL_BYTES = 1 << 20;

const LINE_END = 10;

/** The alerts in the output files of a state, as far as they are committed. Each route keeps its place in a file of its own, `DIR/notify/<route>.json`. */
export class LocalAlerts implements AlertLog, OutputsWatch {
  readonly promise = "from the state: what is committed is told at least once, also after a crash";
  readonly #directory: string;
  readonly #topics: ReadonlySet<string>;
  readonly #now: () => number;
  /** Committed bytes of each file, by its path. */
  readonly #committed = new Map<string, number>();
  readonly #readers = new Set<LocalReader>();
  readonly #places = new Map<string, PlaceFile>();

  /** `directory`: the state's. `topics`: those of alerts. `now`: epoch ms. */
  constructor({ directory, topics, now }: { readonly directory: string; readonly topics: readonly string[]; readonly now: () => number }) {
    this.#directory = directory;
    this.#topics = new Set(topics);
    this.#now = now;
  }

  async opened(outputs: CommittedOutputs): Promise<void> {
    for (const [path, bytes] of this.#filesOf(outputs)) {
      const isKnown = this.#committed.has(path);
      this.#committed.set(path, bytes);
      for (const place of this.#places.values()) await place.begin(path, bytes);
      if (!isKnown) for (const reader of this.#readers) reader.add(path);
    }
    this.#tell();
  }

  committed(outputs: CommittedOutputs): void {
    for (const [path, bytes] of this.#filesOf(outputs)) this.#committed.set(path, bytes);
    this.#tell();
  }

  async follow(route: string): Promise<AlertReader> {
    const place = await PlaceFile.open(join(this.#directory, "notify", `${route}.json`));
    this.#places.set(route, place);
    return this.#open({ from: (path) => place.of(path) ?? this.#committed.get(path)!, settled: (path, mark) => place.set(path, mark), close: () => place[Symbol.asyncDispose]() });
  }

  tail(): Promise<AlertReader> {
    return Promise.resolve(this.#open({ from: (path) => this.#newest(path), settled: () => {}, close: () => Promise.resolve() }));
  }

  #open(places: Places): AlertReader {
    const reader: LocalReader = new LocalReader({ directory: this.#directory, committed: (path) => this.#committed.get(path) ?? 0, now: this.#now, places, closed: () => this.#readers.delete(reader) });
    this.#readers.add(reader);
    for (const path of this.#committed.keys()) reader.add(path);
    return reader;
  }

  /** Where a line begins, not farther back than is looked. */
  async #newest(path: string): Promise<number> {
    const end = this.#committed.get(path) ?? 0;
    const from = Math.max(0, end - TAIL_BYTES);
    if (from === 0) return 0;
    await using file = await open(join(this.#directory, path)).catch((cause: unknown) => notRead(path, cause));
    const { bytesRead, buffer } = await file.read(Buffer.alloc(end - from), 0, end - from, from);
    const first = buffer.subarray(0, bytesRead).indexOf(LINE_END);
    return first < 0 ? end : from + first + 1;
  }

  /** By paths from the state's directory, so that it may be moved. */
  *#filesOf({ directory, partition, bytes }: CommittedOutputs): Generator<[string, number]> {
    for (const [topic, count] of Object.entries(bytes)) {
      if (this.#topics.has(topic)) yield [relative(resolve(this.#directory), resolve(directory, `${topic}-${partition}.jsonl`)), count];
    }
  }

  #tell(): void {
    for (const reader of this.#readers) reader.wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const reader of this.#readers) await reader[Symbol.asyncDispose]();
  }
}

function notRead(path: string, cause: unknown): never {
  throw new MangroveError("MGV_FILE_READ", `Cannot read the alerts in ${path}: ${(cause as Error).message}`, { cause });
}
