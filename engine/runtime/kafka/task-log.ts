import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import type { Compression } from "../../broker/compression.ts";
import type { Cluster } from "../../broker/wire/cluster.ts";
import { compressor, decompressor } from "../../broker/wire/codecs.ts";
import type { OutputProducer } from "../../broker/wire/output-producer.ts";
import { boundsOf, stableOffset } from "../../broker/wire/offsets.ts";
import { readPartition } from "../../broker/wire/read-partition.ts";
import type { Reach } from "../../broker/wire/unended.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";
import type { JournalEntry } from "../../task/journal.ts";
import type { TaskOutput } from "../../task/output.ts";
import type { Commit, Kept, TakenSnapshot, TaskLog } from "../task-log.ts";
import { readBookmark, writeBookmark, type Bookmark, type FilePlace } from "./bookmark.ts";
import { KeptFiles } from "./kept-files.ts";
import { Outbox } from "./outbox.ts";
import { checkPartitions, internalTopics } from "./topics.ts";

/** Outputs are sent when there are so many, before their commit; and no more than so many are under way. */
const SEND_BYTES = 1 << 20;
const MOST_BYTES = 32 << 20;

export interface KafkaTaskLogOptions {
  readonly cluster: Cluster;
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  /** Names the group, the transactions and the internal topics. */
  readonly appId: string;
  readonly partition: number;
  readonly compression: Compression;
  /** Fences off, where it can, whoever had the task before. */
  readonly producer: (transactionalId: string, reach: Reach) => Promise<OutputProducer>;
  readonly now: () => number;
}

/**
 * A task on Kafka: with transactions one of them a commit, of one transactional id; without, its offset is stored after its outputs. Beside the committed offset stands a bookmark, which says where journal, snapshots and models are; so
 * one answer of the group's coordinator tells all, once the task is this owner's and no transaction of another is open.
 */
export class KafkaTaskLog implements TaskLog {
  readonly #options: KafkaTaskLogOptions;
  readonly #topics: ReturnType<typeof internalTopics>;
  readonly #files: KeptFiles;
  #producer!: OutputProducer;
  #fence: string | null = null;
  #outbox!: Outbox;
  #bookmark!: Bookmark;
  /** The end of the journal after all that is committed. */
  #journalEnd = 0;
  /** Files that no commit names once the next one is through. */
  #obsolete: NamedFile[] = [];
  /** Models that the journal names since the last snapshot. */
  #named = new Set<string>();
  #isCommitting = false;
  #hasFailed = false;
  /** The memory of the outbox is another's then, whatever is still under way. */
  #isClosed = false;
  #pendingBytes = 0;
  #sentBytes = 0;
  #progress = Promise.withResolvers<void>();
  readonly #held = new DisposableStack();

  constructor(options: KafkaTaskLogOptions) {
    this.#options = options;
    this.#topics = internalTopics(options.appId);
    this.#files = new KeptFiles(options.cluster, options.kernel, { topic: this.#topics.snapshots, partition: options.partition });
  }

