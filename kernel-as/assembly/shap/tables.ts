import { FAILED, NODE_BYTES, TO_LEFT, TO_RIGHT, TREE_BYTES } from "./tree";

/*
 * What a tree says of one slice's points t, with weights w. A feature of a path adds the factor z + t (o - z), o being 1 if the row passes its splits on
 * this path and 0 otherwise, z the share of the training rows that pass; of all points, each of these is two vectors of f64. By node, 384 bytes:
 *
 *     0  by case of the parent    factor    what the edge to this node changes the product of factors by
 *    32                           gain      w · ((o - z) / (z + t (o - z)) at this edge - the same above)
 *   192  by case of the node      sum       of its leaves: value × factor
 *   224                           gain      of its leaves: value × factor × gain
 *
 * A share of 0 that is failed has a factor of 0, and everything below it comes to 0.
 */

export const TABLE_BYTES: usize = 384;
export const LEAVES: usize = 192;

/** Keeps factor and gain of a child in one case: for later if it is a node, added up in its parent's table if it is a leaf. */
// @ts-ignore: decorator
@inline
function keep(tables: usize, own: usize, child: u32, leaf: v128, at: usize, factor: v128, gain: v128): void {
  if (child != 0) {
    const to = tables + <usize>child * TABLE_BYTES + at;
    v128.store(to, factor);
    v128.store(to, gain, 32);
  } else {
    const to = own + LEAVES + at;
    const value = f64x2.mul(leaf, factor);
    v128.store(to, f64x2.add(v128.load(to), value));
    v128.store(to, f64x2.add(v128.load(to, 32), f64x2.mul(value, gain)), 32);
  }
}

export function writeTables(tree: usize, slice: usize, tables: usize): void {
  const one = f64x2.splat(1);
  let node = tree + TREE_BYTES;
  const end = tables + <usize>load<u32>(tree) * TABLE_BYTES;
  for (let own = tables; own < end; own += TABLE_BYTES) {
    memory.fill(own + LEAVES, 0, 192);
    const above = f64x2.splat(load<f64>(node, 16));
    for (let half: usize = 0; half < 32; half += 16) {
      const t = v128.load(slice + half);
      const w = v128.load(slice + half, 32);
      const rest = f64x2.sub(one, t);
      const factorAbove = f64x2.add(above, f64x2.mul(t, f64x2.sub(one, above)));
      const gainAbove = f64x2.div(f64x2.sub(one, above), factorAbove);
      const gainFailed = f64x2.mul(w, f64x2.sub(f64x2.div(f64x2.splat(-1), rest), gainAbove));
      for (let side: usize = 0; side < 2; side++) {
        const share = v128.load_splat<f64>(node + (side << 3));
        const leaf = v128.load_splat<f64>(node + (side << 3), 24);
        const child = load<u32>(node + (side << 2), 48);
        const z = f64x2.mul(above, share);
        const passed = f64x2.add(z, f64x2.mul(t, f64x2.sub(one, z)));
        const gainPassed = f64x2.mul(w, f64x2.sub(f64x2.div(f64x2.sub(one, z), passed), gainAbove));
        const taken = <usize>(side == 0 ? TO_LEFT : TO_RIGHT);
        keep(tables, own, child, leaf, half + taken, f64x2.div(passed, factorAbove), gainPassed);
        keep(tables, own, child, leaf, half + 64 - taken, f64x2.div(f64x2.mul(z, rest), factorAbove), gainFailed);
        keep(tables, own, child, leaf, half + <usize><u8>FAILED, share, f64x2.splat(0));
      }
    }
    node += NODE_BYTES;
  }
}
