import type { Family } from "../model/forest.ts";
import type { Blocks } from "./blocks.ts";

/** Numbers from here on are no category: XGBoost's `InvalidCat` (src/common/categorical.h), LightGBM's conversion to int. */
const MOST_CATEGORIES: Readonly<Record<Family, number>> = { xgboost: 2 ** 24, lightgbm: 2 ** 31 };

/** Writes category sets into kernel memory, as assembly/category.ts reads them; returns where they are. */
export function writeSets(blocks: Blocks, family: Family, sets: readonly Uint32Array[]): number {
  return blocks.allocateFor(Uint32Array.from(sets.flatMap((words) => [blocks.allocateFor(words), words.length, family === "xgboost" ? 1 : 0, MOST_CATEGORIES[family]])));
}
