import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import { makeFolder } from "../make-folder.ts";
import { writeWhole } from "../write-whole.ts";

/** How far a route has come, in bytes of each file. */
export class PlaceFile implements AsyncDisposable {
  readonly #path: string;
  readonly #places: Map<string, number>;
  #isQueued = false;
  #writing: Promise<void> = Promise.resolve();

  /** Throws `MGV_FILE_READ`, `MGV_FILE_WRITE`. */
  static async open(path: string): Promise<PlaceFile> {
    await makeFolder(dirname(path));
    const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return "{}";
      throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${cause.message}`, { cause });
    });
    try {
      return new PlaceFile(path, new Map(Object.entries(JSON.parse(text) as Record<string, number>)));
    } catch (cause) {
      throw new MangroveError("MGV_FILE_READ", `${path} is damaged: ${(cause as Error).message}. Delete it: notifications go on with the alerts that come.`, { cause });
    }
  }

  private constructor(path: string, places: Map<string, number>) {
    this.#path = path;
    this.#places = places;
  }

  of(file: string): number | undefined {
    return this.#places.get(file);
  }

  /** The place in a file of which none is known; resolves once it is kept. Throws `MGV_FILE_WRITE`. */
  async begin(file: string, bytes: number): Promise<void> {
    if ((this.#places.get(file) ?? Infinity) <= bytes) return;
    this.#places.set(file, bytes);
    await this.#write();
  }

  /** Is kept a little later: until then more is told again after a crash. A disk that is full may have room again for the next place. */
  set(file: string, bytes: number): void {
    this.#places.set(file, bytes);
    this.#write().catch(() => {});
  }

  /** One write at a time, of all that is known when it begins. */
  #write(): Promise<void> {
    if (this.#isQueued) return this.#writing;
    this.#isQueued = true;
    const write = async (before: Promise<void>) => {
      await before.catch(() => {}); // was told to who waited
      this.#isQueued = false;
      await writeWhole(this.#path, `${JSON.stringify(Object.fromEntries(this.#places))}\n`);
    };
    return (this.#writing = write(this.#writing));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => {});
  }
}
