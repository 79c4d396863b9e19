import { access, readdir, readFile, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { MangroveError } from "../../../kernel-as/errors.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import { BatchFile, uncompressed, type OpenFile } from "../../log/batch-file.ts";
import { makeFolder } from "../../make-folder.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";
import type { JournalEntry } from "../../task/journal.ts";
import type { TaskOutput } from "../../task/output.ts";
import { writeWhole } from "../../write-whole.ts";
import type { Commit, Kept, TakenSnapshot, TaskLog } from "../task-log.ts";
import { readCommit, writeCommit, type CommitRecord } from "./commit-record.ts";
import { OutputFiles } from "./output-files.ts";
import type { CommittedOutputs, OutputsWatch } from "./outputs-watch.ts";

/** Outputs that wait while a commit is under way are no more than this. */
const MOST_BYTES = 32 << 20;

export interface LocalTaskLogOptions {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  readonly partition: number;
  /** Of this task alone. */
  readonly directory: string;
  /** Where outputs go, and of which topics. */
  readonly outputs: { readonly directory: string; readonly topics: readonly string[] };
  /** Where the partition ends: there is no commit beyond. */
  readonly end: number;
  /** No state is made of records below this offset any more. */
  readonly onSettled?: (settledOffset: number) => Promise<void>;
  /** Who follows the output files; null: nobody. */
  readonly outputsWatch?: OutputsWatch | null;
  readonly openFile?: OpenFile;
}

/**
 * A task in a directory. A commit is one batch at the end of `commits.log`: outputs are on disk before it is written, and those that no commit tells of are cut off.
 *
 *     topic-0.jsonl    ├── lines ──┼── lines ──┼── lines, not committed: cut
 *                                  │           │
 *     commits.log      ├───────────C───────────C   journal, place, bytes of the outputs, names of the files below
 *     0-NAME.snapshot, 1-NAME.snapshot, …, VERSION.model
 *
 * With the first commit that names another snapshot the file is begun anew, by a rename, with the journal that the snapshots do not hold.
 */
export class LocalTaskLog implements TaskLog {
  readonly fence = null;
  readonly #options: LocalTaskLogOptions;
  readonly #path: string;
  #commits: BatchFile | null = null;
  #outputs!: OutputFiles;
  /** The last commit, with the journal of all that the file holds. */
  #last!: CommitRecord;
  /** A snapshot that no commit names yet. */
  #kept: { readonly snapshot: TakenSnapshot; readonly name: string; readonly model: string | undefined } | null = null;
  #committing: Promise<void> | null = null;
  #committingBytes = 0;

  constructor(options: LocalTaskLogOptions) {
    this.#options = options;
    this.#path = join(options.directory, "commits.log");
  }

  async open({ rebuild }: { readonly rebuild: boolean }): Promise<Kept | null> {
    await makeFolder(this.#options.directory);
    const last = await this.#read();
    const { end } = this.#options;
    if (last && last.nextOffset > end) {
      throw new MangroveError("MGV_SNAPSHOT", `${this.#path} says that records up to offset ${last.nextOffset} were taken in, and the log ends at ${end}: files of it are missing. Put them back from a copy, or begin anew with another --state.`);
    }
    const committed = last?.outputs.directory === this.#outputsFrom ? last.outputs.bytes : {};
    this.#outputs = await OutputFiles.open({ ...this.#options, ...this.#options.outputs }, last && committed);
    if (last === null) return null;
    this.#last = last;
    await this.#deleteUnnamed();
    // files are named before anything is in them
    if (this.#options.outputs.topics.some((topic) => committed[topic] === undefined)) await this.#beginAnew({ ...last, outputs: await this.#writeOutputs(new Map()) });
    await this.#options.outputsWatch?.opened(this.#committedOutputs);
    const { startOffset, nextOffset, settledOffset, settledEntry = 0, nextEntry, journal } = last;
    const snapshots = rebuild ? [] : await Promise.all(last.snapshots.map((name) => this.#file(name)));
    const models = new Map<string, Uint8Array>();
    for (const version of last.models) {
      const file = await this.#file(modelName(version)).catch((thrown: unknown) => {
        if (rebuild) return null; // the present one stands in for it
        throw thrown;
      });
      if (file) models.set(version, file);
    }
    return { startOffset, nextOffset, settledOffset, settledEntry, settledBy: null, nextEntry, snapshots, journal, models };
  }

  async begin(startOffset: number): Promise<void> {
    await this.#beginAnew({ startOffset, nextOffset: startOffset, settledOffset: startOffset, settledEntry: 0, nextEntry: 0, journal: [], snapshots: [], models: [], outputs: await this.#writeOutputs(new Map()) });
    await this.#options.outputsWatch?.opened(this.#committedOutputs);
  }

  write(output: TaskOutput): void {
    this.#outputs.add(output);
  }

  get pendingBytes(): number {
    return this.#outputs.pendingBytes;
  }

  async room(): Promise<void> {
    while (this.#committing && this.#committingBytes + this.pendingBytes > MOST_BYTES) await this.#committing.catch(() => {}); // told by the commit
  }

  async commit(commit: Commit): Promise<void> {
    this.#committing = this.#commit(commit);
    await this.#committing.finally(() => (this.#committing = null));
    this.#options.outputsWatch?.committed(this.#committedOutputs);
  }

  async #commit({ nextOffset, nextEntry, journal, models }: Commit): Promise<void> {
    const kept = this.#kept;
    this.#committingBytes = this.pendingBytes;
    const lines = this.#outputs.take();
    for (const [version, file] of models) if (!this.#last.models.includes(version)) await writeWhole(this.#pathOf(modelName(version)), file);
    const used = [...this.#last.models.filter((version) => !models.has(version)), ...models.keys()];
    const commit: CommitRecord = { ...this.#last, nextOffset, nextEntry, journal, models: used, outputs: await this.#writeOutputs(lines) };
    if (kept === null) {
      await this.#commits!.append(writeCommit(this.#options.kernel, commit));
      this.#last = { ...commit, journal: [...this.#last.journal, ...journal] };
      return;
    }
    const { snapshot, name, model } = kept;
    const left = [...this.#last.journal, ...journal].filter(({ number }) => number >= snapshot.nextEntry);
    const named = new Set([model, ...left.map((entry) => (entry.kind === "model" ? entry.version : undefined))]);
    await this.#beginAnew({
      ...commit,
      settledOffset: snapshot.nextOffset,
      settledEntry: snapshot.nextEntry,
      journal: left,
      snapshots: [...(snapshot.sequence === 0 ? [] : this.#last.snapshots), name],
      models: used.filter((version) => named.has(version)),
    });
    this.#kept = null;
    await this.#deleteUnnamed();
    await this.#options.onSettled?.(snapshot.nextOffset);
  }

  async keepSnapshot(snapshot: TakenSnapshot, settled: Promise<unknown>): Promise<void> {
    const model = this.#last.models.at(-1);
    const name = `${snapshot.sequence}-${crypto.randomUUID().slice(0, 8)}.snapshot`;
    await Promise.all([writeWhole(this.#pathOf(name), snapshot.bytes), settled]);
    this.#kept = { snapshot, name, model };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#committing?.catch(() => {});
    await this.#commits?.[Symbol.asyncDispose]();
    await this.#outputs?.[Symbol.asyncDispose]();
  }

  /** The last commit with the journal of all; null where there is none. */
  async #read(): Promise<CommitRecord | null> {
    const { kernel, openFile } = this.#options;
    const isThere = await access(this.#path).then(() => true, () => false);
    if (!isThere) return null;
    let last: CommitRecord | null = null;
    const journal: JournalEntry[] = [];
    using reader = new RecordBatchReader(kernel, uncompressed);
    const take = (batch: Uint8Array) => {
      last = readCommit(kernel, batch);
      journal.push(...last.journal);
    };
    this.#commits = await BatchFile.open(this.#path, { reader, take, ...(openFile && { openFile }) });
    if (last === null) throw new MangroveError("MGV_SNAPSHOT", `${this.#path} is damaged: its first commit, which was whole once, cannot be read. Put the file back from a copy, or begin anew with another --state.`);
    return { ...(last as CommitRecord), journal };
  }

  async #beginAnew(commit: CommitRecord): Promise<void> {
    const file = await BatchFile.create(`${this.#path}.pending`, this.#options.openFile);
    try {
      await file.append(writeCommit(this.#options.kernel, commit));
      await file.rename(this.#path);
    } catch (thrown) {
      await file[Symbol.asyncDispose]();
      throw thrown;
    }
    await this.#commits?.[Symbol.asyncDispose]();
    this.#commits = file;
    this.#last = commit;
  }

  async #writeOutputs(lines: ReturnType<OutputFiles["take"]>): Promise<CommitRecord["outputs"]> {
    return { directory: this.#outputsFrom, bytes: await this.#outputs.write(lines) };
  }

  get #committedOutputs(): CommittedOutputs {
    return { partition: this.#options.partition, directory: this.#options.outputs.directory, bytes: this.#last.outputs.bytes };
  }

  /** From the task's folder, so that a state may be moved with its outputs. */
  get #outputsFrom(): string {
    return relative(resolve(this.#options.directory), resolve(this.#options.outputs.directory));
  }

  async #deleteUnnamed(): Promise<void> {
    const { directory } = this.#options;
    const named = new Set([...this.#last.snapshots, ...this.#last.models.map(modelName), "commits.log"]);
    for (const name of await readdir(directory).catch(() => [])) if (!named.has(name)) await rm(join(directory, name), { force: true }).catch(() => {}); // tried again
  }

  async #file(name: string): Promise<Uint8Array> {
    return readFile(this.#pathOf(name)).catch((cause: unknown) => {
      throw new MangroveError("MGV_SNAPSHOT", `${this.#pathOf(name)} cannot be read, so that the state cannot be put back: ${(cause as Error).message}. Put the file back from a copy; or make the state again from the readings that are left, with --rebuild.`, { cause });
    });
  }

  #pathOf(name: string): string {
    return join(this.#options.directory, name);
  }
}

function modelName(version: string): string {
  return `${version}.model`;
}
