import { spawn, type ChildProcessByStdio } from "node:child_process";
import { dirname } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Sample } from "./bench.ts";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What a program says first. */
interface Hello {
  /** What it runs on, with the version. */
  readonly host: string;
  readonly contestants: readonly { readonly name: string; readonly peer: boolean }[];
}

/** A process that times its contestants when it is asked to, and waits in between: see `serve.ts` and `peers/serve.py`. */
export class Program implements AsyncDisposable {
  readonly hello: Hello;
  readonly #child: StartedChild;

  private constructor(hello: Hello, child: StartedChild) {
    this.hello = hello;
    this.#child = child;
  }

  /** Resolves once the program is ready to run; rejects with what it printed if it ends before. */
  static async start(command: readonly string[], signal: AbortSignal): Promise<Program> {
    const child = startChild(command, signal);
    return new Program((await child.line()) as Hello, child);
  }

  async run(contestant: string): Promise<Sample> {
    this.#child.say(contestant);
    return (await this.#child.line()) as Sample;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child.end();
  }
}

interface StartedChild {
  say(line: string): void;
  /** The next line of JSON. */
  line(): Promise<unknown>;
  end(): Promise<void>;
}

function startChild([command, ...args]: readonly string[], signal: AbortSignal): StartedChild {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(command!, args, {
    cwd: root,
    // OpenMP, and with it the peers, take one thread
    env: { ...process.env, OMP_NUM_THREADS: "1" },
    stdio: ["pipe", "pipe", "pipe"],
    signal,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed = (printed + text).slice(-2_000)));
  const ended = new Promise<string>((resolve) => {
    child.once("error", (cause) => resolve(cause.message));
    child.once("close", (code) => resolve(`exit code ${code}`));
  });
  child.stdin.on("error", () => {}); // a program that is gone is told of by the end of its lines
  return {
    say: (line) => void child.stdin.write(`${line}\n`),
    async line() {
      const { value, done } = await lines.next();
      if (!done) return JSON.parse(value);
      const why = await ended;
      throw new MangroveError("MGV_INTERNAL", `${command} ${args.join(" ")} ended (${why}): ${printed.trim()}`);
    },
    async end() {
      child.stdin.end(); // reaches the program itself even where `child` is only its launcher
      await ended;
    },
  };
}
