import type { Reader, Writer } from "@platformatic/kafka";
import type { Client } from "../platformatic-connection.ts";

/** A node of the cluster. */
export interface Node {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

export interface TopicMetadata {
  readonly name: string;
  readonly code: number;
  /** By partition: the node that leads it, -1 while there is none. */
  readonly leaders: readonly number[];
}

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

/** A producer of a transactional id, at one epoch. */
export interface ProducerIdentity {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly epoch: number;
}

export interface OffsetToCommit {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
}

export type Messages = ReturnType<typeof messages>;

/**
 * The requests that the client's own classes do not give whole: each as function of a connection. Layouts, with
 * the versions used here, are those of Kafka's protocol guide (kafka.apache.org/protocol). Errors of a partition or of a request are codes in the answer, 0
 * is none; only what the network does is thrown.
 */
export function messages({ createAPI, Writer }: Client) {
  const request = () => Writer.create();
  const identity = (writer: Writer, { transactionalId, producerId, epoch }: ProducerIdentity) =>
    writer.appendString(transactionalId).appendInt64(producerId).appendInt16(epoch);
  const codeOnly = (_c: number, _k: number, _v: number, reader: Reader) => (reader.readInt32(), { code: reader.readInt16() });

  const apiVersions = createAPI<[], { readonly endTxn: number; readonly transactionVersion: number }>(
    18,
    3,
    () => request().appendString("mangrove").appendString("1").appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt16();
      const versions = new Map(reader.readArray((r) => [r.readInt16(), (r.readInt16(), r.readInt16())] as const));
      reader.readInt32();
      return { endTxn: versions.get(26) ?? 0, transactionVersion: finalizedFeature(reader, "transaction.version") };
    },
    true,
    false,
  );

