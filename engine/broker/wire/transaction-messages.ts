import type { Reader, Writer as RequestWriter } from "@platformatic/kafka";
import type { Identity } from "../membership/messages.ts";
import type { Client } from "../platformatic-connection.ts";

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

export type TopicPartition = readonly [topic: string, partition: number];

export interface ActiveProducer {
  readonly producerId: bigint;
  readonly openFrom: number;
}

/** Transactions, and the offsets of groups. Names that end in `Joining` or `AndBump` are those of transactions of version 2 (KIP-890). */
export function transactionMessages({ createAPI, Writer }: Client) {
  const request = () => Writer.create();
  const identity = (writer: RequestWriter, { transactionalId, producerId, epoch }: ProducerIdentity) =>
    writer.appendString(transactionalId).appendInt64(producerId).appendInt16(epoch);
  const codeOnly = (_c: number, _k: number, _v: number, reader: Reader) => (reader.readInt32(), { code: reader.readInt16() });

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

  const addPartitions = createAPI<[producer: ProducerIdentity, partitions: readonly TopicPartition[]], { readonly codes: readonly number[] }>(
    24,
    3,
    (producer: ProducerIdentity, partitions: readonly TopicPartition[]) => byTopic(identity(request(), producer), partitions).appendTaggedFields(),
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
      ({ transactionalId, producerId, epoch }: ProducerIdentity, offset: OffsetToCommit) =>
        asMember(request().appendString(transactionalId).appendString(offset.group).appendInt64(producerId).appendInt16(epoch), { memberId: "", epoch: -1 }, offset),
      partitionCodes,
    );

  /** Outside of any transaction, as a member of the group. Version 9 takes the epochs of the consumer protocol. */
  const storeOffsetOf = (version: 8 | 9) =>
    createAPI<[member: Identity, stored: OffsetToCommit], { readonly code: number }>(
      8,
      version,
      (member: Identity, offset: OffsetToCommit) => asMember(request().appendString(offset.group), member, offset),
      partitionCodes,
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

  /** As the coordinator has it: Ongoing, PrepareCommit, CompleteAbort, … */
  const describeTransaction = createAPI<[transactionalId: string], { readonly code: number; readonly state: string }>(
    65,
    0,
    (transactionalId: string) => request().appendArray([transactionalId], (w, id) => w.appendString(id), true, false).appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt32();
      const [found] = reader.readArray((r) => {
        const code = r.readInt16();
        r.readString();
        const state = r.readString();
        r.readInt32();
        for (let number = 0; number < 2; number++) r.readInt64();
        r.readInt16();
        r.readArray((t) => (t.readString(), t.readArray((p) => p.readInt32(), true, false)));
        return { code, state };
      });
      return found!;
    },
  );

  /** Who has written to partitions of late. `openFrom`: where the records begin of which the end of a transaction is still to say whether they count; -1: there are none. */
  const describeProducers = createAPI<[partitions: readonly TopicPartition[]], readonly { readonly topic: string; readonly partition: number; readonly code: number; readonly producers: readonly ActiveProducer[] }[]>(
    61,
    0,
    (partitions: readonly TopicPartition[]) => byTopic(request(), partitions).appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt32();
      const topics = reader.readArray((r) => {
        const topic = r.readString();
        return r.readArray((p) => {
          const [partition, code] = [p.readInt32(), p.readInt16()];
          p.readNullableString();
          const producers = p.readArray((a) => {
            const producerId = a.readInt64();
            for (let number = 0; number < 2; number++) a.readInt32();
            a.readInt64();
            a.readInt32();
            return { producerId, openFrom: Number(a.readInt64()) };
          });
          return { topic, partition, code, producers };
        });
      });
      return topics.flat();
    },
  );

  return {
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
    describeTransaction,
    describeProducers,
  };
}

function byTopic(writer: RequestWriter, partitions: readonly TopicPartition[]): RequestWriter {
  return writer.appendArray([...Map.groupBy(partitions, ([topic]) => topic)], (w, [topic, of]) => w.appendString(topic).appendArray([...of], (p, [, partition]) => p.appendInt32(partition), true, false));
}

/** The rest of a request that stores an offset. */
function asMember(writer: RequestWriter, { memberId, epoch }: Identity, { topic, partition, offset, metadata }: OffsetToCommit): RequestWriter {
  return writer
    .appendInt32(epoch)
    .appendString(memberId)
    .appendString(null)
    .appendArray([topic], (w, name) =>
      w.appendString(name).appendArray([partition], (p) => p.appendInt32(partition).appendInt64(BigInt(offset)).appendInt32(-1).appendString(metadata)),
    )
    .appendTaggedFields();
}

/** The first code that is an error, else 0. */
function partitionCodes(_c: number, _k: number, _v: number, reader: Reader): { code: number } {
  reader.readInt32();
  const topics = reader.readArray((r) => (r.readString(), r.readArray((p) => (p.readInt32(), p.readInt16()))));
  return { code: topics.flat().find((code) => code !== 0) ?? 0 };
}
