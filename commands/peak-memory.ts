import { readFileSync } from "node:fs";

/** The most memory that this process has had, MiB; null where the system does not say. */
export function peakMiB(): number | null {
  try {
    const kB = /VmHWM:\s*(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return kB === undefined ? null : Number(kB) / 1024;
  } catch {
    return null;
  }
}
