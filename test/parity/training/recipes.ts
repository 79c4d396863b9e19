import type { Recipe } from "../../fixtures/data-sets.ts";

const chance = (margin: number) => 1 / (1 + Math.exp(-margin));
const coin = (margin: number, next: () => number) => (next() < chance(margin) ? 1 : 0);

/** Neither linear nor a sum of single features. */
const wave = (x: Float32Array) => Math.sin(3 * x[0]!) + (x[1]! + 0.7) * (x[2]! + 0.5) + 2 * Math.abs(x[3]!) - 1.35 + (x[4]! > 0.3 ? 1 : -0.5) * (x[5]! - 0.4);

/** What category `code` of feature `feature` adds: scattered, so that neighbours tell nothing of each other. */
const effect = (feature: number, code: number) => Math.sin(code * 12.9898 + feature * 78.233) * 1.5;

/** What differs between data sets: each asks something else of a training. */
export const recipes: readonly Recipe[] = [
  { name: "balanced, non-linear", width: 11, rows: 30_000, heldOutRows: 30_000, draws: 2, target: (x, next) => coin(2 * wave(x), next) },
  { name: "one positive in a hundred", width: 11, rows: 80_000, heldOutRows: 60_000, draws: 5, target: (x, next) => coin(1.3 * wave(x) - 5.7, next) },
  { name: "a fifth of labels wrong", width: 11, rows: 30_000, heldOutRows: 30_000, draws: 2, target: (x, next) => (wave(x) > 0 !== next() < 0.2 ? 1 : 0) },
  {
    name: "30 % missing, by chance",
    width: 11,
    rows: 30_000,
    heldOutRows: 30_000,
    draws: 2,
    target: (x, next) => coin(2 * wave(x), next),
    hide: (x, next) => x.forEach((_, i) => next() < 0.3 && (x[i] = NaN)),
  },
  {
    name: "seven in ten values 0",
    width: 11,
    rows: 30_000,
    heldOutRows: 30_000,
    draws: 2,
    shape: (x, next) => x.forEach((_, i) => next() < 0.7 && (x[i] = 0)),
    target: (x, next) => coin(3 * Math.sin(20 * x[0]!) + 3 * Math.sin(15 * x[1]!) + 3 * x[2]!, next),
  },
  {
    name: "missing for a reason",
    width: 11,
    rows: 30_000,
    heldOutRows: 30_000,
    draws: 2,
    target: (x, next) => coin(2 * wave(x), next),
    hide: (x, next) => x.forEach((value, i) => next() < (value > 0.2 ? 0.6 : 0.1) && (x[i] = NaN)),
  },
  {
    name: "3, 30 and 200 categories",
    width: 7,
    rows: 20_000,
    heldOutRows: 30_000,
    draws: 2,
    categories: [3, 30, 200],
    target: (x, next) => coin(2 * Math.sin(3 * x[0]!) + effect(4, x[4]!) + effect(5, x[5]!) * (x[1]! > 0 ? 1 : 0.3) + effect(6, x[6]!), next),
  },
  { name: "500 features, few that tell", width: 500, rows: 10_000, heldOutRows: 15_000, draws: 2, target: (x, next) => coin(2 * wave(x), next) },
  {
    name: "three classes",
    width: 11,
    rows: 30_000,
    heldOutRows: 30_000,
    draws: 2,
    objective: "multi:softprob",
    classes: 3,
    target: (x, next) => {
      const noise = () => Math.log(-Math.log(next() + 1e-9));
      const scores = [wave(x) - noise(), 2 * x[7]! * x[0]! - noise(), 1.5 * Math.cos(3 * x[1]!) - noise()];
      return scores.indexOf(Math.max(...scores));
    },
  },
  {
    name: "weights of 1 to 1000",
    width: 11,
    rows: 20_000,
    heldOutRows: 40_000,
    draws: 2,
    target: (x, next) => coin(2 * wave(x), next),
    weight: (next) => 1000 ** next(),
  },
  { name: "regression", width: 11, rows: 30_000, heldOutRows: 30_000, draws: 2, objective: "reg:squarederror", target: (x, next) => wave(x) + (next() + next() + next() - 1.5) },
];
