import type { JournalEntry } from "../task/journal.ts";
import type { TaskOutput } from "../task/output.ts";

/** What was committed of a task: all that it is made of again. */
export interface Kept {
  /** Where its first life began. */
  readonly startOffset: number;
  /** Records below this one are done with: their outputs are committed. */
  readonly nextOffset: number;
  /** Where the last snapshot was taken: what is kept beside the log lasts below it. */
  readonly settledOffset: number;
  /** Journal entries below this one are in that snapshot: what they gave lasts too. */
  readonly settledEntry: number;
  /** The fence of the owner that took it, and wrote what lasts; null: whoever had the task, there is one at a time. */
  readonly settledBy: string | null;
  /** Journal entries below this one are committed. */
  readonly nextEntry: number;
  /** Of one chain, from its first on; none: the state is that of all records from `startOffset` on. */
  readonly snapshots: readonly Uint8Array[];
  /** The committed entries that the snapshots do not hold, in their order. */
  readonly journal: readonly JournalEntry[];
  /** The files of the models that the snapshots and the journal name, by version. */
  readonly models: ReadonlyMap<string, Uint8Array>;
}

export interface Commit {
  readonly nextOffset: number;
  /** Entries below this one are committed with it, or were before. */
  readonly nextEntry: number;
  readonly journal: readonly JournalEntry[];
  /** The files of the models that the journal names, by version, the one in use last: kept before the commit. */
  readonly models: ReadonlyMap<string, Uint8Array>;
}

/** A snapshot, and where it stands. */
export interface TakenSnapshot {
  readonly bytes: Uint8Array;
  /** 0 begins a chain, which takes the place of the one before it. */
  readonly sequence: number;
  /** Records and journal entries below these are in it. */
  readonly nextOffset: number;
  readonly nextEntry: number;
}

/** What a task writes beside its log, and in step with it. */
export interface TaskAside {
  /** Before anything is written: what `settledBy` wrote of records below `settledOffset`, and of journal entries below `settledEntry`, counts, the rest will come again. `fence` tells earlier owners from those that have come since. */
  recover(settled: Pick<Kept, "settledOffset" | "settledEntry" | "settledBy">, fence: string | null): Promise<void>;
  /** Nothing of the output is held on to. */
  write(output: TaskOutput): void;
  /** Resolves at once unless so much is under way that more would be too much. */
  room(): Promise<void>;
  /** Makes what was written until the call last; the function that it gives, called when a commit covers it, shows it. */
  settle(): Promise<() => Promise<void>>;
}

/**
 * Keeps one task, exactly once: a commit is all of the outputs that were written since the last one, the place in the partition and the journal, or nothing. Adapters:
 * Kafka with transactions, Kafka without (at least once), memory. The first failure that is thrown is the end of a log; open
 * another.
 */
export interface TaskLog extends AsyncDisposable {
  /** Fences off whoever had the task before, and then tells what was committed; null: nothing ever was. With `rebuild` the journal from its beginning, and no snapshot. */
  open(options: { readonly rebuild: boolean }): Promise<Kept | null>;
  /** Sorts behind those of all earlier owners, once it is open; null: there are no others, or nobody is fenced off. */
  readonly fence: string | null;
  /** The first commit of a life: nothing but its place. */
  begin(startOffset: number): Promise<void>;
  /** Takes an output in, for the next commit: nothing of it is held on to. */
  write(output: TaskOutput): void;
  /** Bytes written and not yet committed. */
  readonly pendingBytes: number;
  /** Resolves at once unless so much is under way that more would be too much. */
  room(): Promise<void>;
  /** Of what was written until the call; one at a time. What is written meanwhile belongs to the next one. */
  commit(commit: Commit): Promise<void>;
  /** Keeps a state, to be called as soon as it is committed; the first commit after `settled` makes it the one to begin with. */
  keepSnapshot(snapshot: TakenSnapshot, settled: Promise<unknown>): Promise<void>;
}
