import { describe, expect, test } from "vitest";
import type { ForestModel, Tree } from "../../kernel-as/model/forest.ts";
import { loadKernel, train, type TrainingParameters } from "../../trainer/index.ts";
import { drawn, type Recipe } from "../fixtures/data-sets.ts";
import { random } from "../fixtures/random.ts";

const kernel = await loadKernel();
const WIDTH = 6;

/** Rises with feature 0 and falls with feature 1 on the whole, but not everywhere. */
const recipe: Recipe = {
  name: "waves on a slope",
  width: WIDTH,
  rows: 4000,
  heldOutRows: 1,
  draws: 1,
  objective: "reg:squarederror",
  target: (x, next) => x[0]! + Math.sin(9 * x[0]!) - x[1]! + Math.sin(7 * x[1]!) * x[2]! + x[3]! * x[4]! + next(),
  hide: (x, next) => x.forEach((_, i) => next() < 0.1 && (x[i] = NaN)),
};

const settings: [string, Partial<TrainingParameters>][] = [
  ["alone", {}],
  ["with alpha", { alpha: 2 }],
  ["with max_delta_step", { max_delta_step: 0.3 }],
  ["with subsample", { subsample: 0.6 }],
  ["with goss, by leaf", { sampling_method: "goss", grow_policy: "lossguide", max_leaves: 20, max_depth: 0 }],
  ["with all of them", { alpha: 2, max_delta_step: 0.3, subsample: 0.6, colsample_bynode: 0.7, min_data_in_leaf: 10, lambda: 0, min_child_weight: 0 }],
  ["not quantised", { quantized: false }],
];

function fit(seed: number, parameters: Partial<TrainingParameters>) {
  const { learned } = drawn(recipe, seed);
  return train({ rows: learned.features, width: WIDTH, labels: learned.labels }, { objective: "reg:squarederror", rounds: 60, eta: 0.3, ...parameters }, { kernel });
}

/** Greatest fall of the margins from one point of a dense grid over the feature to the next, other features being random or missing; 0 where there is none. */
function greatestFall(margins: (rows: Float32Array) => ArrayLike<number>, feature: number, sign: number): number {
  const next = random(7);
  const points = 400;
  let fall = 0;
  for (let i = 0; i < 50; i++) {
    const row = Float32Array.from({ length: WIDTH }, () => (next() < 0.1 ? NaN : next() * 2.4 - 1.2));
    const grid = Float32Array.from({ length: points * WIDTH }, (_, at) => (at % WIDTH === feature ? (Math.floor(at / WIDTH) / points) * 2.4 - 1.2 : row[at % WIDTH]!));
    const answers = margins(grid);
    for (let point = 1; point < points; point++) fall = Math.max(fall, sign * (answers[point - 1]! - answers[point]!));
  }
  return fall;
}

describe.each(settings)("%s", (_, parameters) => {
  test("predictions never fall with a feature of monotone constraint 1, and never rise with one of -1", async () => {
    using free = (await fit(1, parameters)).forest;
    using bound = (await fit(1, { ...parameters, monotone_constraints: [1, -1, 0, 0, 0, 0] })).forest;
    for (const [feature, sign] of [[0, 1], [1, -1]] as const) {
      expect(greatestFall((rows) => free.margins(rows), feature, sign)).toBeGreaterThan(0.05);
      expect(greatestFall((rows) => bound.margins(rows), feature, sign)).toBeLessThan(1e-5); // margins are sums of f32
    }
  });

  test("no path of any tree has features that no set of interaction constraints has together", async () => {
    const sets = [[0, 1], [1, 2, 3], [4]];
    using free = (await fit(2, parameters)).forest;
    using bound = (await fit(2, { ...parameters, interaction_constraints: sets })).forest;
    const mixed = (model: ForestModel) => paths(model).filter((path) => !sets.some((set) => path.isSubsetOf(new Set(set))));
    expect(mixed(free.model).length).toBeGreaterThan(0);
    expect(mixed(bound.model)).toEqual([]);
    expect(paths(bound.model).some((path) => path.size === 3)).toBe(true);
  });
});

/** The features above each leaf that has any. */
function paths({ trees }: ForestModel): Set<number>[] {
  const below = (tree: Tree, node: number, above: ReadonlySet<number>): Set<number>[] => {
    if (tree.left[node] === -1) return above.size === 0 ? [] : [new Set(above)];
    const here = new Set([...above, tree.feature[node]!]);
    return [...below(tree, tree.left[node]!, here), ...below(tree, tree.right[node]!, here)];
  };
  return trees.flatMap((tree) => below(tree, 0, new Set()));
}