  async open({ rebuild }: { readonly rebuild: boolean }): Promise<Kept | null> {
    const { cluster, kernel, pipeline, appId, partition, compression } = this.#options;
    const topic = pipeline.readings;
    const topics = [...pipeline.outputTopics, this.#topics.journal];
    await checkPartitions(cluster, { pipeline, appId }, partition + 1); // the readings may have been given more of them
    this.#producer = await this.#options.producer(`${appId}-${topic}-${partition}`, { topics, group: appId, topic, partition });
    this.#fence = fenceOf(this.#producer);
    const stored = await stableOffset(cluster, appId, { topic, partition });
    const partitions = new Map(await Promise.all(topics.map(async (name) => [name, await cluster.partitionsOf(name)] as const)));
    const journal = { topic: this.#topics.journal, partition };
    this.#outbox = this.#held.use(new Outbox(kernel, { pipeline, journal, partitions, compress: compressor(cluster.client, compression) }));
    const { high } = await boundsOf(cluster, journal);
    this.#journalEnd = high;
    if (stored === null) return null;
    const bookmark = readBookmark(stored.metadata);
    if (bookmark === null) {
      // stored by something else: a life begins there
      this.#bookmark = newLife(stored.offset, high);
      return { startOffset: stored.offset, nextOffset: stored.offset, settledOffset: stored.offset, settledEntry: 0, settledBy: null, nextEntry: 0, snapshots: [], journal: [], models: new Map() };
    }
    this.#bookmark = bookmark;
    const { start: startOffset, settled: settledOffset, settledEntry, settledBy, nextEntry, journalStart } = bookmark;
    const wanted = rebuild ? { ...bookmark, snapshots: [], journal: journalStart } : bookmark;
    return { startOffset, nextOffset: stored.offset, settledOffset, settledEntry, settledBy, nextEntry, ...(await this.#keptFiles(wanted)), journal: await this.#journal(wanted) };
  }

  get fence(): string | null {
    return this.#fence;
  }

  async begin(startOffset: number): Promise<void> {
    this.#bookmark = newLife(startOffset, this.#journalEnd);
    await this.commit({ nextOffset: startOffset, nextEntry: 0, journal: [], models: new Map() });
  }

  write(output: TaskOutput): void {
    const before = this.#outbox.bytes;
    this.#outbox.add(output);
    this.#pendingBytes += this.#outbox.bytes - before;
    if (!this.#isCommitting && this.#outbox.bytes >= SEND_BYTES) void this.#send();
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  async room(): Promise<void> {
    while (!this.#isClosed && !this.#hasFailed && this.#sentBytes + this.#outbox.bytes > MOST_BYTES) await this.#progress.promise;
  }

  async commit({ nextOffset, nextEntry, journal, models }: Commit): Promise<void> {
    const { appId, pipeline, partition } = this.#options;
    this.#outbox.addJournal(journal);
    void this.#send(); // told by the commit
    this.#isCommitting = true;
    this.#pendingBytes = 0;
    try {
      for (const [version, file] of models) await this.#keepModel(version, file);
      const named = new Set([...filesOf(partition, this.#bookmark)].map(keyOf));
      const obsolete = this.#obsolete.filter((file) => !named.has(keyOf(file)));
      this.#obsolete = [];
      this.#bookmark = { ...this.#bookmark, nextEntry };
      await this.#producer.commit({ group: appId, topic: pipeline.readings, partition, offset: nextOffset, metadata: writeBookmark(this.#bookmark) });
      if (obsolete.length > 0) await this.#files.forget(obsolete);
    } catch (thrown) {
      this.#hasFailed = true;
      throw thrown;
    } finally {
      this.#isCommitting = false;
      this.#moved();
    }
    if (!this.#isClosed && this.#outbox.bytes >= SEND_BYTES) void this.#send();
  }

  async keepSnapshot({ bytes, sequence, nextOffset, nextEntry }: TakenSnapshot, settled: Promise<unknown>): Promise<void> {
    const { partition } = this.#options;
    const journal = this.#journalEnd;
    const version = Object.keys(this.#bookmark.models).at(-1);
    const named = (this.#named = new Set());
    const chain = sequence === 0 ? crypto.randomUUID().slice(0, 8) : this.#bookmark.chain;
    const [place] = await Promise.all([this.#files.write(snapshotName(partition, chain, sequence), bytes), settled]);
    const { snapshots, models } = this.#bookmark;
    if (sequence === 0) this.#obsolete.push(...snapshots.map((old, i) => [snapshotName(partition, this.#bookmark.chain, i), old] as const));
    // models that were in use before the snapshot, and not since, are named by nothing any more
    const isNamed = (model: string) => model === version || named.has(model);
    const kept = Object.entries(models).filter(([model]) => isNamed(model));
    this.#obsolete.push(...Object.entries(models).flatMap(([model, file]) => (isNamed(model) ? [] : [[modelName(partition, model), file] as const])));
    this.#bookmark = { ...this.#bookmark, settled: nextOffset, settledEntry: nextEntry, settledBy: this.#fence, chain, journal, snapshots: [...(sequence === 0 ? [] : snapshots), place], models: Object.fromEntries(kept) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#held.dispose();
    await Promise.resolve();
  }

  /** What is in the outbox becomes part of the transaction. A failure is told by the commit. */
  #send(): Promise<void> {
    const { journal } = this.#topics;
    const batches = this.#outbox.take(this.#producer.stamp, this.#options.now());
    const bytes = batches.reduce((sum, batch) => sum + batch.bytes.length, 0);
    this.#sentBytes += bytes;
    const send = async () => {
      try {
        for (const { topic, baseOffset } of await this.#producer.send(batches)) if (topic === journal) this.#journalEnd = Math.max(this.#journalEnd, baseOffset + 1);
      } finally {
        this.#sentBytes -= bytes;
        this.#moved();
      }
    };
    const sent = send();
    sent.catch(() => (this.#hasFailed = true));
    return sent;
  }

  #moved(): void {
    this.#progress.resolve();
    this.#progress = Promise.withResolvers();
  }

  async #keepModel(version: string, file: Uint8Array): Promise<void> {
    const place = this.#bookmark.models[version] ?? (await this.#files.write(modelName(this.#options.partition, version), file));
    this.#named.add(version);
    const { [version]: _, ...others } = this.#bookmark.models;
    // the one in use stands last
    this.#bookmark = { ...this.#bookmark, models: { ...others, [version]: place } };
  }

  async #keptFiles(bookmark: Bookmark): Promise<Pick<Kept, "snapshots" | "models">> {
    const { partition } = this.#options;
    const files = await this.#files.read(new Map(filesOf(partition, bookmark)));
    return {
      snapshots: bookmark.snapshots.map((_, i) => files.get(snapshotName(partition, bookmark.chain, i))!),
      models: new Map(Object.keys(bookmark.models).map((version) => [version, files.get(modelName(partition, version))!])),
    };
  }

  /** The entries that the snapshots do not hold. Without transactions there may be some that were never committed: those with later numbers, and those whose number came again. */
  async #journal({ journal: from, nextEntry }: Bookmark): Promise<JournalEntry[]> {
    const { cluster, kernel, partition } = this.#options;
    using reader = new RecordBatchReader(kernel, { decompress: decompressor(cluster.client) });
    const entries = new Map<number, JournalEntry>();
    const text = new TextDecoder();
    for await (const { count, values, bounds } of readPartition(cluster, reader, { topic: this.#topics.journal, partition, from })) {
      for (let i = 0; i < count; i++) {
        const entry = JSON.parse(text.decode(values.subarray(bounds[i], bounds[i + 1]))) as JournalEntry;
        entries.set(entry.number, entry);
      }
    }
    return [...entries.values()].filter(({ number }) => number < nextEntry).sort((a, b) => a.number - b.number);
  }
}

/** Ids of producers that one broker gives and, for each, its epochs count up. */
function fenceOf({ stamp: { isTransactional, producerId, producerEpoch } }: OutputProducer): string | null {
  return isTransactional ? `${String(producerId).padStart(20, "0")}-${String(producerEpoch).padStart(5, "0")}` : null;
}

function newLife(start: number, journal: number): Bookmark {
  return { start, settled: start, settledEntry: 0, settledBy: null, nextEntry: 0, journalStart: journal, journal, chain: "", snapshots: [], models: {} };
}

type NamedFile = readonly [name: string, place: FilePlace];

/** All that a bookmark names. */
function* filesOf(partition: number, { chain, snapshots, models }: Bookmark): Generator<NamedFile> {
  for (const [i, place] of snapshots.entries()) yield [snapshotName(partition, chain, i), place];
  for (const [version, place] of Object.entries(models)) yield [modelName(partition, version), place];
}

/** Two files of the same one are one on a compacted topic. */
function keyOf([name, { writer }]: NamedFile): string {
  return `${name}/${writer}`;
}

function snapshotName(partition: number, chain: string, sequence: number): string {
  return `${partition}/${chain}/${sequence}`;
}

function modelName(partition: number, version: string): string {
  return `${partition}/model/${version}`;
}
