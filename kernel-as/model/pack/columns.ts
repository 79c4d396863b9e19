import type { Floats, ForestModel } from "../forest.ts";
import { decisionsOf, type Decisions } from "./decision.ts";

/** Cuts of one column: a rank of 0…255 is a byte. */
export const COLUMN_CUTS = 255;

/** More columns than this would not stay in the second cache, and such a forest is walked. */
const MOST_COLUMNS = 4096;
/** Ranks, which are at most the number of cuts, and 32,767 above all of them are i16 (assembly/rank.ts). */
const MOST_CUTS = 32_766;

/** One feature and what is asked of it, or one category set: all that one look at a value can fill. */
export interface Group {
  readonly feature: number;
  readonly zeroIsMissing: boolean;
  /** Rising, -0 and 0 the same, NaN last; empty for a category set. */
  readonly cuts: Floats;
  /** Index of a category set of {@link Columns.sets}, or -1. */
  readonly set: number;
  /** First of the columns (one for every 255 cuts) where a missing value ranks lowest, so goes left everywhere; -1: none such. */
  readonly lowColumn: number;
  /** The same where it ranks highest, so goes right everywhere. */
  readonly highColumn: number;
}

export interface Columns {
  readonly groups: readonly Group[];
  readonly count: number;
  readonly sets: readonly Uint32Array[];
  /** The column that node `node` of tree `tree` looks at, and i: it goes right where rank > i. */
  place(tree: number, node: number): { column: number; index: number };
}

interface Gathered {
  readonly feature: number;
  readonly zeroIsMissing: boolean;
  readonly cuts: number[];
  low: boolean;
  high: boolean;
}

/** The byte columns of a forest, or null when it would need too many. */
export function columnsOf(model: ForestModel): Columns | null {
  const decisions = model.trees.map((tree) => decisionsOf(model.family, tree));
  const numeric = new Map<number, Gathered>();
  const sets: Uint32Array[] = [];
  const setGroups = new Map<string, { feature: number; set: number; missingLeft: number; column: number }>();
  const numberOfText = new Map<string, number>();
  const numberOfWords = new Map<Uint32Array, number>();
  /** Equal sets have one number. */
  const numberOf = (words: Uint32Array) => {
    const known = numberOfWords.get(words);
    if (known !== undefined) return known;
    const text = words.join();
    const number = numberOfText.get(text) ?? sets.push(words) - 1;
    numberOfText.set(text, number);
    numberOfWords.set(words, number);
    return number;
  };

  forEachInner(model, decisions, (tree, node, decision) => {
    const feature = model.trees[tree]!.feature[node]!;
    const missingLeft = decision.missingLeft[node]!;
    const words = setAt(model, tree, node);
    if (words === null) {
      const gathered = gatheredIn(numeric, feature, decision.zeroIsMissing[node] === 1, model.featureCount);
      gathered.cuts.push(decision.cut[node]!);
      if (missingLeft === 1) gathered.low = true;
      else gathered.high = true;
      return;
    }
    const set = numberOf(words);
    setGroups.set(`${feature}/${set}/${missingLeft}`, { feature, set, missingLeft, column: 0 });
  });

  let count = 0;
  const groups: Group[] = [];
  const ofFeature = new Map<number, Group>();
  for (const [key, { feature, zeroIsMissing, cuts: all, low, high }] of numeric) {
    const cuts = distinct(model.family === "xgboost" ? Float32Array.from(all) : Float64Array.from(all));
    if (cuts.length > MOST_CUTS) return null;
    const each = Math.ceil(cuts.length / COLUMN_CUTS);
    const lowColumn = low ? count : -1;
    if (low) count += each;
    const highColumn = high ? count : -1;
    if (high) count += each;
    const group = { feature, zeroIsMissing, cuts, set: -1, lowColumn, highColumn };
    groups.push(group);
    ofFeature.set(key, group);
  }
  for (const group of setGroups.values()) {
    const { feature, set, missingLeft } = group;
    group.column = count++;
    const cuts = new Float32Array();
    groups.push({ feature, zeroIsMissing: false, cuts, set, lowColumn: missingLeft === 1 ? group.column : -1, highColumn: missingLeft === 1 ? -1 : group.column });
  }
  if (count > MOST_COLUMNS) return null;

  const place = (tree: number, node: number) => {
    const feature = model.trees[tree]!.feature[node]!;
    const decision = decisions[tree]!;
    const missingLeft = decision.missingLeft[node]!;
    const words = setAt(model, tree, node);
    if (words !== null) return { column: setGroups.get(`${feature}/${numberOf(words)}/${missingLeft}`)!.column, index: 0 };
    const group = ofFeature.get(keyOf(feature, decision.zeroIsMissing[node] === 1, model.featureCount))!;
    const at = indexOf(group.cuts, decision.cut[node]!);
    const first = missingLeft === 1 ? group.lowColumn : group.highColumn;
    return { column: first + Math.floor(at / COLUMN_CUTS), index: at % COLUMN_CUTS };
  };
  return { groups, count, sets, place };
}

function keyOf(feature: number, zeroIsMissing: boolean, featureCount: number): number {
  return zeroIsMissing ? feature + featureCount : feature;
}

function gatheredIn(numeric: Map<number, Gathered>, feature: number, zeroIsMissing: boolean, featureCount: number): Gathered {
  const key = keyOf(feature, zeroIsMissing, featureCount);
  const there = numeric.get(key) ?? { feature, zeroIsMissing, cuts: [], low: false, high: false };
  numeric.set(key, there);
  return there;
}

function setAt({ trees }: ForestModel, tree: number, node: number): Uint32Array | null {
  const categories = trees[tree]!.categories;
  const set = categories === null ? -1 : categories.of[node]!;
  return set === -1 ? null : categories!.sets[set]!;
}

/** Every inner node that a row can reach. */
function forEachInner(model: ForestModel, decisions: readonly Decisions[], visit: (tree: number, node: number, decision: Decisions) => void): void {
  model.trees.forEach(({ left, right }, tree) => {
    const open = [0];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (left[node] === -1) continue;
      visit(tree, node, decisions[tree]!);
      open.push(right[node]!, left[node]!);
    }
  });
}

/** Sorted, each once. Typed arrays sort -0 before 0, and NaN last. */
function distinct<F extends Floats>(cuts: F): F {
  cuts.sort();
  let count = 0;
  for (let i = 0; i < cuts.length; i++) {
    const cut = cuts[i]!;
    const before = cuts[count - 1];
    if (count > 0 && (cut === before || (Number.isNaN(cut) && Number.isNaN(before)))) continue;
    cuts[count++] = cut;
  }
  return cuts.subarray(0, count) as F;
}

/** Where `cut` is among `cuts`, which hold it. */
function indexOf(cuts: Floats, cut: number): number {
  if (Number.isNaN(cut)) return cuts.length - 1;
  let low = 0;
  let high = cuts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle]! < cut) low = middle + 1;
    else high = middle;
  }
  return low;
}
