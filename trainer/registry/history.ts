import type { LogEntry } from "./entry.ts";

/** What the log tells, up to its end. */
export interface History {
  /** Champions, the one in use last: a rollback takes the last one away, and goes back to the one before it. */
  readonly champions: readonly string[];
  readonly challenger: string | null;
  /** What has begun and is not done. */
  readonly begun: LogEntry | null;
  /** Of each version whose files are there: the entry by which it was kept, or found. In the order in which they came. */
  readonly kept: ReadonlyMap<string, LogEntry>;
  readonly nextNumber: number;
}

/** Linear in the length of the log. */
export function historyOf(entries: readonly LogEntry[]): History {
  const champions: string[] = [];
  const kept = new Map<string, LogEntry>();
  let challenger: string | null = null;
  let begun: LogEntry | null = null;
  for (const entry of entries) {
    const { action, version } = entry;
    if (action === "begin") begun = entry;
    if (action === "promote" || action === "rollback" || action === "abandon") begun = null;
    if ((action === "promote" || action === "found") && version !== champions.at(-1)) champions.push(version);
    if (action === "rollback") while (champions.length > 1 && champions.at(-1) !== version) champions.pop();
    if (action === "keep" || (action === "found" && !kept.has(version))) {
      kept.delete(version);
      kept.set(version, entry);
    }
    if (action === "keep" && entry.verdict === "challenger" && version !== champions.at(-1)) challenger = version;
    else if (action !== "abandon" && action !== "begin" && version === challenger) challenger = null;
    if (action === "forget") kept.delete(version);
  }
  return { champions, challenger, begun, kept, nextNumber: (entries.at(-1)?.number ?? 0) + 1 };
}
