import type { Pipeline } from "../../../engine/pipeline/pipeline.ts";
import { outputRecords } from "../../../engine/sink/records.ts";
import { keyOf, sliceRecords } from "../../../engine/source/record-batch.ts";
import type { RecordBatch } from "../../../engine/source/source.ts";
import type { JournalEntry } from "../../../engine/task/journal.ts";
import type { TaskOutput } from "../../../engine/task/output.ts";
import { firstFrom, Task, type Models } from "../../../engine/task/task.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import type { Cluster } from "../cluster.ts";
import { CommittedReader } from "../committed-reader.ts";
import type { Finding } from "../compare.ts";
import { journalEntriesOf } from "../evidence.ts";
import { readingOf } from "../fold.ts";
import { faultsPipeline, topicKinds, topicOf } from "../pipeline.ts";
import { modelsAt } from "../undisturbed.ts";
import { Pairs } from "./pairs.ts";
import { SensorShare, type ShareOptions } from "./sensor-share.ts";

/** Records of a partition of a topic, at most. */
const ROUND = 10_000;

const text = new TextDecoder();

interface Partition {
  readonly task: Task;
  journal: JournalEntry[];
  /** Records that were read and are not committed yet as taken in. */
  unread: RecordBatch[];
  /** Offset behind what was folded. */
  place: number;
}

interface Sums {
  seen: number;
  total: number;
}

export interface VerifierOptions {
  readonly servers: string;
  readonly cluster: Cluster;
  readonly kernel: Kernel;
  readonly run: string;
  readonly partitions: number;
  /** Files of all the models that may score. */
  readonly models: readonly string[];
  /** Whose outputs are compared; those of others are counted. */
  readonly compared: ShareOptions;
}

/**
 * Follows a run while it goes on, and compares what it writes with what must be, twice: byte by byte with one fold of the input that nothing disturbs, and, of every reading's prediction and running sum, with sums
 * that are made of the input's JSON by nothing of the engine. Holds what has not met its counterpart yet, and nothing else.
 */
export class Verifier implements AsyncDisposable {
  readonly #options: VerifierOptions;
  readonly #compared: SensorShare;
  readonly #pipeline: Pipeline;
  readonly #pairs = new Pairs();
  readonly #readers: ReadonlyMap<string, CommittedReader>;
  readonly #partitions: readonly Partition[];
  readonly #sums = new Map<string, Sums>();
  readonly #kinds: ReadonlyMap<string, (typeof topicKinds)[number]>;
  readonly #held = new DisposableStack();
  /** Readings that were folded, by partition. */
  readonly readings: number[];
  /** Outputs that were seen. */
  outputs = 0;

