import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compileCache } from "../fixtures/runtimes.ts";
import { coverageWords } from "./coverage.ts";
import { ofNodeAlone, onceIsEnough } from "./suites.ts";
import type { Asked, RuntimeName } from "./words.ts";

export const root = join(import.meta.dirname, "..", "..");
const program = (name: string) => join(root, "node_modules", ".bin", name);
export const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const onNodeOnly = [...onceIsEnough, ...ofNodeAlone].flatMap((pattern) => ["--exclude", pattern]);

const commands: Readonly<Record<RuntimeName, readonly string[]>> = {
  node: [program("node"), vitest, "run"],
  bun: [program("bun"), "--bun", vitest, "run", "--pool", "threads", ...onNodeOnly],
  deno: [program("deno"), "run", "-A", vitest, "run", "--pool", "forks", ...onNodeOnly],
};

/** What one runtime, or one bench, gave. */
export interface Result {
  readonly runtime: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly files: readonly TestFile[];
}

export interface TestFile {
  readonly path: string;
  readonly seconds: number;
  /** Why none of its tests could run; empty else. */
  readonly message: string;
  readonly tests: readonly { readonly name: string; readonly status: "passed" | "failed" | "skipped"; readonly seconds: number; readonly messages: readonly string[] }[];
}

interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly duration?: number | null; readonly failureMessages?: readonly string[] | null }[];
  }[];
}

/** Runs tests on one runtime, and shows what vitest prints meanwhile. `folder` is for files in between. */
export async function runTests(runtime: RuntimeName, { words, coverage }: Asked, { environment, folder }: { environment: NodeJS.ProcessEnv; folder: string }): Promise<Result> {
  console.log(`\n── ${runtime} ${"─".repeat(70 - runtime.length)}`);
  const startedMs = performance.now();
  const file = join(folder, `${runtime}.json`);
  const [command, ...args] = commands[runtime];
  const reporting = ["--reporter", "json", `--outputFile.json=${file}`, ...(coverage ? coverageWords(runtime, folder) : [])];
  const code = await ended(command!, [...args, "--passWithNoTests", ...words, ...reporting], { ...environment, ...(runtime === "node" && compileCache) });
  const report = await readFile(file, "utf8").then((text) => JSON.parse(text) as JsonReport, () => null);
  // a run that dies, or fails outside of a test, is a failure even if every test that ran passed
  const failed = Math.max(report?.numFailedTests ?? 1, code === 0 ? 0 : 1);
  return {
    runtime,
    passed: report?.numPassedTests ?? 0,
    failed,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
    seconds: (performance.now() - startedMs) / 1000,
    files: (report?.testResults ?? []).map(fileOf),
  };
}

function fileOf({ name, startTime, endTime, message, assertionResults }: JsonReport["testResults"][number]): TestFile {
  return {
    path: name.startsWith(root) ? name.slice(root.length + 1) : name,
    seconds: (endTime - startTime) / 1000,
    message,
    tests: assertionResults.map(({ fullName, status, duration, failureMessages }) => ({
      name: fullName,
      status: status === "passed" || status === "failed" ? status : "skipped",
      seconds: (duration ?? 0) / 1000,
      messages: failureMessages ?? [],
    })),
  };
}

/** Resolves to the exit code; -1 where a signal has ended it. */
export function ended(command: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? -1));
  });
}

/** `file > name` of each failed test, and each file that did not load. */
export function failuresOf({ files }: Result): string[] {
  return files.flatMap(({ path, message, tests }) => {
    const failed = tests.filter(({ status }) => status === "failed").map(({ name }) => `${path} > ${name}`);
    return failed.length === 0 && message !== "" ? [path] : failed;
  });
}
