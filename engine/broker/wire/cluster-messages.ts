import type { Reader } from "@platformatic/kafka";
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
  /** The fewest copies of a partition that the topic is meant to have. */
  readonly replicas: number;
}

/**
 * What a cluster is asked about itself, each request as a function of a connection. Layouts, with the versions used here and in the files beside, are those of Kafka's protocol guide (kafka.apache.org/protocol). Errors of a partition or of a request are codes
 * in the answer, 0 is none; only what the network does is thrown.
 */
export function clusterMessages({ createAPI, Writer }: Client) {
  const request = () => Writer.create();

  /** `highest`: the highest version of each request, by its number. */
  const apiVersions = createAPI<[], { readonly highest: ReadonlyMap<number, number>; readonly transactionVersion: number }>(
    18,
    3,
    () => request().appendString("mangrove").appendString("1").appendTaggedFields(),
    (_c, _k, _v, reader) => {
      reader.readInt16();
      const highest = new Map(reader.readArray((r) => [r.readInt16(), (r.readInt16(), r.readInt16())] as const));
      reader.readInt32();
      return { highest, transactionVersion: finalizedFeature(reader, "transaction.version") };
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
        let replicas = Infinity;
        r.readArray((p) => {
          p.readInt16();
          leaders[p.readInt32()] = p.readInt32();
          p.readInt32();
          replicas = Math.min(replicas, p.readArray((node) => node.readInt32(), true, false).length);
          for (let list = 0; list < 2; list++) p.readArray((node) => node.readInt32(), true, false);
        });
        r.readInt32();
        return { name, code, leaders, replicas };
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

  return { apiVersions, metadata, findCoordinator, listOffsets, describeTopic };
}

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
