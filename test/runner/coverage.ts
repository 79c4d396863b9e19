import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Of what lines are counted. The kernel itself is WASM, and is compared with an oracle instead. */
const sources = ["engine/**/*.ts", "trainer/**/*.ts", "api/**/*.ts", "kernel-as/host/**/*.ts"];

/** The least share of their lines that a run of everything is to reach. */
export const LEAST_SHARE = 0.95;

export const coverageFolder = join("test", "reports", "coverage");

const common = ["--coverage.enabled", "--coverage.provider", "istanbul", ...sources.flatMap((pattern) => ["--coverage.include", pattern])];

/** Makes vitest keep which lines one runtime ran. What runs in threads and processes of its own is not seen. */
export function coverageWords(runtime: string, folder: string): string[] {
  return [...common, "--coverage.reporter", "json", "--coverage.reportsDirectory", join(folder, "coverage", runtime), "--reporter", "blob", `--outputFile.blob=${join(folder, "blobs", `${runtime}.json`)}`];
}

/** Makes vitest put together what {@link coverageWords} kept of several runtimes. */
export function mergeWords(folder: string): string[] {
  const reporters = ["text-summary", "html", "json-summary"].flatMap((name) => ["--coverage.reporter", name]);
  return ["--merge-reports", join(folder, "blobs"), "--reporter", "json", `--outputFile.json=${join(folder, "merged.json")}`, ...common, ...reporters, "--coverage.reportsDirectory", coverageFolder];
}

/** The share of lines that ran, as the merged report says; null where there is none. */
export async function lineShare(root: string): Promise<number | null> {
  const text = await readFile(join(root, coverageFolder, "coverage-summary.json"), "utf8").catch(() => null);
  if (text === null) return null;
  return (JSON.parse(text) as { total: { lines: { pct: number } } }).total.lines.pct / 100;
}
