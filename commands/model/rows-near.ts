import type { Random } from "../../engine/simulator/random.ts";
import type { ForestModel } from "../../kernel-as/model/forest.ts";

/** LightGBM reads smaller numbers as 0. */
const LEAST = Math.fround(1e-35);

/** What the splits of one feature ask for. */
interface Asked {
  readonly thresholds: number[];
  /** Categories below this are asked for; 0 for a feature that is a number. */
  categories: number;
}

export interface RowsNearOptions {
  readonly rows: number;
  /** Only numbers that every family reads alike: f32, none that LightGBM takes for 0, whole categories. */
  readonly f32: boolean;
}

/** Rows, [rows][features], whose values lie on the thresholds of a model and to both sides of them, or are missing, 0, infinite, or any number. */
export function rowsNear(random: Random, model: ForestModel, { rows, f32 }: RowsNearOptions): Float64Array {
  const asked = askedOf(model);
  return Float64Array.from({ length: rows * model.featureCount }, (_, i) => {
    const { thresholds = [], categories = 0 } = asked.get(i % model.featureCount) ?? {};
    const value = valueNear(random, thresholds, categories);
    if (!f32) return value;
    return Math.abs(value) <= LEAST ? 0 : Math.fround(value);
  });
}

function valueNear(random: Random, thresholds: readonly number[], categories: number): number {
  const kind = random.uniform();
  if (kind < 0.1) return NaN;
  if (kind < 0.15) return 0;
  if (kind < 0.18) return kind < 0.165 ? Infinity : -Infinity;
  if (categories > 0) return random.integer(categories + 2) - 1;
  if (thresholds.length === 0 || kind < 0.3) return random.normal() * random.magnitude(1, 1000);
  const threshold = thresholds[random.integer(thresholds.length)]!;
  if (kind < 0.5) return threshold;
  // a step of one or two f32, or of a hundredth
  return threshold + Math.abs(threshold) * random.between(-1, 1) * (kind < 0.75 ? 2 ** -22 : 0.01);
}

function askedOf({ trees }: ForestModel): Map<number, Asked> {
  const asked = new Map<number, Asked>();
  for (const { left, feature, split, categories } of trees) {
    for (let node = 0; node < left.length; node++) {
      if (left[node] === -1) continue;
      const of = asked.get(feature[node]!) ?? { thresholds: [], categories: 0 };
      asked.set(feature[node]!, of);
      const set = categories?.sets[categories.of[node]!];
      if (set) of.categories = Math.max(of.categories, set.length * 32);
      else of.thresholds.push(split[node]!);
    }
  }
  return asked;
}
