import { FAILED, LANES, NODE_BYTES, NONE, TO_LEFT, TO_RIGHT, TREE_BYTES } from "./tree";

/** Writes the case of each node of `tree`, [nodes][LANES] bytes, for LANES rows whose columns begin at `bins`. */
// @ts-ignore: decorator
@inline
export function writeCases(tree: usize, bins: usize, cases: usize): void {
  let node = tree + TREE_BYTES;
  const end = cases + <usize>load<u32>(tree) * LANES;
  for (let to = cases; to < end; to += LANES) {
    const right = i8x16.gt_s(v128.load(bins + <usize>load<u32>(node, 40)), v128.load_splat<i8>(node, 68));
    const own = v128.and(right, i8x16.splat(TO_RIGHT));
    const same = load<u32>(node, 60);
    if (same == NONE) {
      v128.store(to, own);
    } else {
      const taken = i8x16.splat(load<u32>(node, 64) != 0 ? TO_RIGHT : TO_LEFT);
      v128.store(to, v128.bitselect(own, i8x16.splat(FAILED), i8x16.eq(v128.load(cases + <usize>same * LANES), taken)));
    }
    node += NODE_BYTES;
  }
}
