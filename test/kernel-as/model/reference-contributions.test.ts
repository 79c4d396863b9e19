import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ForestModel, Tree } from "../../../kernel-as/model/forest.ts";
import { baseMargins } from "../../../kernel-as/model/objective.ts";
import { asSeenBy, goesLeft } from "../../../kernel-as/model/reference.ts";
import { referenceContributions } from "../../../kernel-as/model/reference-contributions.ts";
import { randomForest, randomRows, withCovers } from "../../fixtures/forests.ts";
import { random } from "../../fixtures/random.ts";

/** What the tree answers when only the features of `known` (a bit each) are: at splits on others, both sides in proportion to their training rows. */
function answer(model: ForestModel, tree: Tree, row: readonly number[], known: number, output: number, node = 0): number {
  if (tree.left[node] === -1) return (tree.vectors ? tree.vectors[node * model.outputs + output]! : tree.split[node]!) * tree.weight;
  const [left, right] = [tree.left[node]!, tree.right[node]!];
  if ((known >> tree.feature[node]!) & 1) return answer(model, tree, row, known, output, goesLeft(model.family, tree, node, row) ? left : right);
  const covers = tree.count ?? tree.cover;
  return (covers[left]! * answer(model, tree, row, known, output, left) + covers[right]! * answer(model, tree, row, known, output, right)) / covers[node]!;
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** Shapley's definition: what a feature changes, averaged over all orders in which features become known. */
function byDefinition(model: ForestModel, features: ArrayLike<number>, output: number): number[] {
  const row = asSeenBy(model.family, features);
  const count = model.featureCount;
  const trees = model.trees.filter((tree) => tree.vectors !== null || tree.output === output);
  const value = Array.from({ length: 2 ** count }, (_, known) => trees.reduce((sum, tree) => sum + answer(model, tree, row, known, output), 0));
  const of = (feature: number) =>
    value.reduce((sum, without, known) => {
      if ((known >> feature) & 1) return sum;
      const size = known.toString(2).replaceAll("0", "").length;
      return sum + ((factorial(size) * factorial(count - size - 1)) / factorial(count)) * (value[known | (1 << feature)]! - without);
    }, 0);
  return [...Array.from({ length: count }, (_, feature) => of(feature)), baseMargins(model)[output]! + value[0]!];
}

test("the oracle gives what Shapley's definition does, over all coalitions of features", () => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.integer({ min: 1, max: 1e9 }),
        family: fc.constantFrom("xgboost", "lightgbm"),
        features: fc.integer({ min: 1, max: 6 }),
        trees: fc.integer({ min: 0, max: 4 }),
        leaves: fc.integer({ min: 1, max: 20 }),
        outputs: fc.constantFrom(1, 2),
        categorical: fc.constantFrom(0, 0.4),
        special: fc.constantFrom("none", "own"),
        mixedMissing: fc.boolean(),
      } as const),
      ({ seed, special, ...options }) => {
        const next = random(seed);
        const own = options.family === "xgboost" ? (seed % 2 === 0 ? "vectors" : "weights") : "none";
        const model = withCovers(next, randomForest(next, { ...options, special: special === "own" ? own : "none" }));
        for (let i = 0; i < 3; i++) {
          const row = randomRows(next, model, 1);
          const ours = referenceContributions(model, row);
          for (let output = 0; output < model.outputs; output++) {
            const expected = byDefinition(model, row, output);
            ours[output]!.forEach((contribution, feature) => expect(Math.abs(contribution - expected[feature]!)).toBeLessThan(1e-10));
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});
