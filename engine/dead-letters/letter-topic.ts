import { decompressor } from "../broker/wire/codecs.ts";
import type { Cluster } from "../broker/wire/cluster.ts";
import { CodeError, UNKNOWN_TOPIC_OR_PARTITION } from "../broker/wire/codes.ts";
import { boundsOf, offsetAt } from "../broker/wire/offsets.ts";
import { readPartition } from "../broker/wire/read-partition.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../kernel-as/host/record-batch-reader.ts";
import { readLetter, type StoredLetter } from "./letter-text.ts";

/** A dead letter, and where it is on the topic of dead letters. */
export interface FoundLetter {
  readonly partition: number;
  readonly offset: number;
  /** When it was appended there, epoch ms; NaN where that is not known. */
  readonly writtenMs: number;
  /** As it is written. */
  readonly text: string;
  readonly letter: StoredLetter;
}

export interface LetterFilter {
  /** Written then or later, epoch ms. */
  readonly sinceMs?: number;
  readonly code?: string;
  /** That the message came by. */
  readonly topic?: string;
}

/** Offsets of one partition, the last one left out. */
export interface LetterSpan {
  readonly partition: number;
  readonly from: number;
  readonly until: number;
}

/** How many dead letters are looked at before older ones are. */
const STEP = 500;

/** The dead letters of a pipeline, as far as they are committed. What else stands on their topic is passed over. */
export class LetterTopic {
  readonly name: string;
  readonly #cluster: Cluster;
  readonly #kernel: Kernel;
  readonly #partitions: number;

  /** Throws `MGV_BROKER_TOPIC` where there is no such topic. */
  static async open(cluster: Cluster, kernel: Kernel, name: string): Promise<LetterTopic> {
    return new LetterTopic(cluster, kernel, name, await partitionsOf(cluster, name));
  }

  private constructor(cluster: Cluster, kernel: Kernel, name: string, partitions: number) {
    this.name = name;
    this.#cluster = cluster;
    this.#kernel = kernel;
    this.#partitions = partitions;
  }

  /** The newest ones that fit, at most `limit`, in the order in which they were written. */
  async newest(filter: LetterFilter, limit: number): Promise<FoundLetter[]> {
    const found: FoundLetter[] = [];
    for (const { partition, from, until } of await this.spans(filter)) {
      let newest: FoundLetter[] = [];
      for (let end = until; end > from && newest.length < limit; end -= STEP) {
        const before: FoundLetter[] = [];
        for await (const letter of this.read({ partition, from: Math.max(from, end - STEP), until: end }, filter)) before.push(letter);
        newest = before.concat(newest);
      }
      found.push(...newest);
    }
    return found.sort((a, b) => a.writtenMs - b.writtenMs || a.partition - b.partition || a.offset - b.offset).slice(-limit);
  }

  /** Null where there is none. */
  async at(partition: number, offset: number): Promise<FoundLetter | null> {
    if (partition >= this.#partitions) return null;
    for await (const letter of this.read({ partition, from: offset, until: offset + 1 })) return letter;
    return null;
  }

  /** What each partition holds at present. */
  async spans({ sinceMs }: LetterFilter = {}): Promise<LetterSpan[]> {
    const span = async (partition: number) => {
      const place = { topic: this.name, partition };
      const { low, high } = await boundsOf(this.#cluster, place);
      return { partition, from: sinceMs === undefined ? low : ((await offsetAt(this.#cluster, { ...place, atMs: sinceMs })) ?? high), until: high };
    };
    return Promise.all(Array.from({ length: this.#partitions }, (_, partition) => span(partition)));
  }

  /** Those that fit, in the order of their offsets. */
  async *read({ partition, from, until }: LetterSpan, { code, topic }: LetterFilter = {}): AsyncGenerator<FoundLetter> {
    using reader = new RecordBatchReader(this.#kernel, { decompress: decompressor(this.#cluster.client) });
    for await (const records of readPartition(this.#cluster, reader, { topic: this.name, partition, from, until })) {
      for (let i = 0; i < records.count; i++) {
        // anew each time: views go stale where others make the kernel's memory grow
        const { offsets, appendTimesMs, values, bounds } = records;
        if (offsets[i]! >= until) break;
        const bytes = values.slice(bounds[i], bounds[i + 1]);
        const letter = readLetter(bytes);
        if (letter === null || (code !== undefined && letter.code !== code) || (topic !== undefined && letter.topic !== topic)) continue;
        yield { partition, offset: offsets[i]!, writtenMs: appendTimesMs[i]!, text: new TextDecoder().decode(bytes), letter };
      }
    }
  }
}

/** Throws `MGV_BROKER_TOPIC` where there is no such topic. */
export async function partitionsOf(cluster: Cluster, topic: string): Promise<number> {
  try {
    return await cluster.partitionsOf(topic);
  } catch (thrown) {
    const isAbsent = thrown instanceof CodeError && thrown.protocolCode === UNKNOWN_TOPIC_OR_PARTITION;
    throw isAbsent ? cluster.failures.noTopic(topic) : cluster.failures.explain(thrown, `tell the partitions of ${topic}`);
  }
}
