import type { Reader } from "@platformatic/kafka";
import type { Client } from "../platformatic-connection.ts";

/** One partition of a fetch answer. `records` are its batches as they came: Kafka's message format v2. */
export interface FetchedPartition {
  readonly partition: number;
  readonly code: number;
  readonly lastStableOffset: number;
  readonly aborted: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[];
  readonly records: Uint8Array;
}

export interface ProducedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly code: number;
  /** Of the first record of the batch. */
  readonly baseOffset: number;
}

/** A batch for a partition, in message format v2. */
export interface BatchToProduce {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Uint8Array;
}

export interface FetchOptions {
  readonly topic: string;
  /** The offset to begin with, by partition. */
  readonly partitions: ReadonlyMap<number, number>;
  /** How long the broker may wait for the first record. */
  readonly waitMs: number;
  /** Of the whole answer, and of one partition; a single larger batch still comes. */
  readonly maxBytes: number;
  readonly partitionBytes: number;
  /** Only what was committed, up to the last stable offset. */
  readonly isCommitted: boolean;
}

/** Records, read and written as the bytes of their batches: Fetch and Produce of Kafka's protocol guide. */
export function recordMessages({ createAPI, Writer }: Client) {
  const request = () => Writer.create();

  const fetch = createAPI<[options: FetchOptions], { readonly code: number; readonly partitions: readonly FetchedPartition[] }>(
    1,
    12,
    ({ topic, partitions, waitMs, maxBytes, partitionBytes, isCommitted }: FetchOptions) =>
      request()
        .appendInt32(-1)
        .appendInt32(waitMs)
        .appendInt32(1)
        .appendInt32(maxBytes)
        .appendInt8(isCommitted ? 1 : 0)
        .appendInt32(0)
        .appendInt32(-1)
        .appendArray([topic], (w, name) =>
          w.appendString(name).appendArray([...partitions], (p, [partition, offset]) =>
            p.appendInt32(partition).appendInt32(-1).appendInt64(BigInt(offset)).appendInt32(-1).appendInt64(-1n).appendInt32(partitionBytes),
          ),
        )
        .appendArray([], () => {})
        .appendString("")
        .appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt32();
      const code = reader.readInt16();
      reader.readInt32();
      const topics = reader.readArray((r) => {
        r.readString();
        return r.readArray(fetchedPartition);
      });
      return { code, partitions: topics.flat() };
    },
  );

  /** `transactionVersion` 2 lets the batches of a transaction join it by themselves (KIP-890). */
  const produceOf = (version: 9 | 12) =>
    createAPI<[transactionalId: string | null, batches: readonly BatchToProduce[]], { readonly partitions: readonly ProducedPartition[] }>(
      0,
      version,
      (transactionalId: string | null, batches: readonly BatchToProduce[]) =>
        request()
          .appendString(transactionalId)
          .appendInt16(-1)
          .appendInt32(30_000)
          .appendArray([...Map.groupBy(batches, ({ topic }) => topic)], (w, [topic, of]) =>
            w.appendString(topic).appendArray([...of], (p, { partition, bytes }) =>
              p.appendInt32(partition).appendUnsignedVarInt(bytes.length + 1).append(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
            ),
          )
          .appendTaggedFields(),
      (_c, _k, _v, reader) => {
        const topics = reader.readArray((r) => {
          const topic = r.readString();
          return r.readArray((p) => {
            const produced = { topic, partition: p.readInt32(), code: p.readInt16(), baseOffset: Number(p.readInt64()) };
            p.readInt64();
            p.readInt64();
            p.readArray((e) => (e.readInt32(), e.readNullableString()));
            p.readNullableString();
            return produced;
          });
        });
        return { partitions: topics.flat() };
      },
    );

  return { fetch, produce: produceOf(9), produceJoining: produceOf(12) };
}

function fetchedPartition(reader: Reader): FetchedPartition {
  const partition = reader.readInt32();
  const code = reader.readInt16();
  reader.readInt64();
  const lastStableOffset = Number(reader.readInt64());
  reader.readInt64();
  const aborted = reader.readNullableArray((r) => ({ producerId: r.readInt64(), firstOffset: r.readInt64() })) ?? [];
  reader.readInt32();
  return { partition, code, lastStableOffset, aborted, records: reader.readNullableBytes() ?? none };
}

const none = new Uint8Array(0);
