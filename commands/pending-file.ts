import { open, realpath, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";
import { syncFolder } from "../engine/sync-folder.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Output } from "./standard-output.ts";

/**
 * A file that is there whole or not at all: written under another name, renamed by {@link commit}, removed when it is disposed of before. What is no
 * file, such as a pipe or `/dev/null`, is written to as it is. Throws `MGV_FILE_WRITE`.
 */
export class PendingFile implements Output {
  readonly closed = false;
  /** Where the content is until {@link commit}. */
  readonly path: string;
  readonly #name: string;
  readonly #target: string;
  readonly #file: FileHandle;
  #state: "open" | "done" = "open";

  private constructor(name: string, target: string, path: string, file: FileHandle) {
    this.#name = name;
    this.#target = target;
    this.path = path;
    this.#file = file;
  }

  static async open(name: string): Promise<PendingFile> {
    const found = await stat(name).catch(() => null);
    if (found?.isDirectory()) throw new MangroveError("MGV_FILE_WRITE", `Cannot write ${name}: it is a folder.`);
    const target = found ? await realpath(name) : name;
    const path = found && !found.isFile() ? target : `${target}.pending-${process.pid}`;
    return new PendingFile(name, target, path, await open(path, "w").catch((cause: unknown) => fail(name, cause)));
  }

  async write(content: string | Uint8Array): Promise<void> {
    await this.#file.writeFile(content).catch((cause: unknown) => fail(this.#name, cause));
  }

  /** Puts the file in its place, so that it lasts through a power cut. */
  async commit(): Promise<void> {
    try {
      if (this.path !== this.#target) await this.#file.sync();
      await this.#file.close();
      if (this.path !== this.#target) await rename(this.path, this.#target);
      this.#state = "done";
      await syncFolder(dirname(this.#target));
    } catch (cause) {
      fail(this.#name, cause);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "done") return;
    this.#state = "done";
    await this.#file.close().catch(() => {});
    if (this.path !== this.#target) await rm(this.path, { force: true }).catch(() => {});
  }
}

function fail(name: string, cause: unknown): never {
  const { code, message } = cause as NodeJS.ErrnoException;
  throw new MangroveError("MGV_FILE_WRITE", `Cannot write ${name}: ${code === "ENOENT" ? `there is no folder ${dirname(name)}.` : message}`, { cause });
}
