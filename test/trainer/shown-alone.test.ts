import { expect, test } from "vitest";
import { showSomeAlone } from "../../trainer/shown-alone.ts";
import { splits } from "../../trainer/split.ts";
import { datasetOf } from "../fixtures/dataset.ts";

const dataset = datasetOf({ R1: 5000, R2: 5000 });
const all = Uint32Array.from(dataset.labels.keys());

/** Which of the rows lose their history; each loses all of it or none, and nothing else. */
function shown(rows: Uint32Array, seed: number): number[] {
  const features = new Float32Array(rows.length * 4).fill(1);
  showSomeAlone(features, dataset, rows, seed);
  const lost = Array.from(rows.keys()).filter((i) => Number.isNaN(features[i * 4 + 2]));
  expect(features.filter(Number.isNaN)).toHaveLength(2 * lost.length);
  expect(lost.every((i) => features[i * 4] === 1 && features[i * 4 + 1] === 1 && Number.isNaN(features[i * 4 + 3]))).toBe(true);
  return lost.map((i) => rows[i]!);
}

test("a fifth of the rows is shown without history: the same ones for a seed, others for another", () => {
  const first = shown(all, 0);
  expect(Math.abs(first.length / all.length - 0.2)).toBeLessThan(0.02);
  expect(shown(all, 0)).toEqual(first);
  const both = shown(all, 1).filter((row) => first.includes(row)).length;
  expect(Math.abs(both / first.length - 0.2)).toBeLessThan(0.02);
});

test("a row is shown alike in every fold, and those of the random split hold a fifth too", () => {
  const some = all.filter((row) => row % 3 === 0);
  expect(shown(some, 4)).toEqual(shown(all, 4).filter((row) => row % 3 === 0));
  for (const seed of [0, 1, 2]) {
    const { train, test } = splits(dataset)[0]!.folds[0]!;
    expect(Math.abs(shown(train, seed).length / train.length - 0.2)).toBeLessThan(0.02);
    expect(Math.abs(shown(test, seed).length / test.length - 0.2)).toBeLessThan(0.02);
  }
});
