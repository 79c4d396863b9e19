import { decompressor, compressor } from "../broker/wire/codecs.ts";
import type { Compression } from "../broker/compression.ts";
import type { Cluster } from "../broker/wire/cluster.ts";
import { IdempotentProducer } from "../broker/wire/idempotent-producer.ts";
import { readPartition } from "../broker/wire/read-partition.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../kernel-as/host/record-batch-reader.ts";
import { RecordBatchWriter } from "../../kernel-as/host/record-batch-writer.ts";
import { headersOf } from "../../kernel-as/host/record-headers.ts";
import { partitionsOf, type LetterFilter, type LetterSpan, type LetterTopic } from "./letter-topic.ts";
import type { StoredLetter } from "./letter-text.ts";

/** The header of a message that was appended again: `topic/partition/offset` of the one that became a dead letter. */
const REPLAY_OF = "mangrove-replay-of";

/** Messages that are sent at once. */
const SEND_BYTES = 4 << 20;

const text = new TextEncoder();

/** What can be appended again. */
export interface ReplayPlan {
  readonly spans: readonly LetterSpan[];
  readonly filter: LetterFilter;
  /** Places of messages, and how many of them are for each topic. */
  readonly places: ReadonlySet<string>;
  readonly topics: ReadonlyMap<string, number>;
  /** Dead letters that do not hold all of their message, and messages that were appended again before. */
  readonly cut: number;
  readonly done: number;
}

/** Appends messages of dead letters again, each to the partition that it came by. */
export class LetterReplay {
  readonly #cluster: Cluster;
  readonly #kernel: Kernel;
  readonly #letters: LetterTopic;

  constructor(cluster: Cluster, kernel: Kernel, letters: LetterTopic) {
    this.#cluster = cluster;
    this.#kernel = kernel;
    this.#letters = letters;
  }

  /** Looks for what can be appended, and on the messages' topics for what was. Throws `MGV_BROKER_TOPIC` where one of these is gone. */
  async plan(filter: LetterFilter): Promise<ReplayPlan> {
    const spans = await this.#letters.spans(filter);
    const places = new Set<string>();
    const firsts = new Map<string, Pick<StoredLetter, "topic" | "partition" | "offset">>();
    let cut = 0;
    for (const span of spans) {
      for await (const { letter } of this.#letters.read(span, filter)) {
        const { topic, partition, offset, isWhole } = letter;
        if (!isWhole) {
          cut++;
          continue;
        }
        places.add(placeOf(letter));
        const by = `${topic}/${partition}`;
        if (offset < (firsts.get(by)?.offset ?? Infinity)) firsts.set(by, { topic, partition, offset });
      }
    }
    const all = places.size;
    for (const first of firsts.values()) for await (const place of this.#replayed(first)) places.delete(place);
    const topics = new Map<string, number>();
    for (const place of places) topics.set(topicOf(place), (topics.get(topicOf(place)) ?? 0) + 1);
    return { spans, filter, places, topics, cut, done: all - places.size };
  }

  /** Ends early when the signal aborts. Resolves to how many messages every in-sync replica has. */
  async run({ spans, filter, places, topics }: ReplayPlan, { compression, nowMs, signal }: { compression: Compression; nowMs: () => number; signal: AbortSignal }): Promise<number> {
    const [first] = topics.keys();
    if (first === undefined) return 0;
    const producer = await IdempotentProducer.open(this.#cluster, first);
    const compress = compressor(this.#cluster.client, compression);
    using writers = new DisposableStack();
    const byTopic = new Map<string, { partitions: number; writer: RecordBatchWriter }>();
    for (const topic of topics.keys()) {
      const partitions = await partitionsOf(this.#cluster, topic);
      byTopic.set(topic, { partitions, writer: writers.use(new RecordBatchWriter(this.#kernel, { partitions })) });
    }
    const left = new Set(places);
    let [written, bytes] = [0, 0];
    const send = async () => {
      const stamp = { ...producer.stamp, timestampMs: nowMs(), ...(compress && { compress }) };
      await producer.send(
        [...byTopic].flatMap(([topic, { writer }]) =>
          writer.take({ ...stamp, sequence: (partition, count) => stamp.sequence(topic, partition, count) }).map((batch) => ({ topic, partition: batch.partition, bytes: batch.bytes })),
        ),
      );
      bytes = 0;
    };
    for (const span of spans) {
      for await (const { letter } of this.#letters.read(span, filter)) {
        if (signal.aborted) break;
        // at least once may have written it twice
        if (!letter.isWhole || !left.delete(placeOf(letter))) continue;
        const { partitions, writer } = byTopic.get(letter.topic)!;
        const headers = letter.headers.filter(([name]) => name !== REPLAY_OF);
        writer.add(letter.partition < partitions ? letter.partition : null, letter.key === null ? null : text.encode(letter.key), letter.value, [...headers, [REPLAY_OF, text.encode(placeOf(letter))]]);
        written++;
        bytes += letter.value.length;
        if (bytes >= SEND_BYTES) await send();
      }
    }
    await send();
    return written;
  }

  /** The places of messages that were appended again behind the first dead one of a partition. */
  async *#replayed({ topic, partition, offset }: Pick<StoredLetter, "topic" | "partition" | "offset">): AsyncGenerator<string> {
    if (partition >= (await partitionsOf(this.#cluster, topic))) return;
    using reader = new RecordBatchReader(this.#kernel, { decompress: decompressor(this.#cluster.client) });
    for await (const records of readPartition(this.#cluster, reader, { topic, partition, from: offset + 1 })) {
      for (let i = 0; i < records.count; i++) {
        for (const [name, value] of headersOf(records, i)) if (name === REPLAY_OF && value) yield new TextDecoder().decode(value);
      }
    }
  }
}

function placeOf({ topic, partition, offset }: Pick<StoredLetter, "topic" | "partition" | "offset">): string {
  return `${topic}/${partition}/${offset}`;
}

/** Names of topics have no slash. */
function topicOf(place: string): string {
  return place.slice(0, place.indexOf("/"));
}
