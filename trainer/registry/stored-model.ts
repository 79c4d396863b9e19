import type { LogEntry, Verdict } from "./entry.ts";
import type { Found, ModelFiles } from "./files.ts";
import type { History } from "./history.ts";

/** A model that is kept. */
export interface StoredModel {
  readonly version: string;
  /** Where its bytes lie: in the champion's place if it is that. */
  readonly path: string;
  readonly alias: "champion" | "challenger" | null;
  /** When, by whom and why it was kept; null verdict: it was found in the champion's place. */
  readonly time: string;
  readonly by: string;
  readonly reason: string;
  readonly verdict: Verdict | null;
  /** When it became the champion, the last time; null: it never was. */
  readonly promoted: LogEntry | null;
  readonly reportPath: string | null;
  readonly manifestPath: string | null;
}

interface Known {
  readonly entries: readonly LogEntry[];
  readonly history: History;
  /** What lies in the champion's place. */
  readonly champion: Found | null;
  /** Of files that are there. */
  readonly names: ReadonlySet<string>;
}

/** The newest first. */
export function storedModels(files: ModelFiles, { entries, history, champion, names }: Known): StoredModel[] {
  const promoted = new Map(entries.filter(({ action }) => action === "promote" || action === "rollback" || action === "found").map((entry) => [entry.version, entry]));
  const there = (version: string, what: "report" | "manifest") => {
    const path = files.pathOf(version, what);
    return names.has(path.slice(files.versions.length + 1)) ? path : null;
  };
  return [...history.kept.values()].reverse().flatMap(({ version, time, by, reason, verdict = null }) => {
    const isInPlace = version === champion?.version;
    if (!isInPlace && !names.has(`${version}.json`)) return [];
    const alias = version === history.champions.at(-1) ? "champion" : version === history.challenger ? "challenger" : null;
    return [{ version, path: isInPlace ? files.path : files.pathOf(version), alias, time, by, reason, verdict, promoted: promoted.get(version) ?? null, reportPath: there(version, "report"), manifestPath: there(version, "manifest") }];
  });
}
