import { once } from "node:events";
import process from "node:process";
import { MangroveError } from "../kernel-as/errors.ts";

/** Where a command writes its data. */
export interface Output extends AsyncDisposable {
  /** Nobody reads any more, so nothing need be written. */
  readonly closed: boolean;
  /** Resolves when there is room for more. Throws `MGV_FILE_WRITE`. */
  write(text: string): Promise<void>;
  /** All is written. */
  commit(): Promise<void>;
}

/** Writes to stdout as fast as its reader reads. A reader such as `head` that has seen enough is no failure. */
export class StandardOutput implements Output {
  closed = false;
  #failure: Error | null = null;
  readonly #onError = (cause: NodeJS.ErrnoException) => {
    if (cause.code === "EPIPE") this.closed = true;
    else this.#failure = cause;
  };

  constructor() {
    process.stdout.on("error", this.#onError);
  }

  async write(text: string): Promise<void> {
    if (!this.closed && !process.stdout.write(text)) await once(process.stdout, "drain").catch(() => {});
    if (this.#failure) throw new MangroveError("MGV_FILE_WRITE", `Cannot write to stdout: ${this.#failure.message}`, { cause: this.#failure });
  }
  commit(): Promise<void> {
    return Promise.resolve();
  }

  /** A write may still fail when the process ends: it goes on listening. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
