import { MangroveError } from "../../kernel-as/errors.ts";
import { readModel } from "../../kernel-as/model/formats/formats.ts";
import type { Disk } from "./disk.ts";
import { lineOf, readLog, type LogEntry } from "./entry.ts";
import type { Found, ModelFiles } from "./files.ts";
import { historyOf, type History } from "./history.ts";
import { locked } from "./lock.ts";

/** What the files say. */
export interface State {
  readonly entries: readonly LogEntry[];
  readonly history: History;
  /** What lies in the champion's place. */
  readonly champion: Found | null;
  /** The same, where it is a model that the log does not know. */
  readonly found: Found | null;
  readonly isAmiss: boolean;
}

/** The log of a registry, and the champion in its place: one of them is behind the other when a process has died in between. */
export class RegistryLog {
  readonly #files: ModelFiles;
  readonly #disk: Disk;
  readonly #now: () => number;

  constructor(files: ModelFiles, { disk, now }: { disk: Disk; now: () => number }) {
    this.#files = files;
    this.#disk = disk;
    this.#now = now;
  }

  /** What is there. What is amiss is put right first, where files can be written. Throws `MGV_FILE_READ`. */
  async look(): Promise<State> {
    const state = await this.read();
    if (!state.isAmiss) return state;
    try {
      return await this.write((right) => Promise.resolve(right));
    } catch (thrown) {
      if (MangroveError.from(thrown).code !== "MGV_FILE_WRITE") throw thrown;
      return this.#asIfPutRight(state);
    }
  }

  /** Throws `MGV_FILE_READ`. */
  async read(): Promise<State> {
    try {
      const content = (await this.#disk.read(this.#files.log)) ?? new Uint8Array(0);
      const champion = await this.#files.champion();
      const { entries, wholeBytes } = readLog(this.#files.log, content);
      const history = historyOf(entries);
      const isKnown = champion === null || history.begun !== null || history.champions.at(-1) === champion.version;
      const found = !isKnown && isModel(champion.bytes) ? champion : null;
      return { entries, history, champion, found, isAmiss: wholeBytes < content.length || history.begun !== null || found !== null };
    } catch (cause) {
      if (cause instanceof MangroveError) throw cause;
      throw new MangroveError("MGV_FILE_READ", `The models in ${this.#files.folder} cannot be read: ${(cause as Error).message}`, { cause });
    }
  }

  /** Changes something while nobody else does, after what was amiss has been put right. Throws `MGV_FILE_WRITE`. */
  async write<Result>(work: (state: State) => Promise<Result>): Promise<Result> {
    try {
      await this.#disk.makeFolder(this.#files.versions);
      return await locked(this.#files.versions, async () => work(await this.#putRight()));
    } catch (cause) {
      if (cause instanceof MangroveError) throw cause;
      throw new MangroveError("MGV_FILE_WRITE", `The models in ${this.#files.folder} cannot be changed: ${(cause as Error).message}. The champion is the one that it was.`, { cause });
    }
  }

  /** While nobody else writes. */
  async append(entry: Omit<LogEntry, "number" | "time">): Promise<LogEntry> {
    const whole: LogEntry = { ...this.#stamp((await this.read()).history), ...entry };
    await this.#disk.append(this.#files.log, lineOf(whole));
    return whole;
  }

  /** Does what is left of what has begun, from whichever step on. The entry that it ends with. */
  async finish(begun: LogEntry): Promise<LogEntry> {
    const { version, by, reason, from = null, to = "promote", backup } = begun;
    const current = await this.#files.champion();
    if (current?.version !== version) {
      const bytes = await this.#files.bytesOf(version);
      const hindrance = (current?.version ?? null) !== from ? "another file lies in the champion's place" : bytes === null ? "its file is not there any more" : null;
      if (hindrance !== null) return this.append({ action: "abandon", version, by, reason: hindrance, from });
      if (backup && current) await this.#files.backUp(backup, current.bytes);
      await this.#files.putInPlace(bytes!);
    }
    await this.#files.putCard(version);
    return this.append({ action: to, version, by, reason, from });
  }

  /** A promotion that failed must not be done later, when nobody expects it. What to throw. */
  async giveUp({ version, by, from = null }: LogEntry, thrown: unknown): Promise<unknown> {
    const { message } = thrown as Error;
    try {
      if ((await this.#files.champion())?.version === version) {
        return new MangroveError("MGV_FILE_WRITE", `Version ${version} is the champion now, but what is left to write could not be written: ${message}. Whoever uses the registry next writes it.`, { cause: thrown });
      }
      await this.#cutTornEnd();
      await this.append({ action: "abandon", version, by, reason: message, from });
    } catch {
      // the disk takes nothing: whoever looks next finishes it
    }
    return thrown;
  }

  async #putRight(): Promise<State> {
    await this.#cutTornEnd();
    const { begun } = (await this.read()).history;
    if (begun) await this.finish(begun);
    const state = await this.read();
    if (!state.found) return state;
    await this.#files.keep(state.found);
    await this.append(this.#foundEntry(state));
    return this.read();
  }

  /** What would be there if files could be written. */
  #asIfPutRight(state: State): State {
    const { begun } = state.history;
    const isDone = begun !== null && begun.version === state.champion?.version;
    if (!isDone && !state.found) return state;
    const entries = [...state.entries, isDone ? { ...begun, ...this.#stamp(state.history), action: begun.to ?? "promote" } : this.#foundEntry(state)];
    return { ...state, entries, history: historyOf(entries) };
  }

  #foundEntry({ history, found }: State): LogEntry {
    const from = history.champions.at(-1) ?? null;
    return { action: "found", version: found!.version, by: "unknown", reason: "it lay in the champion's place", from, ...this.#stamp(history) };
  }

  /** What was cut off while it was written tells nothing. */
  async #cutTornEnd(): Promise<void> {
    const content = await this.#disk.read(this.#files.log);
    if (content === null) return;
    const { wholeBytes } = readLog(this.#files.log, content);
    if (wholeBytes < content.length) await this.#disk.truncate(this.#files.log, wholeBytes);
  }

  /** Numbers order, not times: the clock may be set back. */
  #stamp({ nextNumber }: History): Pick<LogEntry, "number" | "time"> {
    return { number: nextNumber, time: new Date(this.#now()).toISOString() };
  }
}

function isModel(bytes: Uint8Array): boolean {
  try {
    readModel(bytes);
    return true;
  } catch {
    return false;
  }
}
