import { Connection, createAPI, Writer, type Reader } from "@platformatic/kafka";

/** Requests to one broker whose records are bytes as they stand in the log. */
export class RawKafka implements AsyncDisposable {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  static async connect(servers: string): Promise<RawKafka> {
    const [host, port] = servers.split(",")[0]!.split(":") as [string, string];
    const connection = new Connection("raw");
    await connection.connect(host, Number(port));
    return new RawKafka(connection);
  }

  /** Resolves to the error code of Kafka's protocol, 0 for none. */
  produce(topic: string, partition: number, batch: Uint8Array): Promise<number> {
    return produce.async(this.#connection, topic, partition, batch);
  }

  /** What is committed from an offset on; at least one batch where there is one. */
  fetch(topic: string, partition: number, from: number): Promise<RawFetch> {
    return fetch.async(this.#connection, topic, partition, from);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }
}

export interface RawFetch {
  readonly errorCode: number;
  readonly aborted: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[];
  readonly bytes: Uint8Array;
}

const list = <Item>(writer: Writer, items: Item[], write: (writer: Writer, item: Item) => void) => writer.appendArray(items, write, false, false);

/** Produce, version 8. */
const produce = createAPI<[topic: string, partition: number, batch: Uint8Array], number>(
  0,
  8,
  (topic: string, partition: number, batch: Uint8Array) => {
    const writer = Writer.create().appendString(null, false).appendInt16(-1).appendInt32(10_000);
    return list(writer, [topic], (w) => list(w.appendString(topic, false), [partition], (inner) => inner.appendInt32(partition).appendBytes(Buffer.from(batch), false)));
  },
  (_correlationId, _key, _version, reader) => {
    reader.skip(4).readString(false);
    return reader.skip(4 + 4).readInt16();
  },
  false,
  false,
);

/** Fetch, version 11, of one partition, read committed. */
const fetch = createAPI<[topic: string, partition: number, from: number], RawFetch>(
  1,
  11,
  (topic: string, partition: number, from: number) => {
    const writer = Writer.create().appendInt32(-1).appendInt32(500).appendInt32(1).appendInt32(1 << 24).appendInt8(1).appendInt32(0).appendInt32(-1);
    list(writer, [topic], (w) =>
      list(w.appendString(topic, false), [partition], (inner) => inner.appendInt32(partition).appendInt32(-1).appendInt64(BigInt(from)).appendInt64(-1n).appendInt32(1 << 20)),
    );
    return list(writer, [], () => {}).appendString("", false);
  },
  (_correlationId, _key, _version, reader: Reader) => {
    reader.skip(4 + 2 + 4 + 4).readString(false);
    const errorCode = reader.skip(4 + 4).readInt16();
    const aborted = reader.skip(24).readNullableArray((each) => ({ producerId: each.readInt64(), firstOffset: each.readInt64() }), false, false) ?? [];
    return { errorCode, aborted, bytes: reader.skip(4).readNullableBytes(false) ?? new Uint8Array() };
  },
  false,
  false,
);
