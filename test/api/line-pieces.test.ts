import { expect, test } from "vitest";
import { linePieces } from "../../api/line-pieces.ts";
import { random } from "../fixtures/random.ts";

/** The bytes in pieces of so many. */
function cut(bytes: Uint8Array, sizeOf: () => number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const end = Math.min(bytes.length, at + sizeOf());
      controller.enqueue(bytes.slice(at, end));
      at = end;
    },
  });
}

async function linesOf(stream: ReadableStream<Uint8Array>, most: number): Promise<string[]> {
  const taken: { values: Uint8Array; bounds: Uint32Array }[] = [];
  for await (const lines of linePieces(stream, most)) taken.push(lines);
  const text = new TextDecoder();
  return taken.flatMap(({ values, bounds }) => Array.from({ length: bounds.length - 1 }, (_, i) => text.decode(values.subarray(bounds[i], bounds[i + 1])).trim()));
}

test("lines are the same however the stream is cut, and stay what they are while others come in", async () => {
  const next = random(5);
  const lines = Array.from({ length: 300 }, (_, i) => `${i}${"x".repeat(Math.floor(next() ** 4 * 2_000))}`);
  for (const end of ["", "\n"]) {
    const bytes = new TextEncoder().encode(lines.join("\n") + end);
    for (const most of [1, 7, 1_000]) {
      for (const longest of [1, 3, 100, 5_000, bytes.length]) expect(await linesOf(cut(bytes, () => 1 + Math.floor(next() * longest)), most)).toEqual(lines);
    }
  }
});

test("a line that comes byte by byte is read once", { timeout: 30_000 }, async () => {
  const line = "x".repeat(900_000);
  expect(await linesOf(cut(new TextEncoder().encode(line), () => 1), 10)).toEqual([line]);
});

test("a line that comes byte by byte ends where it is too long", { timeout: 30_000 }, async () => {
  await expect(linesOf(cut(new Uint8Array(900_001).fill(0x78), () => 1), 10)).rejects.toMatchObject({ code: "MGV_HTTP_BODY" });
});
