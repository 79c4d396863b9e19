import { writeCases } from "./cases";
import { LEAVES, TABLE_BYTES, writeTables } from "./tables";
import { LANES, NODE_BYTES, SLICE_BYTES, TREE_BYTES } from "./tree";

/** A product or a sum at a node: four f64, one for each point. */
const POINTS_BYTES: usize = 32;

/** Adds up all points of what a node or an edge gives to its feature. */
// @ts-ignore: decorator
@inline
function give(sum: usize, low: v128, high: v128, gain: usize): void {
  const given = f64x2.add(f64x2.mul(low, v128.load(gain)), f64x2.mul(high, v128.load(gain, 16)));
  v128.store(sum, f64x2.add(v128.load(sum), given));
}

/** On the way down: `products` of the factors above each node; `sums` of its own leaves, and what they give. */
// @ts-ignore: decorator
@inline
function down(tree: usize, tables: usize, cases: usize, products: usize, sums: usize, features: usize): void {
  const nodes = <usize>load<u32>(tree);
  let node = tree + TREE_BYTES;
  let low = f64x2.splat(1);
  let high = low;
  for (let number: usize = 0; ; ) {
    v128.store(products, low);
    v128.store(products, high, 16);
    if (load<u32>(node, 76) != 0) {
      const leaves = tables + number * TABLE_BYTES + LEAVES + <usize>load<u8>(cases + number * LANES);
      v128.store(sums, f64x2.mul(low, v128.load(leaves)));
      v128.store(sums, f64x2.mul(high, v128.load(leaves, 16)), 16);
      give(features + <usize>load<u32>(node, 44), low, high, leaves + 32);
    } else {
      v128.store(sums, f64x2.splat(0));
      v128.store(sums, f64x2.splat(0), 16);
    }
    if (++number == nodes) return;
    node += NODE_BYTES;
    products += POINTS_BYTES;
    sums += POINTS_BYTES;
    const parent = <usize>load<u32>(node, 56);
    const edge = tables + number * TABLE_BYTES + <usize>load<u8>(cases + parent * LANES);
    const from = products - (number - parent) * POINTS_BYTES;
    low = f64x2.mul(v128.load(from), v128.load(edge));
    high = f64x2.mul(v128.load(from, 16), v128.load(edge, 16));
  }
}

/** On the way up: `sums` of all leaves below each node, and what the edge to it gives to its parent's feature. */
// @ts-ignore: decorator
@inline
function up(tree: usize, tables: usize, cases: usize, sums: usize, features: usize): void {
  let number = <usize>load<u32>(tree) - 1;
  let node = tree + TREE_BYTES + number * NODE_BYTES;
  for (; number > 0; number--) {
    const parent = <usize>load<u32>(node, 56);
    const from = sums + number * POINTS_BYTES;
    const to = sums + parent * POINTS_BYTES;
    const low = v128.load(from);
    const high = v128.load(from, 16);
    v128.store(to, f64x2.add(v128.load(to), low));
    v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
    const edge = tables + number * TABLE_BYTES + <usize>load<u8>(cases + parent * LANES);
    give(features + <usize>load<u32>(node, 72), low, high, edge + 32);
    node -= NODE_BYTES;
  }
}

/**
 * Adds the contributions of `trees` trees at `program` for rows ranked at `bins`, at most BLOCK, to `features`: [rows][features], `rowBytes` a row, each the sum
 * of two f64. `scratch` has room for `most` nodes, as many as the largest tree has, of TABLE_BYTES + 2 POINTS_BYTES + LANES.
 */
export function contributions(program: usize, trees: u32, bins: usize, rows: u32, features: usize, rowBytes: usize, scratch: usize, most: u32): void {
  const products = scratch + <usize>most * TABLE_BYTES;
  const sums = products + <usize>most * POINTS_BYTES;
  const cases = sums + <usize>most * POINTS_BYTES;
  let tree = program;
  for (let number: u32 = 0; number < trees; number++) {
    const slices = <usize>load<u32>(tree, 8);
    const end = slices + <usize>load<u32>(tree, 4) * SLICE_BYTES;
    for (let slice = slices; slice < end; slice += SLICE_BYTES) {
      writeTables(tree, slice, scratch);
      for (let row: usize = 0; row < <usize>rows; row++) {
        const lane = row % LANES;
        if (lane == 0) writeCases(tree, bins + row, cases);
        down(tree, scratch, cases + lane, products, sums, features + row * rowBytes);
        up(tree, scratch, cases + lane, sums, features + row * rowBytes);
      }
    }
    tree += TREE_BYTES + <usize>load<u32>(tree) * NODE_BYTES;
  }
}
