import { open, readFile, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import { makeFolder } from "../make-folder.ts";
import { writeWhole } from "../write-whole.ts";
import { readDeskEntry, type DeskEntry, type DeskLog } from "./desk-entry.ts";

/** Older entries are dropped when the file is opened. */
const MOST_ENTRIES = 20_000;

/** An entry a line. A line that a crash has cut is passed over. */
export class FileDeskLog implements DeskLog {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #found: readonly DeskEntry[];
  #writing: Promise<unknown> = Promise.resolve();
  /** The file may end amid a line that a full disk has cut. */
  #isCut = false;

  /** Throws `MGV_FILE_READ`, `MGV_FILE_WRITE`. */
  static async open(path: string): Promise<FileDeskLog> {
    await makeFolder(dirname(path));
    const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return "";
      throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${cause.message}`, { cause });
    });
    const found = text.split("\n").flatMap((line) => readDeskEntry(line) ?? []).slice(-MOST_ENTRIES);
    await writeWhole(path, found.map(lineOf).join(""));
    return new FileDeskLog(path, await open(path, "a"), found);
  }

  private constructor(path: string, file: FileHandle, found: readonly DeskEntry[]) {
    this.#path = path;
    this.#file = file;
    this.#found = found;
  }

  append(entry: DeskEntry): Promise<void> {
    const write = async (before: Promise<unknown>) => {
      await before.catch(() => {}); // was told to whom it concerned
      try {
        await this.#file.appendFile(`${this.#isCut ? "\n" : ""}${lineOf(entry)}`);
        this.#isCut = false;
        await this.#file.datasync();
      } catch (cause) {
        this.#isCut = true;
        throw new MangroveError("MGV_FILE_WRITE", `Cannot write ${this.#path}: ${(cause as Error).message}`, { cause });
      }
    };
    const written = write(this.#writing);
    this.#writing = written;
    return written;
  }

  follow(give: (entry: DeskEntry) => void): Promise<void> {
    this.#found.forEach(give);
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#file.close();
  }
}

function lineOf(entry: DeskEntry): string {
  return `${JSON.stringify(entry)}\n`;
}
