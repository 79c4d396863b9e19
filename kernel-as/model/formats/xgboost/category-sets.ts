import { MangroveError } from "../../../errors.ts";
import type { CategorySplits } from "../../forest.ts";
import type { Part } from "./part.ts";

/*
 * Categories of the splits of one tree, as src/tree/tree_model.cc has them: `categories` holds the lists of all splits one after another,
 * `categories_nodes` the nodes in ascending order, `categories_segments` where the list of each begins, `categories_sizes` how long it is.
 */

/** XGBoost takes a category for an f32, which counts no further without gaps. */
export const MOST_CATEGORIES = 2 ** 24;

/** How many 32-bit words the sets of one file may still take, so that a short list of large categories cannot fill the memory. */
export interface SetRoom {
  words: number;
}

export function setRoom(fileBytes: number): SetRoom {
  return { words: 2 ** 22 + 4 * fileBytes };
}

/** Null where no split is by category, and in the files of versions that knew none. */
export function readCategorySplits(tree: Part, left: Int32Array, room: SetRoom): CategorySplits | null {
  const nodes = left.length;
  const kinds = tree.maybe("split_type")?.flags(nodes);
  if (!kinds?.some((kind, node) => kind === 1 && left[node] !== -1)) return null;
  const lists = tree.member("categories").integers();
  const owners = tree.member("categories_nodes").integers();
  const starts = tree.member("categories_segments").integers(owners.length);
  const sizes = tree.member("categories_sizes").integers(owners.length);
  const listOf = new Int32Array(nodes).fill(-1);
  let listed = 0;
  for (let i = 0; i < owners.length; i++) {
    const owner = owners[i]!;
    if (owner < 0 || owner >= nodes || listOf[owner] !== -1) tree.member("categories_nodes").fail(`names node ${owner} of ${nodes}, or names it twice`);
    listOf[owner] = i;
    listed += sizes[i]!;
    if (starts[i]! < 0 || sizes[i]! < 1 || starts[i]! + sizes[i]! > lists.length || listed > lists.length) {
      tree.member("categories_sizes").fail(`gives node ${owner} ${sizes[i]} categories from ${starts[i]} on, of ${lists.length}`);
    }
  }
  const of = new Int32Array(nodes).fill(-1);
  const sets: Uint32Array[] = [];
  for (let node = 0; node < nodes; node++) {
    if (kinds[node] === 0 || left[node] === -1) continue;
    const list = listOf[node]!;
    if (list === -1) tree.member("categories_nodes").fail(`does not name node ${node}, whose split is by category`);
    of[node] = sets.length;
    sets.push(setOf(tree, lists.subarray(starts[list], starts[list]! + sizes[list]!), room));
  }
  return { of, sets };
}

function setOf(tree: Part, list: Int32Array, room: SetRoom): Uint32Array {
  let most = -1;
  for (const category of list) {
    if (category < 0 || category >= MOST_CATEGORIES) tree.member("categories").fail(`holds ${category}, which is no category`);
    most = Math.max(most, category);
  }
  const words = (most + 32) >>> 5;
  room.words -= words;
  if (room.words < 0) {
    throw new MangroveError("MGV_MODEL_UNSUPPORTED", `The splits of this model ask for so large category numbers, up to ${most}, that their sets would take many times the size of the file.`);
  }
  const set = new Uint32Array(words);
  for (const category of list) set[category >>> 5]! |= 1 << (category & 31);
  return set;
}

/** The categories of a set, ascending. */
export function categoriesOf(set: Uint32Array): number[] {
  const categories: number[] = [];
  set.forEach((word, i) => {
    for (let bit = 0; bit < 32; bit++) if ((word >>> bit) & 1) categories.push(i * 32 + bit);
  });
  return categories;
}
