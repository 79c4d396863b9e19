import type { Family } from "../model/forest.ts";
import type { Kernel } from "./kernel.ts";

/** Numbers from here on are no category: XGBoost's `InvalidCat` (src/common/categorical.h), LightGBM's conversion to int. */
const MOST_CATEGORIES: Readonly<Record<Family, number>> = { xgboost: 2 ** 24, lightgbm: 2 ** 31 };

/** Writes category sets into kernel memory, as assembly/category.ts reads them; returns the pointer. `allocate` keeps what it gives. */
export function writeSets(kernel: Kernel, family: Family, sets: readonly Uint32Array[], allocate: (bytes: number) => number): number {
  const table = allocate(sets.length * 16);
  sets.forEach((words, number) => {
    const at = allocate(words.byteLength);
    kernel.u32(at, words.length).set(words);
    kernel.u32(table + number * 16, 4).set([at, words.length, family === "xgboost" ? 1 : 0, MOST_CATEGORIES[family]]);
  });
  return table;
}
