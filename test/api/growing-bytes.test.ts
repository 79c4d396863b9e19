import { expect, test } from "vitest";
import { GrowingBytes } from "../../api/growing-bytes.ts";
import { random } from "../fixtures/random.ts";

test("bytes are those of all pieces, in their order, and stay what they were when others come", () => {
  const next = random(3);
  const bytes = new GrowingBytes();
  const taken: { is: Uint8Array; was: number[] }[] = [];
  for (let round = 0; round < 50; round++) {
    const all: number[] = [];
    for (let i = Math.floor(next() * 20); i > 0; i--) {
      const piece = Uint8Array.from({ length: Math.floor(next() * 30) }, () => next() * 256);
      all.push(...piece);
      bytes.push(piece);
      piece.fill(0);
    }
    expect(bytes.length).toBe(all.length);
    taken.push({ is: bytes.take(), was: all });
    expect(bytes.length).toBe(0);
  }
  for (const { is, was } of taken) expect([...is]).toEqual(was);
});

test("a million pieces of a byte cost no more than twice what they hold", () => {
  const bytes = new GrowingBytes();
  for (let i = 0; i < 1_000_000; i++) bytes.push(Uint8Array.of(i));
  expect(bytes.take().buffer.byteLength).toBeLessThanOrEqual(2_000_000);
});