  const metadata = createAPI<[topics: readonly string[]], { readonly nodes: readonly Node[]; readonly topics: readonly TopicMetadata[] }>(
    3,
    9,
    (topics: readonly string[]) =>
      request()
        .appendArray([...topics], (w, topic) => w.appendString(topic))
        .appendBoolean(false)
        .appendBoolean(false)
        .appendBoolean(false)
        .appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt32();
      const nodes = reader.readArray((r) => ({ id: r.readInt32(), host: r.readString(), port: r.readInt32(), rack: r.readNullableString() }));
      reader.readNullableString();
      reader.readInt32();
      const topics = reader.readArray((r) => {
        const code = r.readInt16();
        const name = r.readString();
        r.readBoolean();
        const leaders: number[] = [];
        r.readArray((p) => {
          p.readInt16();
          leaders[p.readInt32()] = p.readInt32();
          p.readInt32();
          for (let list = 0; list < 3; list++) p.readArray((node) => node.readInt32(), true, false);
        });
        r.readInt32();
        return { name, code, leaders };
      });
      return { nodes, topics };
    },
  );

  /** `kind`: 0 is a group, 1 a transactional id. */
  const findCoordinator = createAPI<[kind: 0 | 1, key: string], { readonly code: number; readonly node: Node }>(
    10,
    4,
    (kind: number, key: string) => request().appendInt8(kind).appendArray([key], (w, each) => w.appendString(each), true, false).appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt32();
      const [found] = reader.readArray((r) => {
        r.readString();
        const node = { id: r.readInt32(), host: r.readString(), port: r.readInt32() };
        return { node, code: r.readInt16(), message: r.readNullableString() };
      });
      return found!;
    },
  );

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

  const listOffsets = createAPI<[topic: string, partitions: readonly number[], timestamp: bigint], readonly { readonly partition: number; readonly code: number; readonly offset: number }[]>(
    2,
    6,
    (topic: string, partitions: readonly number[], timestamp: bigint) =>
      request()
        .appendInt32(-1)
        .appendInt8(1)
        .appendArray([topic], (w, name) => w.appendString(name).appendArray([...partitions], (p, partition) => p.appendInt32(partition).appendInt32(-1).appendInt64(timestamp)))
        .appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt32();
      const topics = reader.readArray((r) => {
        r.readString();
        return r.readArray((p) => {
          const found = { partition: p.readInt32(), code: p.readInt16(), time: p.readInt64(), offset: Number(p.readInt64()) };
          p.readInt32();
          return found;
        });
      });
      return topics.flat();
    },
  );

  const describeTopic = createAPI<[topic: string], { readonly code: number; readonly settings: ReadonlyMap<string, string | null> }>(
    32,
    4,
    (topic: string) =>
      request()
        .appendArray([topic], (w, name) => w.appendInt8(2).appendString(name).appendArray(null, () => {}))
        .appendBoolean(false)
        .appendBoolean(false)
        .appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt32();
      const [found] = reader.readArray((r) => {
        const code = r.readInt16();
        r.readNullableString();
        r.readInt8();
        r.readString();
        const settings = r.readArray((c) => {
          const setting = [c.readString(), c.readNullableString()] as const;
          c.readBoolean();
          c.readInt8();
          c.readBoolean();
          c.readArray((synonym) => (synonym.readString(), synonym.readNullableString(), synonym.readInt8()));
          c.readInt8();
          c.readNullableString();
          return setting;
        });
        return { code, settings: new Map(settings) };
      });
      return found!;
    },
  );

  /** Without a transactional id any node may be asked. */
  const initProducerId = createAPI<[transactionalId: string | null, timeoutMs: number], { readonly code: number; readonly producerId: bigint; readonly epoch: number }>(
    22,
    4,
    (transactionalId: string | null, timeoutMs: number) => request().appendString(transactionalId).appendInt32(timeoutMs).appendInt64(-1n).appendInt16(-1).appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt32();
      return { code: reader.readInt16(), producerId: reader.readInt64(), epoch: reader.readInt16() };
    },
  );

  const addPartitions = createAPI<[producer: ProducerIdentity, partitions: readonly (readonly [topic: string, partition: number])[]], { readonly codes: readonly number[] }>(
    24,
    3,
    (producer: ProducerIdentity, partitions: readonly (readonly [string, number])[]) =>
      identity(request(), producer)
        .appendArray([...Map.groupBy(partitions, ([topic]) => topic)], (w, [topic, of]) => w.appendString(topic).appendArray([...of], (p, [, partition]) => p.appendInt32(partition), true, false))
        .appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt32();
      const topics = reader.readArray((r) => (r.readString(), r.readArray((p) => (p.readInt32(), p.readInt16()))));
      return { codes: topics.flat() };
    },
  );

  const addOffsets = createAPI<[producer: ProducerIdentity, group: string], { readonly code: number }>(
    25,
    3,
    (producer: ProducerIdentity, group: string) => identity(request(), producer).appendString(group).appendTaggedFields(),
    codeOnly,
  );

  /** Generation -1 and no member: it is the transactional id that fences. */
  const commitOffsetOf = (version: 3 | 5) =>
    createAPI<[producer: ProducerIdentity, committed: OffsetToCommit], { readonly code: number }>(
      28,
      version,
      ({ transactionalId, producerId, epoch }: ProducerIdentity, { group, topic, partition, offset, metadata: text }: OffsetToCommit) =>
        request()
          .appendString(transactionalId)
          .appendString(group)
          .appendInt64(producerId)
          .appendInt16(epoch)
          .appendInt32(-1)
          .appendString("")
          .appendString(null)
          .appendArray([topic], (w, name) =>
            w.appendString(name).appendArray([partition], (p) => p.appendInt32(partition).appendInt64(BigInt(offset)).appendInt32(-1).appendString(text)),
          )
          .appendTaggedFields(),
      (_c, _k, _v, reader) => {
        reader.readInt32();
        const topics = reader.readArray((r) => (r.readString(), r.readArray((p) => (p.readInt32(), p.readInt16()))));
        return { code: topics.flat().find((code) => code !== 0) ?? 0 };
      },
    );

  /** Outside of any transaction, as a member of the group. Version 9 takes the epochs of the consumer protocol. */
  const storeOffsetOf = (version: 8 | 9) =>
    createAPI<[member: { readonly memberId: string; readonly epoch: number }, stored: OffsetToCommit], { readonly code: number }>(
      8,
      version,
      ({ memberId, epoch }: { memberId: string; epoch: number }, { group, topic, partition, offset, metadata: text }: OffsetToCommit) =>
        request()
          .appendString(group)
          .appendInt32(epoch)
          .appendString(memberId)
          .appendString(null)
          .appendArray([topic], (w, name) =>
            w.appendString(name).appendArray([partition], (p) => p.appendInt32(partition).appendInt64(BigInt(offset)).appendInt32(-1).appendString(text)),
          )
          .appendTaggedFields(),
      (_c, _k, _v, reader) => {
        reader.readInt32();
        const topics = reader.readArray((r) => (r.readString(), r.readArray((p) => (p.readInt32(), p.readInt16()))));
        return { code: topics.flat().find((code) => code !== 0) ?? 0 };
      },
    );

  const endTransaction = createAPI<[producer: ProducerIdentity, isCommit: boolean], { readonly code: number }>(
    26,
    3,
    (producer: ProducerIdentity, isCommit: boolean) => identity(request(), producer).appendBoolean(isCommit).appendTaggedFields(),
    codeOnly,
  );

  /** The answer names the producer of the next transaction: its epoch is another (KIP-890). */
  const endTransactionAndBump = createAPI<[producer: ProducerIdentity, isCommit: boolean], { readonly code: number; readonly producerId: bigint; readonly epoch: number }>(
    26,
    5,
    (producer: ProducerIdentity, isCommit: boolean) => identity(request(), producer).appendBoolean(isCommit).appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt32();
      return { code: reader.readInt16(), producerId: reader.readInt64(), epoch: reader.readInt16() };
    },
  );

  /** Only stable offsets: code 88 while a transaction that commits one is open. Offset -1: none is stored. */
  const fetchOffset = createAPI<[group: string, topic: string, partition: number], { readonly code: number; readonly offset: number; readonly metadata: string | null }>(
    9,
    8,
    (group: string, topic: string, partition: number) =>
      request()
        .appendArray([group], (w, id) =>
          w.appendString(id).appendArray([topic], (t, name) => t.appendString(name).appendArray([partition], (p) => p.appendInt32(partition), true, false)),
        )
        .appendBoolean(true)
        .appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt32();
      const [group] = reader.readArray((r) => {
        r.readString();
        const topics = r.readArray((t) => {
          t.readString();
          return t.readArray((p) => {
            p.readInt32();
            const offset = Number(p.readInt64());
            p.readInt32();
            const text = p.readNullableString();
            return { code: p.readInt16(), offset, metadata: text };
          });
        });
        return { code: r.readInt16(), found: topics.flat()[0] };
      });
      return group!.code !== 0 ? { code: group!.code, offset: -1, metadata: null } : group!.found!;
    },
  );

  return {
    apiVersions,
    metadata,
    findCoordinator,
    fetch,
    produce: produceOf(9),
    produceJoining: produceOf(12),
    listOffsets,
    describeTopic,
    initProducerId,
    addPartitions,
    addOffsets,
    commitOffset: commitOffsetOf(3),
    commitOffsetJoining: commitOffsetOf(5),
    storeOffset: storeOffsetOf(8),
    storeOffsetByEpoch: storeOffsetOf(9),
    endTransaction,
    endTransactionAndBump,
    fetchOffset,
  };
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

/** The level of a feature in the tagged fields of an ApiVersions answer; 0 where it is not told. */
function finalizedFeature(reader: Reader, wanted: string): number {
  let level = 0;
  for (let tags = reader.readUnsignedVarInt(); tags > 0; tags--) {
    const tag = reader.readUnsignedVarInt();
    const size = reader.readUnsignedVarInt();
    if (tag !== 2) {
      reader.skip(size);
      continue;
    }
    reader.readArray((r) => {
      const name = r.readString();
      const highest = r.readInt16();
      r.readInt16();
      if (name === wanted) level = highest;
    });
  }
  return level;
}
