import { expect, test } from "vitest";
import { LastFeatures } from "../../../../engine/task/operators/last-features.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";

const kernel = await loadKernel();

/** Rows of two features each in kernel memory: 10·i and 10·i + 1, of i readings. */
function rowsFrom(first: number, count: number, { at, readingsAt } = { at: kernel.allocate(count * 8), readingsAt: kernel.allocate(count * 4) }) {
  kernel.f32(at, count * 2).set(Array.from({ length: count }, (_, i) => [10 * (first + i), 10 * (first + i) + 1]).flat());
  kernel.u32(readingsAt, count).set(Array.from({ length: count }, (_, i) => first + i));
  return { at, readingsAt, rows: count, width: 2 };
}

const of = (i: number) => ({ features: Float32Array.of(10 * i, 10 * i + 1), readings: i });

test("a record's features are those of its row, and there are none before a batch and of other records", () => {
  const last = new LastFeatures(kernel);
  expect(last.of(4)).toBeNull();
  last.set([4, 7], rowsFrom(1, 2));
  expect([last.of(4), last.of(7), last.of(5)]).toEqual([of(1), of(2), null]);
  last.clear();
  expect(last.of(4)).toBeNull();
});

test("a part that others take the place of is known until the next batch begins", () => {
  const last = new LastFeatures(kernel);
  last.keep(); // nothing is there yet
  const place = rowsFrom(1, 3);
  last.set([0, 1, 2], place);
  last.keep();
  rowsFrom(5, 2, place);
  last.set([3, 4], { ...place, rows: 2 });
  expect([0, 1, 2, 3, 4, 5].map((record) => last.of(record))).toEqual([of(1), of(2), of(3), of(5), of(6), null]);
  last.clear();
  expect([last.of(0), last.of(4)]).toEqual([null, null]);
});
