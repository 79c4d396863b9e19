import { execFile, execFileSync, spawn } from "node:child_process";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { projectRoot } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

type TemporaryFolder = Awaited<ReturnType<typeof temporaryFolder>>;

const node = process.execPath;

/** One that is given is not started; none of these tests asks it anything. */
const NO_BROKER = { KAFKA_BROKERS: "127.0.0.1:9" };

/** A copy of the project, in which sources are changed and tests are run. */
export class Sandbox implements AsyncDisposable {
  readonly #folder: TemporaryFolder;

  private constructor(folder: TemporaryFolder) {
    this.#folder = folder;
  }

  static async open(): Promise<Sandbox> {
    const folder = await temporaryFolder();
    const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: projectRoot, encoding: "utf8" }).trim().split("\n");
    for (const file of [...files, "kernel-as/build/release.wasm"]) {
      await mkdir(dirname(folder.file(file)), { recursive: true });
      await cp(join(projectRoot, file), folder.file(file));
    }
    await symlink(join(projectRoot, "node_modules"), folder.file("node_modules"));
    return new Sandbox(folder);
  }

  async write(file: string, text: string): Promise<void> {
    await writeFile(this.#folder.file(file), text);
  }

  /** False where it does not compile. */
  async buildKernel(): Promise<boolean> {
    return promisify(execFile)(node, ["node_modules/assemblyscript/bin/asc.js", "--target", "release", "--optimizeLevel", "1", "--shrinkLevel", "0"], { cwd: this.#folder.path }).then(
      () => true,
      () => false,
    );
  }

  /** Whether all pass. A run that takes longer than `limitMs` does not. */
  test(paths: readonly string[], limitMs: number): Promise<"passed" | "failed" | "endless"> {
    return new Promise((resolve) => {
      const child = spawn(node, ["node_modules/vitest/vitest.mjs", "run", "--bail", "1", "--reporter", "dot", ...paths], { cwd: this.#folder.path, stdio: "ignore", detached: true, env: { ...process.env, ...NO_BROKER } });
      let isEndless = false;
      const timer = setTimeout(() => {
        isEndless = true;
        process.kill(-child.pid!, "SIGKILL"); // with its workers
      }, limitMs);
      child.once("close", (code) => {
        clearTimeout(timer);
        resolve(isEndless ? "endless" : code === 0 ? "passed" : "failed");
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}
