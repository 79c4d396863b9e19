import { MangroveError } from "../../kernel-as/errors.ts";

/*
 * The log of a registry, a line of JSON each, in the order of its numbers; times are told, and order nothing.
 *
 *   keep      a model was kept, with a verdict: it is the challenger, or refused
 *   begin     a promotion or a rollback begins: from here on it is done, also by whoever opens the registry next
 *   promote   it is done
 *   rollback  it is done
 *   abandon   what was begun is given up: nothing was changed
 *   found     a champion that no entry tells of lay in its place
 *   forget    the files of a model were deleted
 */
const actions = ["keep", "begin", "promote", "rollback", "abandon", "found", "forget"] as const;

export type Verdict = "challenger" | "refused";

export interface LogEntry {
  /** Rises by one. */
  readonly number: number;
  /** ISO 8601, by the clock of whoever wrote it. */
  readonly time: string;
  readonly action: (typeof actions)[number];
  readonly version: string;
  readonly by: string;
  readonly reason: string;
  /** Of `begin`, `promote`, `rollback`, `abandon` and `found`: the champion before; null where there was none. */
  readonly from?: string | null;
  /** Of `begin`: what it becomes. */
  readonly to?: "promote" | "rollback";
  /** Of `begin`: the name of the copy of the champion before. */
  readonly backup?: string | null;
  /** Of `keep`. */
  readonly verdict?: Verdict;
}

export interface ReadLog {
  readonly entries: readonly LogEntry[];
  /** Bytes up to the end of the last whole entry: what is behind them was cut off while it was written. */
  readonly wholeBytes: number;
}

/** Throws `MGV_FILE_READ` for what is no entry and not the end. */
export function readLog(path: string, content: Uint8Array): ReadLog {
  const entries: LogEntry[] = [];
  let at = 0;
  for (let end = content.indexOf(10); end !== -1; end = content.indexOf(10, at)) {
    const entry = entryOf(new TextDecoder().decode(content.subarray(at, end)));
    if (entry === null || entry.number !== (entries.at(-1)?.number ?? entry.number - 1) + 1) {
      throw new MangroveError("MGV_FILE_READ", `Line ${entries.length + 1} of the log ${path} is no entry that follows the one before. Put the log back from a backup, or move it away: the registry then begins anew with the model that is there.`);
    }
    entries.push(entry);
    at = end + 1;
  }
  return { entries, wholeBytes: at };
}

export function lineOf(entry: LogEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

function entryOf(line: string): LogEntry | null {
  try {
    const read = JSON.parse(line) as Partial<LogEntry> | null;
    const texts = [read?.time, read?.version, read?.by, read?.reason].every((each) => typeof each === "string");
    return texts && Number.isSafeInteger(read?.number) && actions.some((action) => action === read?.action) ? (read as LogEntry) : null;
  } catch {
    return null;
  }
}
