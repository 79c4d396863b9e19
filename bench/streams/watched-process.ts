import { spawn, type ChildProcess } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { MangroveError } from "../../kernel-as/errors.ts";
import { ProcessTree } from "./process-tree.ts";

const LOOK_MS = 100;
const PATIENCE_MS = 8_000;

const points = ["first", "half", "end"] as const;
type Point = (typeof points)[number];

export interface Program {
  readonly command: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A contestant in a process of its own, with its children. A peer says on stdout when it takes in the first reading, half of them and the last: `{"reached":"half","at":1700000000.5}`. */
export class WatchedProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #tree: ProcessTree;
  readonly #ended: Promise<number | null>;
  readonly #timer: NodeJS.Timeout;
  /** Epoch seconds by the peer's own clock; a point that is told again counts as it was told last. */
  readonly at = new Map<Point, number>();
  /** CPU seconds of the tree when a point was first told. */
  readonly #cpu = new Map<Point, number>();
  #end!: () => void;
  readonly #reachedEnd = new Promise<void>((resolve) => (this.#end = resolve));
  #stdout = "";
  #stderr = "";

  constructor({ command, words, cwd, env }: Program) {
    this.#child = spawn(command, words, { cwd, env: { ...process.env, OMP_NUM_THREADS: "1", ...env }, stdio: ["ignore", "pipe", "pipe"] });
    this.#tree = new ProcessTree(this.#child.pid ?? -1);
    this.#timer = setInterval(() => this.#tree.take(), LOOK_MS);
    createInterface({ input: this.#child.stdout! }).on("line", (line) => this.#hear(line));
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.#stderr = (this.#stderr + text).slice(-4000)));
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (cause) => {
        this.#stderr += cause.message;
        resolve(null);
      });
      this.#child.once("close", resolve);
    });
  }

  /** Resolves when the peer has taken in its last reading. Throws with what it wrote when it ends before, or takes too long. */
  async reachedEnd(limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => (timer = setTimeout(() => resolve(`took longer than ${limitMs / 1000} s`), limitMs)));
    const why = await Promise.race([this.#reachedEnd, this.#ended.then((code) => `ended with code ${code}`), late]);
    clearTimeout(timer);
    if (typeof why === "string") throw this.#failure(why);
  }

  /** What it printed, when it ends by itself. */
  async output(): Promise<string> {
    const code = await this.#ended;
    if (code !== 0) throw this.#failure(`ended with code ${code}`);
    return this.#stdout;
  }

  /** CPU seconds of all its processes between two points; null where one was not told. */
  cpuSeconds(from: Point, to: Point): number | null {
    const [before, after] = [this.#cpu.get(from), this.#cpu.get(to)];
    return before === undefined || after === undefined ? null : after - before;
  }

  get peakMb(): number {
    return this.#tree.peakMb;
  }

  #hear(line: string): void {
    this.#stdout += `${line}\n`;
    const told = line.startsWith('{"reached"') ? (JSON.parse(line) as { reached: Point; at: number }) : null;
    if (told === null) return;
    this.at.set(told.reached, told.at);
    if (!this.#cpu.has(told.reached)) this.#cpu.set(told.reached, this.#tree.take().cpuSeconds);
    if (told.reached === "end") this.#end();
  }

  /** Ends it and all its children, in good order where they can. */
  async [Symbol.asyncDispose](): Promise<void> {
    const send = this.#tree.holdMembers();
    send("SIGTERM");
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.#ended, new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)))]);
    clearTimeout(timer);
    send("SIGKILL");
    await this.#ended;
    clearInterval(this.#timer);
  }

  #failure(why: string): MangroveError {
    return new MangroveError("MGV_INTERNAL", `${this.#child.spawnfile} ${this.#child.spawnargs.slice(1).join(" ").slice(-200)} ${why}: ${`${this.#stdout}${this.#stderr}`.trim().slice(-1500)}`);
  }
}
