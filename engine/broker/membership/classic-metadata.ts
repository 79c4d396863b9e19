import type { Client } from "../platformatic-connection.ts";

/*
 * What members of the classic protocol tell each other through the broker, which does not read it:
 *   subscription   version i16 | topics: array of strings                              | user data: bytes or null
 *   assignment     version i16 | topics: array of (string, partitions: array of i32)   | user data: bytes or null
 * Arrays and strings are preceded by their lengths, i32 and i16. Source: Kafka's ConsumerProtocolSubscription.json and ConsumerProtocolAssignment.json;
 * later versions add fields at the end.
 */

export function writeSubscription({ Writer }: Client, topics: readonly string[]): Buffer {
  const writer = Writer.create().appendInt16(0);
  return writer.appendArray([...topics], (w, topic) => w.appendString(topic, false), false, false).appendBytes(null, false).buffer;
}

/** The topics. */
export function readSubscription({ Reader }: Client, bytes: Buffer): readonly string[] {
  const reader = Reader.from(bytes);
  reader.readInt16();
  return reader.readArray((r) => r.readString(false), false, false);
}

export function writeAssignment({ Writer }: Client, partitions: ReadonlyMap<string, readonly number[]>): Buffer {
  const writer = Writer.create().appendInt16(0);
  writer.appendArray(
    [...partitions],
    (w, [topic, numbers]) => void w.appendString(topic, false).appendArray([...numbers], (v, number) => v.appendInt32(number), false, false),
    false,
    false,
  );
  return writer.appendBytes(null, false).buffer;
}

/** Partitions by topic. Nothing at all is no partitions. */
export function readAssignment({ Reader }: Client, bytes: Buffer): ReadonlyMap<string, readonly number[]> {
  if (bytes.length === 0) return new Map();
  const reader = Reader.from(bytes);
  reader.readInt16();
  return new Map(reader.readArray((r) => [r.readString(false), r.readArray((q) => q.readInt32(), false, false)] as const, false, false));
}