  private constructor(options: VerifierOptions, pipeline: Pipeline, models: Models) {
    const { servers, kernel, run, partitions } = options;
    this.#options = options;
    this.#compared = new SensorShare(options.compared);
    this.#pipeline = pipeline;
    this.#kinds = new Map(topicKinds.map((kind) => [topicOf(run, kind), kind]));
    const topics = [topicOf(run, "readings"), `${run}-journal`, ...this.#kinds.keys()];
    this.#readers = new Map(topics.map((topic) => [topic, new CommittedReader(servers, topic)]));
    this.#partitions = Array.from({ length: partitions }, (_, partition) => ({
      task: this.#held.use(new Task({ kernel, pipeline, models, format: { kind: "json" }, partition })),
      journal: [],
      unread: [],
      place: 0,
    }));
    this.readings = this.#partitions.map(() => 0);
  }

  static async open(options: VerifierOptions): Promise<Verifier> {
    const pipeline = faultsPipeline(options.run);
    return new Verifier(options, pipeline, await modelsAt(options.models, { kernel: options.kernel, pipeline }));
  }

  get waiting(): number {
    return this.#pairs.waiting;
  }

  get met(): number {
    return this.#pairs.met;
  }

  get findings(): readonly Finding[] {
    return this.#pairs.findings;
  }

  /** Takes in all that is committed by now, input and outputs by turns, so that little waits for its counterpart however far behind it is. `onRound`: after each turn. */
  async follow(onRound = () => {}): Promise<void> {
    const { cluster, run } = this.#options;
    const [input, journal] = [topicOf(run, "readings"), `${run}-journal`];
    // the journal of what is committed is there once the offset is
    const committed = await cluster.committed(input, run);
    const topics = [...this.#readers.keys()].filter((topic) => topic !== journal);
    const isKept = (await cluster.topics()).includes(journal);
    const ends = await cluster.ends(isKept ? [...topics, journal] : topics, "committed");
    if (isKept) await this.#readers.get(journal)!.upTo(ends.get(journal)!, (records) => this.#partitions[records.partition]!.journal.push(...journalEntriesOf(records)));
    const left = (topic: string) => Math.max(...this.#readers.get(topic)!.left(ends.get(topic)!));
    for (let isBehind = true; isBehind; onRound()) {
      // the same share of each topic, else those of few records are far ahead and wait
      const share = ROUND / Math.max(ROUND, ...topics.map(left));
      isBehind = share < 1;
      for (const topic of topics) {
        const reader = this.#readers.get(topic)!;
        const kind = this.#kinds.get(topic);
        await reader.upTo(reader.near(ends.get(topic)!, share), (records) => {
          if (kind === undefined) this.#partitions[records.partition]!.unread.push(records);
          else this.#seeAll(kind, records);
        });
      }
      for (const [partition, end] of committed) {
        const { place } = this.#partitions[partition]!;
        this.#fold(partition, place + Math.ceil(Math.max(end - place, 0) * share));
      }
    }
  }

  /** After the last engine has ended: takes in what is left, with what the clock has done since the last reading. */
  async end(): Promise<readonly Finding[]> {
    await this.follow();
    for (const { task, journal } of this.#partitions) task.replay(null, journal, this.#expect);
    return this.#pairs.end();
  }

  readonly #expect = (output: TaskOutput): void => {
    for (const { topic, key, value } of outputRecords(this.#pipeline, this.#compared.of(output))) this.#pairs.expect(this.#kinds.get(topic)!, key, value);
  };

  #fold(number: number, end: number): void {
    const partition = this.#partitions[number]!;
    const unread = partition.unread;
    partition.place = end;
    partition.unread = [];
    for (const records of unread) {
      const below = firstFrom(records, end);
      if (below < records.count) partition.unread.push(sliceRecords(records, below, records.count));
      if (below === 0) continue;
      const taken = sliceRecords(records, 0, below);
      for (let i = 0; i < taken.count; i++) this.#sum(taken, i);
      partition.task.replay(taken, partition.journal, this.#expect);
      partition.journal = partition.journal.filter(({ number: entry }) => entry >= partition.task.nextEntry);
    }
  }

  /** What is plain of a record: that it is predicted once, and counted. */
  #sum(records: RecordBatch, i: number): void {
    const reading = readingOf(records.values.subarray(records.bounds[i], records.bounds[i + 1]), records.appendTimesMs[i]!);
    if (typeof reading === "string") return;
    const sensor = keyOf(records, i)!;
    this.readings[records.partition]!++;
    if (!this.#compared.has(sensor)) return;
    const sums = this.#sums.get(sensor) ?? { seen: 0, total: 0 };
    this.#sums.set(sensor, sums);
    this.#pairs.expect("plain predictions", sensor, `${reading.sequence} ${records.partition}/${records.offsets[i]}`);
    this.#pairs.expect("plain running", sensor, `${reading.sequence} ${++sums.seen} ${(sums.total += reading.value)}`);
  }

  #seeAll(kind: (typeof topicKinds)[number], records: RecordBatch): void {
    this.outputs += records.count;
    for (let i = 0; i < records.count; i++) {
      const key = keyOf(records, i);
      if (this.#compared.has(key)) this.#see(kind, key, text.decode(records.values.subarray(records.bounds[i], records.bounds[i + 1])));
    }
  }

  #see(kind: (typeof topicKinds)[number], key: string | null, value: string): void {
    this.#pairs.see(kind, key, value);
    if (kind === "predictions") this.#pairs.see("plain predictions", key, `${numberIn(value, "sequence")} ${numberIn(value, "kafka_partition")}/${numberIn(value, "kafka_offset")}`);
    if (kind === "running") this.#pairs.see("plain running", key, `${numberIn(value, "sequence")} ${numberIn(value, "seen")} ${numberIn(value, "total")}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#held[Symbol.dispose]();
    await Promise.all([...this.#readers.values()].map((reader) => reader[Symbol.asyncDispose]()));
  }
}

/** A number of a record as it is written there, by the first field of this name. */
function numberIn(value: string, field: string): string {
  const start = value.indexOf(`"${field}":`) + field.length + 3;
  const [comma, brace] = [value.indexOf(",", start), value.indexOf("}", start)];
  return value.slice(start, comma === -1 || brace < comma ? brace : comma);
}
