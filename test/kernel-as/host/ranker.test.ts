import * as fc from "fast-check";
import { expect, test } from "vitest";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { BLOCK, Ranker } from "../../../kernel-as/host/ranker.ts";
import { emptyTree, LIGHTGBM_ZERO, type Family, type ForestModel } from "../../../kernel-as/model/forest.ts";
import { COLUMN_CUTS, columnsOf } from "../../../kernel-as/model/pack/columns.ts";
import { gridOf } from "../../../kernel-as/model/pack/grid.ts";
import { oneUlp } from "../../fixtures/forests.ts";
import { random } from "../../fixtures/random.ts";

const kernel = await loadKernel();
const bits = new DataView(new ArrayBuffer(8));

type Next = () => number;

/** Any number that is one. */
function anyFloat(next: Next, family: Family): number {
  bits.setUint32(0, next() * 2 ** 32);
  bits.setUint32(4, next() * 2 ** 32);
  const x = family === "xgboost" ? bits.getFloat32(0) : bits.getFloat64(0);
  return Number.isNaN(x) ? 0 : x;
}

/** Cuts of every spread that a grid must bear: all over the range, neighbours, subnormal, equal steps, heaps. */
function cutsOf(next: Next, family: Family, count: number, kind: number): number[] {
  const least = family === "xgboost" ? 2 ** -149 : 2 ** -1074;
  const most = family === "xgboost" ? 3.4e38 : 1.79e308;
  const base = anyFloat(next, family);
  let neighbour = base;
  const kinds: (() => number)[] = [
    () => anyFloat(next, family),
    () => (neighbour = oneUlp(neighbour, family, true)),
    () => next() * base,
    () => least * Math.floor(next() * 2000),
    () => (next() < 0.5 ? -most : most) * next(),
    () => base + next(),
    () => Math.floor(next() * count * 1.5),
    () => (next() < 0.05 ? (next() < 0.5 ? -most : most) : next()),
    () => 1e30 * next() ** 20,
  ];
  const cuts = Array.from({ length: count }, kinds[kind % kinds.length]!);
  if (next() < 0.2) cuts.push(Infinity, -Infinity);
  if (next() < 0.2) cuts.push(-0, 0);
  return family === "xgboost" ? cuts.map(Math.fround) : cuts;
}

/** A chain of splits on one feature, one for each cut. */
function chain(family: Family, cuts: readonly number[], next: Next, zero: boolean): ForestModel {
  const tree = emptyTree(2 * cuts.length + 1, { family });
  const bothSides = next() < 0.5;
  cuts.forEach((cut, i) => {
    tree.left[2 * i] = 2 * i + 1;
    tree.right[2 * i] = 2 * i + 2;
    tree.split[2 * i] = cut;
    tree.defaultLeft[2 * i] = Number(bothSides ? next() < 0.5 : i === 0);
    if (zero) tree.missing[2 * i] = 1;
  });
  return { family, trees: [tree], featureCount: 1, outputs: 1 } as unknown as ForestModel;
}

function upperBound(cuts: Float64Array, x: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

const stepsSeen = new Set<number>();

function check(family: Family, count: number, kind: number, seed: number): void {
  const next = random(seed);
  const zero = family === "lightgbm" && next() < 0.5;
  const columns = columnsOf(chain(family, cutsOf(next, family, count, kind), next, zero));
  const group = columns!.groups[0]!;
  const { cuts } = group;
  stepsSeen.add(gridOf(cuts).steps);
  using ranker = new Ranker(kernel, family, 1, columns!);
  const rows = 1 + Math.floor(next() * BLOCK);
  const input = kernel.allocate(BLOCK * 8);
  const values = family === "xgboost" ? kernel.f32(input, rows) : kernel.f64(input, rows);
  for (let row = 0; row < rows; row++) {
    const cut = cuts[Math.floor(next() * cuts.length)]!;
    const way = next();
    values[row] = way < 0.3 ? cut : way < 0.6 ? oneUlp(cut, family, next() < 0.5) : way < 0.7 ? [NaN, Infinity, -Infinity, 0, -0, LIGHTGBM_ZERO][Math.floor(next() * 6)]! : way < 0.85 ? anyFloat(next, family) : cut * next();
  }
  ranker.rank(input, rows);
  const numbers = Float64Array.from(cuts.filter((cut) => !Number.isNaN(cut)));
  for (const [first, missingRank] of [[group.lowColumn, 0], [group.highColumn, Infinity]] as const) {
    const columnsOfIt = first < 0 ? 0 : Math.ceil(cuts.length / COLUMN_CUTS);
    for (let column = 0; column < columnsOfIt; column++) {
      const here = Math.min(COLUMN_CUTS, cuts.length - column * COLUMN_CUTS);
      const ranks = kernel.u8(ranker.bins + (first + column) * BLOCK, rows);
      for (let row = 0; row < rows; row++) {
        const x = values[row]!;
        const missing = Number.isNaN(x) || (zero && Math.abs(x) <= LIGHTGBM_ZERO);
        const rank = (missing ? missingRank : upperBound(numbers, x)) - column * COLUMN_CUTS;
        // ranks are stored less 128; above the last cut of a column any rank will do
        const [got, wanted] = [Math.min(ranks[row]! ^ 128, here), Math.min(Math.max(rank, 0), here)];
        if (got !== wanted) throw new Error(`seed ${seed}: ${x} has rank ${got} in column ${column}, not ${wanted}`);
      }
    }
  }
  kernel.release(input);
}

test("a rank is the number of cuts at or below the value, for cuts of every spread", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("xgboost", "lightgbm"),
      fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(254, 255, 256, 300, 510, 511, 1000, 3000)),
      fc.nat({ max: 8 }),
      fc.integer({ min: 1, max: 2 ** 30 }),
      check,
    ),
    // chance alone would once in some thousand runs not come upon cuts that need four steps
    { numRuns: 400, examples: [["xgboost", 1000, 2, 1]] },
  );
  expect([...stepsSeen].sort()).toEqual([0, 1, 2, 3, 4]);
});

test("32,766 cuts of one feature are ranked, one more is walked", () => {
  const cuts = Array.from({ length: 32_767 }, (_, i) => i * 0.25);
  const chainOf = (count: number) => chain("xgboost", cuts.slice(0, count), () => 1, false);
  expect(columnsOf(chainOf(32_766))).not.toBeNull();
  expect(columnsOf(chainOf(32_767))).toBeNull();
  check("xgboost", 32_700, 6, 12);
});
