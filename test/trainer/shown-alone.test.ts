import { expect, test } from "vitest";
import { asLearned } from "../../trainer/shown-alone.ts";
import { splits } from "../../trainer/split.ts";
import { datasetOf } from "../fixtures/dataset.ts";

const dataset = datasetOf({ R1: 5000, R2: 5000 });
const all = Uint32Array.from(dataset.labels.keys());

/** Which of the rows lose their history; each loses all of it or none, and nothing else. */
function shown(rows: Uint32Array, seed: number): number[] {
  const features = new Float32Array(rows.length * 4).fill(1);
  asLearned(features, dataset, rows, { seed });
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

//  a, b     what looks back     a alone, b alone
//  1, 2     3, 4                NaN, NaN             as it was read
//  NaN, NaN 3, 4                NaN, NaN             learned with its history
//  NaN, NaN NaN, NaN            1, 2                 learned as one that came alone
test("for new rooms values are learned of readings that come alone only, where a set of features tells those", () => {
  const columns = { featureNames: ["a", "b", "a - mean 60s", "b - mean 60s", "a alone 60s", "b alone 60s"], fieldFeatures: 2, pointFeatures: 2 };
  const rows = Uint32Array.from({ length: 1000 }, (_, row) => row);
  const features = Float32Array.from(Array.from(rows).flatMap(() => [1, 2, 3, 4, NaN, NaN]));
  asLearned(features, columns, rows, { seed: 0, forNewRooms: true });
  const learned = Array.from(rows, (row) => features.slice(row * 6, row * 6 + 6).join());
  const counts = Map.groupBy(learned, (row) => row);
  expect([...counts.keys()].sort()).toEqual(["NaN,NaN,3,4,NaN,NaN", "NaN,NaN,NaN,NaN,1,2"]);
  expect(counts.get("NaN,NaN,NaN,NaN,1,2")!.length / rows.length).toBeCloseTo(0.2, 1);
  const same = Float32Array.from(Array.from(rows).flatMap(() => [1, 2, 3, 4, NaN, NaN]));
  asLearned(same, columns, rows, { seed: 0 });
  expect(new Set(Array.from(rows, (row) => same.slice(row * 6, row * 6 + 6).join()))).toEqual(new Set(["1,2,3,4,NaN,NaN", "1,2,NaN,NaN,1,2"]));
});
