import type { DeadLetter } from "../batch.ts";
import { timeText } from "../time-text.ts";

/** A dead letter carries at most this much of its message, far below what a broker takes by default (1 MiB). */
const VALUE_BYTES = 262_144;

/** A key that is longer stands in no dead letter. In UTF-16 units. */
const KEY_LENGTH = 1024;

/** Of all headers, names and values; what goes beyond is left out, from the first one on that does not fit. */
const HEADER_BYTES = 65_536;

const REASON_LENGTH = 500;

/** A dead letter as it is read again. */
export interface StoredLetter extends DeadLetter {
  /** Of the message, as it came. */
  readonly bytes: number;
  /** The dead letter holds all of key, headers and message. */
  readonly isWhole: boolean;
}

interface Text {
  code: string;
  reason: string;
  topic: string;
  partition: number;
  offset: number;
  kafka_timestamp?: string | null;
  key: string | null;
  key_truncated?: true;
  headers?: [name: string, base64: string | null][];
  headers_truncated?: true;
  is_of_record?: false;
  value_bytes: number;
  value_truncated: boolean;
  value_base64: string;
}

/** The record of a dead letter: its key, and JSON. What it says of the message's place makes it the same in every run. */
export function writeLetter(letter: DeadLetter): { key: string | null; value: string } {
  const { code, reason, topic, partition, offset, appendTimeMs, value } = letter;
  const isKeyKept = letter.key === null || letter.key.length <= KEY_LENGTH;
  const key = isKeyKept ? letter.key : null;
  const headers = firstHeaders(letter.headers);
  const text: Text = {
    code,
    reason: reason.slice(0, REASON_LENGTH),
    topic,
    partition,
    offset,
    kafka_timestamp: timeText(appendTimeMs),
    key,
    ...(!isKeyKept && { key_truncated: true }),
    ...(headers.length > 0 && { headers: headers.map(([name, content]) => [name, content === null ? null : base64(content)]) }),
    ...(headers.length < letter.headers.length && { headers_truncated: true }),
    ...(letter.isOfRecord === false && { is_of_record: false }),
    value_bytes: value.length,
    value_truncated: value.length > VALUE_BYTES,
    value_base64: base64(value.subarray(0, VALUE_BYTES)),
  };
  return { key, value: JSON.stringify(text) };
}

/** Null for what is no dead letter, as something else may have been written to the topic. */
export function readLetter(value: Uint8Array): StoredLetter | null {
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder().decode(value));
  } catch {
    return null;
  }
  if (!isText(found)) return null;
  return {
    code: found.code,
    reason: found.reason,
    topic: found.topic,
    partition: found.partition,
    offset: found.offset,
    appendTimeMs: Date.parse(found.kafka_timestamp ?? ""),
    key: found.key,
    headers: (found.headers ?? []).map(([name, content]) => [name, content === null ? null : Buffer.from(content, "base64")]),
    value: Buffer.from(found.value_base64, "base64"),
    ...(found.is_of_record === false && { isOfRecord: false }),
    bytes: found.value_bytes,
    isWhole: !found.value_truncated && !found.key_truncated && !found.headers_truncated && found.is_of_record !== false,
  };
}

function isText(found: unknown): found is Text {
  if (typeof found !== "object" || found === null) return false;
  const { code, reason, topic, partition, offset, key, headers, value_bytes, value_base64 } = found as Partial<Record<keyof Text, unknown>>;
  const areTexts = [code, reason, topic, value_base64].every((each) => typeof each === "string");
  const areNumbers = [partition, offset, value_bytes].every((each) => Number.isSafeInteger(each) && (each as number) >= 0);
  return areTexts && areNumbers && (key === null || typeof key === "string") && (headers === undefined || (Array.isArray(headers) && headers.every(isHeader)));
}

function isHeader(found: unknown): boolean {
  return Array.isArray(found) && typeof found[0] === "string" && (found[1] === null || typeof found[1] === "string");
}

function firstHeaders(headers: DeadLetter["headers"]): DeadLetter["headers"] {
  let bytes = 0;
  const beyond = headers.findIndex(([name, content]) => (bytes += Buffer.byteLength(name) + (content?.length ?? 0)) > HEADER_BYTES);
  return beyond === -1 ? headers : headers.slice(0, beyond);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}
