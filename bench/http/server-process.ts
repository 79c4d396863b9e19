import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { MangroveError } from "../../kernel-as/errors.ts";

export interface Started {
  readonly command: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it answers once it is ready; an address in what it prints, where there is none. */
  readonly url?: string;
}

const PATIENCE_MS = 60_000;

/** A server in a process of its own, which is ended with it. */
export class ServerProcess implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /** Resolves once it answers; rejects with what it printed. */
  static async start({ command, words, cwd, env = {}, url }: Started): Promise<ServerProcess> {
    const child = spawn(command, words, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (printed = (printed + text).slice(-4000)));
    child.on("error", (cause) => (printed += cause.message));
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (performance.now() < deadlineMs && child.exitCode === null && child.pid !== undefined) {
      const at = url ?? /http:\/\/[\d.]+:\d+/.exec(printed)?.[0];
      if (at !== undefined && (await answers(at))) return new ServerProcess(at, child);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill("SIGKILL");
    throw new MangroveError("MGV_INTERNAL", `${command} ${words.join(" ")} does not answer: ${printed.trim()}`);
  }

  /** Bytes in memory now; NaN where the system has no /proc. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, "utf8").catch(() => "");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const closed = once(this.#child, "close");
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
    await closed.finally(() => clearTimeout(timer));
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    async (response) => (await response.arrayBuffer(), true),
    () => false,
  );
}
