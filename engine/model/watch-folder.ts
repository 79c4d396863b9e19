import { watch, type FSWatcher } from "node:fs";
import { stat } from "node:fs/promises";

/** A file that is copied into place comes as many events: it is looked at when there were none for so long, and at the latest after {@link LONGEST_MS}. */
const QUIET_MS = 30;
const LONGEST_MS = 300;

/**
 * Calls `look` soon after something in a folder has changed, whatever its name: a mounted folder may be changed by a link elsewhere. Where the platform does not tell, or the folder is not there, nothing is
 * called, and {@link check} tries again: whoever needs to know also polls.
 */
export class FolderWatch implements Disposable {
  readonly #folder: string;
  readonly #look: () => void;
  #watcher: FSWatcher | null = null;
  #watched = "";
  #isClosed = false;
  #firstMs: number | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, look: () => void) {
    this.#folder = folder;
    this.#look = look;
  }

  /** Begins to watch the folder that is there now, if another one was watched, or none. */
  async check(): Promise<void> {
    const found = await stat(this.#folder).catch(() => null);
    const folder = found === null ? "" : `${found.dev}/${found.ino}`;
    if (this.#isClosed || (folder === this.#watched && this.#watcher !== null)) return;
    this.#stop();
    if (found === null) return;
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, () => this.#changed());
      this.#watcher.on("error", () => this.#stop());
      this.#watched = folder;
    } catch {
      this.#stop();
    }
  }

  #changed(): void {
    const nowMs = performance.now();
    this.#firstMs ??= nowMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#firstMs = null;
      if (!this.#isClosed) this.#look();
    }, Math.max(0, Math.min(QUIET_MS, this.#firstMs + LONGEST_MS - nowMs)));
    this.#timer.unref();
  }

  #stop(): void {
    this.#watcher?.close();
    this.#watcher = null;
    this.#watched = "";
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#stop();
  }
}
