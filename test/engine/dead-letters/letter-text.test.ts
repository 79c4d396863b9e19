import { expect, test } from "vitest";
import type { DeadLetter } from "../../../engine/batch.ts";
import { readLetter, writeLetter } from "../../../engine/dead-letters/letter-text.ts";
import { copyRecords, sliceRecords } from "../../../engine/source/record-batch.ts";
import { ReferenceDecoder } from "../../../engine/decode/reference.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const letter: DeadLetter = {
  topic: "readings",
  partition: 3,
  offset: 41,
  appendTimeMs: Date.UTC(2026, 1, 28, 6, 30),
  key: "kitchen",
  headers: [["trace", bytes("a1")], ["empty", new Uint8Array()], ["none", null], ["trace", Uint8Array.of(0xff)]],
  code: "MGV_JSON",
  reason: "not JSON",
  value: Uint8Array.of(0x7b, 0xff),
};
const read = (of: DeadLetter) => readLetter(bytes(writeLetter(of).value))!;
const plain = ({ headers, value }: DeadLetter) => ({ headers: headers.map(([name, content]) => [name, content && [...content]]), value: [...value] });

test("a dead letter is JSON with place, time, key, headers and bytes", () => {
  expect(JSON.parse(writeLetter(letter).value)).toEqual({
    code: "MGV_JSON",
    reason: "not JSON",
    topic: "readings",
    partition: 3,
    offset: 41,
    kafka_timestamp: "2026-02-28T06:30:00.000Z",
    key: "kitchen",
    headers: [["trace", "YTE="], ["empty", ""], ["none", null], ["trace", "/w=="]],
    value_bytes: 2,
    value_truncated: false,
    value_base64: "e/8=",
  });
  expect(JSON.parse(writeLetter({ ...letter, headers: [], appendTimeMs: NaN, key: null }).value)).toEqual({
    code: "MGV_JSON",
    reason: "not JSON",
    topic: "readings",
    partition: 3,
    offset: 41,
    kafka_timestamp: null,
    key: null,
    value_bytes: 2,
    value_truncated: false,
    value_base64: "e/8=",
  });
});

test("a time that no date can hold is written as none", () => {
  for (const appendTimeMs of [1.7e18, -1e300, Infinity]) expect(JSON.parse(writeLetter({ ...letter, appendTimeMs }).value)).toMatchObject({ kafka_timestamp: null, offset: 41 });
});

test("a letter of no record says so, and is no message that could be appended again", () => {
  const of: DeadLetter = { ...letter, value: new Uint8Array(0), isOfRecord: false };
  expect(JSON.parse(writeLetter(of).value)).toMatchObject({ is_of_record: false, value_bytes: 0, value_truncated: false });
  expect(read(of)).toMatchObject({ isOfRecord: false, isWhole: false });
  expect(read(letter)).not.toHaveProperty("isOfRecord");
});

test("what is written is read again", () => {
  const found = read(letter);
  expect(found).toMatchObject({ topic: "readings", partition: 3, offset: 41, appendTimeMs: letter.appendTimeMs, key: "kitchen", code: "MGV_JSON", reason: "not JSON", bytes: 2, isWhole: true });
  expect(plain(found)).toEqual(plain(letter));
});

test("what is too long is cut, and said to be", () => {
  expect(read({ ...letter, value: new Uint8Array(262_144) })).toMatchObject({ bytes: 262_144, isWhole: true });
  expect(read({ ...letter, value: new Uint8Array(262_145) })).toMatchObject({ bytes: 262_145, isWhole: false });
  expect(read({ ...letter, key: "k".repeat(1025) })).toMatchObject({ key: null, isWhole: false });
  const cut = read({ ...letter, headers: [["a", new Uint8Array(60_000)], ["b", new Uint8Array(6_000)], ["c", null]] });
  expect(cut.headers.map(([name]) => name)).toEqual(["a"]);
  expect(cut.isWhole).toBe(false);
});

test.each(["", "x", "null", "7", "{}", '{"code":"MGV_JSON"}', JSON.stringify({ ...(JSON.parse(writeLetter(letter).value) as object), offset: -1 }), JSON.stringify({ ...(JSON.parse(writeLetter(letter).value) as object), headers: [7] })])(
  "%j is no dead letter",
  (text) => expect(readLetter(bytes(text))).toBeNull(),
);

test("headers and append times come through decoding, slices and copies", () => {
  const headers = [[], [["a", bytes("1")]], [["b", null]]] as const;
  const records = recordsOf(["{", "{", "{"], { headers, appendTimeMs: 1_000 });
  const part = copyRecords(sliceRecords(records, 1, 3));
  const { deadLetters } = new ReferenceDecoder(smallSchema, { kind: "json" }).decode(sliceRecords(part, 1, 2));
  expect(deadLetters).toMatchObject([{ offset: 2, appendTimeMs: 1_000, headers: headers[2] }]);
  expect(part.headersOf!(0)).toEqual(headers[1]);
});
