import { csvHead, csvLines } from "../engine/history/csv-lines.ts";
import { HistoryReader } from "../engine/history/reader.ts";
import { select } from "../engine/history/select.ts";
import { jsonOf } from "../engine/history/values.ts";
import { MangroveError } from "../kernel-as/errors.ts";

const TIMEOUT_MS = 10_000;
const MEMORY_MIB = 256;

/** Of an answer's rows, as text. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** Questions that run at once, and those that wait for them. */
const RUNNING = 2;
const WAITING = 8;

const more = { time: "ask `mangrove history`, which may take longer", memory: "ask `mangrove history`, which may take more" };

export interface Question {
  readonly sql: string;
  readonly format: "json" | "csv";
  readonly maxRows: number;
  readonly signal: AbortSignal;
}

export interface Found {
  readonly columns: readonly string[];
  /** A text for each row: an object of JSON, or a line of CSV. */
  readonly rows: readonly string[];
  /** The names of the columns as CSV. */
  readonly head: string;
  /** Why there are more rows than these; null: these are all. */
  readonly note: string | null;
}

/** Answers questions of strangers about a history: a few at a time, each within bounds of time, memory and rows. */
export class HistoryDesk {
  readonly #directory: string;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Throws `MGV_NOT_READY` where too many wait already, `MGV_HISTORY` for what cannot be asked or answered, the signal's reason. No error tells where the history lies. */
  async ask(question: Question): Promise<Found> {
    await this.#turn();
    try {
      return await this.#answer(question);
    } catch (thrown) {
      if (!(thrown instanceof MangroveError)) throw thrown;
      throw new MangroveError(thrown.code, thrown.message.replaceAll(this.#directory, "the history"), { cause: thrown });
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < RUNNING) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= WAITING) throw new MangroveError("MGV_NOT_READY", "Too many questions about the history are being answered. Ask again in a while.");
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #answer({ sql, format, maxRows, signal }: Question): Promise<Found> {
    await using reader = await HistoryReader.open({ directory: this.#directory, threads: 1, memoryMiB: MEMORY_MIB, isLocked: true });
    let columns: readonly string[] = [];
    const rows: string[] = [];
    let characters = 0;
    let note: string | null = null;
    await select(reader, sql, {
      timeoutMs: TIMEOUT_MS,
      signal,
      more,
      isStrict: true,
      give: async (names, given) => {
        columns = names;
        const texts = format === "csv" ? csvLines(given) : given.map((row) => JSON.stringify(Object.fromEntries(names.map((name, i) => [name, jsonOf(row[i]!)]))));
        for (const text of texts) {
          characters += text.length;
          if (rows.length === maxRows) note = `Only the first ${maxRows} rows are here: ask for fewer, or for more with limit.`;
          else if (characters > MAX_CHARACTERS) note = `Only the first ${rows.length} rows are here, which are ${MAX_CHARACTERS / 2 ** 20} MiB: ask for fewer columns or rows.`;
          if (note !== null) return false;
          rows.push(text);
        }
        return true;
      },
    });
    return { columns, rows, head: csvHead(columns), note };
  }
}
