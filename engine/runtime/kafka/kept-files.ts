import { MangroveError } from "../../../kernel-as/errors.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import { RecordBatchWriter } from "../../../kernel-as/host/record-batch-writer.ts";
import type { Cluster } from "../../broker/wire/cluster.ts";
import { decompressor } from "../../broker/wire/codecs.ts";
import { unstamped } from "../../broker/wire/output-producer.ts";
import { produce } from "../../broker/wire/produce.ts";
import { readPartition } from "../../broker/wire/read-partition.ts";
import type { FilePlace } from "./bookmark.ts";

/** Of a record, well below what a broker takes by default (1 MiB). */
const CHUNK_BYTES = 786_432;

/** What is sent at once: a broker takes 100 MiB. */
const REQUEST_BYTES = 8 * CHUNK_BYTES;

const text = new TextEncoder();
const key = new TextDecoder();

/**
 * Files on one partition of a compacted topic, cut into chunks with keys `NAME/WRITER/0`, `NAME/WRITER/1`, …: large ones that a commit names by their place once they are there. They are outside of any
 * transaction, so that a file of an owner that is gone may be there; no commit names it.
 */
export class KeptFiles {
  readonly #cluster: Cluster;
  readonly #kernel: Kernel;
  readonly #topic: string;
  readonly #partition: number;
  readonly #writer = crypto.randomUUID().slice(0, 6);

  constructor(cluster: Cluster, kernel: Kernel, { topic, partition }: { topic: string; partition: number }) {
    this.#cluster = cluster;
    this.#kernel = kernel;
    this.#topic = topic;
    this.#partition = partition;
  }

  /** Resolves once every in-sync replica has all of it. */
  async write(name: string, file: Uint8Array): Promise<FilePlace> {
    const chunks = Math.max(1, Math.ceil(file.length / CHUNK_BYTES));
    const place = { chunks, writer: this.#writer };
    const names = chunksOf(name, place);
    let offset = Infinity;
    for (let first = 0; first < chunks; first += REQUEST_BYTES / CHUNK_BYTES) {
      using writer = new RecordBatchWriter(this.#kernel, { partitions: 1 });
      for (let i = first; i < Math.min(chunks, first + REQUEST_BYTES / CHUNK_BYTES); i++) {
        writer.add(0, text.encode(names[i]), file.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES));
      }
      for (const { baseOffset } of await this.#send(writer)) offset = Math.min(offset, baseOffset);
    }
    return { offset, ...place };
  }

  /** Leaves the files to compaction. */
  async forget(files: Iterable<readonly [name: string, place: FilePlace]>): Promise<void> {
    using writer = new RecordBatchWriter(this.#kernel, { partitions: 1 });
    for (const [name, place] of files) for (const chunk of chunksOf(name, place)) writer.add(0, text.encode(chunk), null);
    await this.#send(writer);
  }

  /** Throws `MGV_SNAPSHOT` where a chunk is not there any more. */
  async read(files: ReadonlyMap<string, FilePlace>): Promise<Map<string, Uint8Array>> {
    const chunks = new Map([...files].flatMap(([name, place]) => chunksOf(name, place).map((chunk): [string, Uint8Array | null] => [chunk, null])));
    using reader = new RecordBatchReader(this.#kernel, { decompress: decompressor(this.#cluster.client) });
    // what lies between files may be of no use: each is read from its own place on, unless it has come with one before it
    for (const [name, place] of [...files].sort(([, x], [, y]) => x.offset - y.offset)) {
      const missing = () => chunksOf(name, place).some((chunk) => chunks.get(chunk) === null);
      if (missing()) await this.#scan(reader, place.offset, chunks, missing);
    }
    const whole = (name: string, place: FilePlace) => chunksOf(name, place).map((chunk) => chunks.get(chunk) ?? this.#gone(chunk));
    return new Map([...files].map(([name, place]) => [name, joined(whole(name, place))]));
  }

  async #scan(reader: RecordBatchReader, from: number, chunks: Map<string, Uint8Array | null>, missing: () => boolean): Promise<void> {
    for await (const { count, keys, keyBounds, values, bounds } of readPartition(this.#cluster, reader, { topic: this.#topic, partition: this.#partition, from })) {
      for (let i = 0; i < count; i++) {
        const chunk = key.decode(keys.subarray(keyBounds[i], keyBounds[i + 1]));
        if (chunks.has(chunk) && bounds[i]! < bounds[i + 1]!) chunks.set(chunk, values.slice(bounds[i], bounds[i + 1]));
      }
      if (!missing()) return;
    }
  }

  #send(writer: RecordBatchWriter) {
    const batches = writer.take({ ...unstamped, timestampMs: Date.now() });
    return produce(this.#cluster, batches.map(({ bytes }) => ({ topic: this.#topic, partition: this.#partition, bytes })));
  }

  #gone(chunk: string): never {
    throw new MangroveError("MGV_SNAPSHOT", `${chunk} is not on ${this.#topic} any more, so that the state cannot be put back. Make it again from the readings with --rebuild; and keep that topic compacted, never deleted.`);
  }
}

function chunksOf(name: string, { chunks, writer }: Omit<FilePlace, "offset">): string[] {
  return Array.from({ length: chunks }, (_, i) => `${name}/${writer}/${i}`);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
