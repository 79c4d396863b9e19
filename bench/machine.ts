import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg } from "node:os";
import process from "node:process";
import { root } from "./program.ts";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Processes that wanted to run in the last minute, when the bench began. */
  readonly load: number;
}

export function machine(): Machine {
  return { cpu: cpus()[0]?.model ?? "unknown CPU", cores: availableParallelism(), load: loadavg()[0]! };
}

export function runtimeName(): string {
  if (process.versions.bun) return `Bun ${process.versions.bun}`;
  return process.versions["deno"] ? `Deno ${process.versions["deno"]}` : `Node ${process.versions.node}`;
}

/** The commit that is checked out, with `+` where files differ from it; null outside of git. */
export function commit(): string | null {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return git("rev-parse", "HEAD") + (git("status", "--porcelain") === "" ? "" : "+");
  } catch {
    return null;
  }
}
