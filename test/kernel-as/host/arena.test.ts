import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Arena, PAGE_BYTES } from "../../../kernel-as/host/arena.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { random } from "../../fixtures/random.ts";

const kernel = await loadKernel();

/** Blocks of an arena, each full of a byte of its own, that come and go. */
class Blocks {
  readonly held: { place: number; bytes: number; fill: number }[] = [];
  readonly arena: Arena;
  readonly #next: () => number;

  constructor(arena: Arena, next: () => number) {
    this.arena = arena;
    this.#next = next;
  }

  step(): void {
    const next = this.#next;
    if (this.held.length > 0 && next() < 0.4) {
      const { place, bytes } = this.held.splice(Math.floor(next() * this.held.length), 1)[0]!;
      kernel.calls.arenaFree(this.arena.pointer, place, bytes);
      return;
    }
    const bytes = 1 + Math.floor(next() ** 4 * 2 ** 19);
    const place = kernel.calls.arenaAlloc(this.arena.pointer, bytes) >>> 0;
    const fill = Math.floor(next() * 256);
    kernel.u8(kernel.calls.arenaWritable(this.arena.pointer, place, bytes) >>> 0, bytes).fill(fill);
    this.held.push({ place, bytes, fill });
  }
}

function mustHold(arena: Arena, held: Blocks["held"]): void {
  for (const { place, bytes, fill } of held) {
    const found = kernel.u8(kernel.calls.arenaWritable(arena.pointer, place, bytes) >>> 0, bytes);
    if (found.some((byte) => byte !== fill)) throw new Error(`the block at ${place} of ${bytes} bytes is not what was written`);
  }
}

test("blocks do not overlap, and pages taken since the last time make another arena the same, which goes on alike", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 6 }), (seed, rounds) => {
      using arena = new Arena(kernel);
      const blocks = new Blocks(arena, random(seed));
      const pages = new Map<number, Uint8Array>();
      for (const steps of rounds) {
        for (let i = 0; i < steps; i++) blocks.step();
        for (const { page, bytes } of arena.takeTouched()) pages.set(page, bytes.slice());
        using copy = new Arena(kernel);
        for (const [page, bytes] of pages) copy.put(page, bytes);
        mustHold(copy, blocks.held);
        const places = [arena, copy].map(({ pointer }) => [10, 1000, 100_000, 20].map((bytes) => kernel.calls.arenaAlloc(pointer, bytes) >>> 0));
        expect(places[1]).toEqual(places[0]);
      }
      mustHold(arena, blocks.held);
    }),
    { numRuns: 30 },
  );
});

test("a page that nobody wrote to is not taken again, and freed blocks are used again", () => {
  using arena = new Arena(kernel);
  const places = Array.from({ length: 2000 }, () => kernel.calls.arenaAlloc(arena.pointer, 1000) >>> 0);
  expect(arena.bytes).toBeLessThanOrEqual(3 * 2 ** 20);
  expect([...arena.takeTouched()].length).toBeGreaterThan(0);
  expect([...arena.takeTouched()]).toEqual([]);
  kernel.calls.arenaWritable(arena.pointer, places[1234]!, 1);
  expect([...arena.takeTouched()].map(({ page }) => page)).toEqual([Math.floor(places[1234]! / PAGE_BYTES)]);
  for (const place of places) kernel.calls.arenaFree(arena.pointer, place, 1000);
  for (let i = 0; i < 2000; i++) kernel.calls.arenaAlloc(arena.pointer, 1000);
  expect(arena.bytes).toBeLessThanOrEqual(3 * 2 ** 20);
});
