import { expect, test } from "vitest";
import { random } from "../fixtures/random.ts";
import { handlesRule, memoryRule, risingFloors } from "./trend.ts";

const megabyte = 2 ** 20;

/** Ten minutes, a sample a second: grows for 30 s and is collected, again and again, over what `held` says. */
function sawtooth(held: (second: number) => number, seed = 1): number[] {
  const next = random(seed);
  return Array.from({ length: 600 }, (_, second) => (held(second) + (second % 30) * 4 + next() * 6) * megabyte);
}

test("memory that is collected down to the same level does not rise, however high it goes between", () => {
  for (let seed = 0; seed < 50; seed++) expect(risingFloors(sawtooth(() => 150, seed), memoryRule)).toBeNull();
});

test("a leak of 6 MB a minute under the ups and downs of a collector is found", () => {
  for (let seed = 0; seed < 50; seed++) expect(risingFloors(sawtooth((second) => 150 + second / 10, seed), memoryRule)).toHaveLength(5);
});

test("what is taken while a process warms up, or once and never again, is no trend", () => {
  expect(risingFloors(sawtooth((second) => 100 + Math.min(second, 140)), memoryRule)).toBeNull();
  expect(risingFloors(sawtooth((second) => (second < 400 ? 150 : 250)), memoryRule)).toBeNull();
});

test("a rise within the slack, and one of too few samples, say nothing", () => {
  expect(risingFloors(sawtooth((second) => 150 + second / 60), memoryRule)).toBeNull();
  expect(risingFloors(Array.from({ length: 179 }, (_, second) => 150 * megabyte * (second + 1)), memoryRule)).toBeNull();
});

test("handles that are opened at each reconnection and never closed are found, and steady ones are not", () => {
  const leak = Array.from({ length: 600 }, (_, second) => 30 + Math.floor(second / 20));
  expect(risingFloors(leak, handlesRule)).not.toBeNull();
  expect(risingFloors(leak.map((handles) => 30 + (handles % 7)), handlesRule)).toBeNull();
});
