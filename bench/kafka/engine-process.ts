import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { MangroveError } from "../../kernel-as/errors.ts";
import { root } from "../program.ts";

export const runtimes = { node: [], bun: [], deno: ["run", "-A"] } as const satisfies Record<string, readonly string[]>;
export type RuntimeName = keyof typeof runtimes;

/** As a reader knows them. */
export const runtimeTitles: Readonly<Record<RuntimeName, string>> = { node: "Node", bun: "Bun", deno: "Deno" };

/** What the engine says of a run that came to its end. */
export interface EngineReport {
  readonly readings: number;
  readonly predictions: number;
  /** Those behind the first output, with which the two times below begin. */
  readonly active_readings: number;
  readonly active_seconds: number;
  readonly active_cpu_seconds: number;
}

export interface EngineRun {
  readonly runtime: RuntimeName;
  readonly servers: string;
  /** A file of `pipelines`. */
  readonly pipeline: string;
  readonly words: readonly string[];
  readonly folder: string;
}

/** `mangrove engine` in a process of its own, as a user would start it. */
export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #stdout = "";
  #stderr = "";

  constructor({ runtime, servers, pipeline, words, folder }: EngineRun) {
    const script = [join(root, "mangrove.ts"), "engine", join(root, "bench", "kafka", "pipelines", `${pipeline}.ts`)];
    const flags = ["--source", "kafka", "--json", "--model-path", join(folder, "model.json"), "--history", join(folder, "history"), ...words];
    this.#child = spawn(join(root, "node_modules", ".bin", runtime), [...runtimes[runtime], ...script, ...flags], {
      cwd: folder,
      env: { ...process.env, KAFKA_BOOTSTRAP_SERVERS: servers },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout!.setEncoding("utf8").on("data", (text: string) => (this.#stdout += text));
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.#ended = new Promise((resolve, reject) => this.#child.once("error", reject).once("close", resolve));
  }

  /** Resolves once stderr holds a match. */
  async seen(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#stderr);
      if (found) return found;
      if (this.#child.exitCode !== null) throw this.#failure();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  stop(): void {
    this.#child.kill("SIGTERM");
  }

  async report(): Promise<EngineReport> {
    if ((await this.#ended) !== 0) throw this.#failure();
    return JSON.parse(this.#stdout) as EngineReport;
  }

  #failure(): MangroveError {
    return new MangroveError("MGV_INTERNAL", `The engine of the bench ended with code ${this.#child.exitCode}: ${this.#stderr.trim().slice(-2000)}`);
  }
}
