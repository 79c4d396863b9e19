import { spawn, type ChildProcess } from "node:child_process";
import process from "node:process";
import { SUPERVISOR } from "../workers.ts";
import { openLog } from "./log-file.ts";
import type { ProcessSpec } from "./process-spec.ts";

/** A process from its start to its end. */
export class Life {
  /** By what it has ended: `code 1`, `SIGKILL`, or why it was killed. */
  readonly ended: Promise<string>;
  /** Somebody wants it to end, and another to begin. */
  isAsked = false;
  readonly #child: ChildProcess;
  #isAlive = true;
  #killedFor: string | null = null;
  #ending: Promise<void> | null = null;

  constructor({ command: [program, ...words], env }: ProcessSpec, logPath: string) {
    const log = openLog(logPath);
    // in a group of its own: Ctrl-C in a terminal is for the one who keeps it running
    const child = spawn(program!, words, { stdio: ["ignore", log.fd, log.fd], env: { ...process.env, ...env, [SUPERVISOR]: String(process.pid) }, detached: true, windowsHide: true });
    log.close();
    this.#child = child;
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.#isAlive = false;
        resolve(this.#killedFor ?? how);
      };
      child.once("error", ({ message }) => end(message));
      child.once("exit", (code, by) => end(by ?? `code ${code}`));
    });
  }

  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  /** Has it drain, and waits until it is gone; one that has not drained by then is killed. However often it is called, it is told once: a second signal would cut the draining short. */
  end(drainMs: number): Promise<void> {
    return (this.#ending ??= this.#drain(drainMs));
  }

  kill(why: string): void {
    this.#killedFor ??= why;
    this.#killNow();
  }

  async #drain(drainMs: number): Promise<void> {
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#killNow(), drainMs);
    await this.ended;
    clearTimeout(timer);
  }

  /** Not by the child's own method, which does nothing on Deno where another signal was sent before. While a child has not ended its number is nobody else's. */
  #killNow(): void {
    if (this.#child.pid !== undefined && this.#isAlive) process.kill(this.#child.pid, "SIGKILL");
  }
}
