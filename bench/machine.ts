import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg } from "node:os";
import process from "node:process";
import { root } from "./program.ts";

interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Processes that wanted to run in the last minute, when the bench began. */
  readonly load: number;
}

function machine(): Machine {
  return { cpu: cpus()[0]?.model ?? "unknown CPU", cores: availableParallelism(), load: loadavg()[0]! };
}

/** When, of what and on what something was measured. */
export interface Began {
  /** ISO 8601. */
  readonly date: string;
  readonly commit: string | null;
  readonly machine: Machine;
}

export function beginning(): Began {
  return { date: new Date().toISOString(), commit: commit(), machine: machine() };
}

export function runtimeName(): string {
  if (process.versions.bun) return `Bun ${process.versions.bun}`;
  return process.versions["deno"] ? `Deno ${process.versions["deno"]}` : `Node ${process.versions.node}`;
}

/** The commit that is checked out, with `+` where files differ from it; null outside of git. */
function commit(): string | null {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return git("rev-parse", "HEAD") + (git("status", "--porcelain") === "" ? "" : "+");
  } catch {
    return null;
  }
}
