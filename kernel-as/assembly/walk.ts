import { rightBySet } from "./category";
import { LIGHTGBM_ZERO } from "./zero";

/*
 * The walk: node by node over the features themselves, for single rows and for forests that cannot be packed into bytes.
 * T is f32 for XGBoost, f64 for LightGBM. A row goes right when x >= cut; a missing value to its side; a NaN cut sends no number right.
 * Children are byte positions from the start of the array. Both children of a leaf are the leaf itself, so a walk may go on for as many
 * steps as the tree is deep without asking where it is.
 *
 *  f32 0       4              8      12      16          f64 0          8              12     16      20      24
 *      ├───────┼──────────────┼──────┼───────┤               ├──────────┼──────────────┼──────┼───────┼───────┤
 *      │ cut,  │ feature and  │ left │ right │               │ cut,     │ feature and  │ left │ right │       │
 *      │ leaf  │ flags        │      │       │               │ leaf     │ flags        │      │       │       │
 *      └───────┴──────────────┴──────┴───────┘               └──────────┴──────────────┴──────┴───────┴───────┘
 *
 * Flags: bit 31 a missing value goes left, bit 30 zero is missing too, bit 29 in place of the cut there is the number of a category set, u32.
 *
 * Roots, 16 bytes a tree: u32 root, u32 depth (most splits on the way to a leaf), u32 output, u32 unused.
 */

const MISSING_LEFT: u32 = 1 << 31;
const ZERO_IS_MISSING: u32 = 1 << 30;
const BY_SET: u32 = 1 << 29;
const FEATURE: u32 = BY_SET - 1;

/** Rows that go through all trees together: their features stay in the first cache. */
const BLOCK_ROWS: u32 = 64;

/** From a node to its child for `row`. No branch to mispredict. */
// @ts-ignore: decorator
@inline
function step<T extends number>(nodes: usize, node: u32, row: usize): u32 {
  const at = nodes + <usize>node;
  const tagged = load<u32>(at, sizeof<T>());
  const x = load<T>(row + <usize>(tagged & FEATURE) * sizeof<T>());
  const goesRight = select<u32>(~tagged >> 31, u32(x >= load<T>(at)), x != x);
  return load<u32>(at + (<usize>goesRight << 2), sizeof<T>() + 4);
}

// @ts-ignore: decorator
@inline
function root(roots: usize, tree: u32): u32 {
  return load<u32>(roots + (<usize>tree << 4));
}

// @ts-ignore: decorator
@inline
function depth(roots: usize, tree: u32): u32 {
  return load<u32>(roots + (<usize>tree << 4), 4);
}

/** Adds the leaf at `node` to its output of the row whose margins are at `margins`. */
// @ts-ignore: decorator
@inline
function add<T extends number>(nodes: usize, node: u32, roots: usize, tree: u32, margins: usize): void {
  const to = margins + <usize>load<u32>(roots + (<usize>tree << 4), 8) * sizeof<T>();
  store<T>(to, load<T>(to) + load<T>(nodes + <usize>node));
}

/** The same where no feature is missing. */
// @ts-ignore: decorator
@inline
function stepPresent<T extends number>(nodes: usize, node: u32, row: usize): u32 {
  const at = nodes + <usize>node;
  const x = load<T>(row + <usize>(load<u32>(at, sizeof<T>()) & FEATURE) * sizeof<T>());
  return load<u32>(at + (<usize>u32(x >= load<T>(at)) << 2), sizeof<T>() + 4);
}

/** One row, eight trees side by side, so that one's loads hide behind another's. */
// @ts-ignore: decorator
@inline
function walkRow<T extends number>(nodes: usize, roots: usize, trees: u32, row: usize, margins: usize, missing: bool): void {
  let tree: u32 = 0;
  for (; tree + 8 <= trees; tree += 8) {
    let node0 = root(roots, tree);
    let node1 = root(roots, tree + 1);
    let node2 = root(roots, tree + 2);
    let node3 = root(roots, tree + 3);
    let node4 = root(roots, tree + 4);
    let node5 = root(roots, tree + 5);
    let node6 = root(roots, tree + 6);
    let node7 = root(roots, tree + 7);
    let steps: u32 = 0;
    for (let i: u32 = 0; i < 8; i++) steps = max(steps, depth(roots, tree + i));
    for (let level: u32 = 0; level < steps; level++) {
      if (missing) {
        node0 = step<T>(nodes, node0, row);
        node1 = step<T>(nodes, node1, row);
        node2 = step<T>(nodes, node2, row);
        node3 = step<T>(nodes, node3, row);
        node4 = step<T>(nodes, node4, row);
        node5 = step<T>(nodes, node5, row);
        node6 = step<T>(nodes, node6, row);
        node7 = step<T>(nodes, node7, row);
      } else {
        node0 = stepPresent<T>(nodes, node0, row);
        node1 = stepPresent<T>(nodes, node1, row);
        node2 = stepPresent<T>(nodes, node2, row);
        node3 = stepPresent<T>(nodes, node3, row);
        node4 = stepPresent<T>(nodes, node4, row);
        node5 = stepPresent<T>(nodes, node5, row);
        node6 = stepPresent<T>(nodes, node6, row);
        node7 = stepPresent<T>(nodes, node7, row);
      }
    }
    add<T>(nodes, node0, roots, tree, margins);
    add<T>(nodes, node1, roots, tree + 1, margins);
    add<T>(nodes, node2, roots, tree + 2, margins);
    add<T>(nodes, node3, roots, tree + 3, margins);
    add<T>(nodes, node4, roots, tree + 4, margins);
    add<T>(nodes, node5, roots, tree + 5, margins);
    add<T>(nodes, node6, roots, tree + 6, margins);
    add<T>(nodes, node7, roots, tree + 7, margins);
  }
  for (; tree < trees; tree++) {
    let node = root(roots, tree);
    for (let level = depth(roots, tree); level > 0; level--) node = step<T>(nodes, node, row);
    add<T>(nodes, node, roots, tree, margins);
  }
}

// @ts-ignore: decorator
@inline
function anyMissing<T extends number>(row: usize, features: u32): bool {
  let missing: u32 = 0;
  for (let feature: usize = 0; feature < <usize>features; feature++) {
    const x = load<T>(row + feature * sizeof<T>());
    missing |= u32(x != x);
  }
  return missing != 0;
}

/** One tree, four rows side by side. */
// @ts-ignore: decorator
@inline
function walkBlock<T extends number>(nodes: usize, roots: usize, trees: u32, row: usize, rowBytes: usize, rows: u32, margins: usize, marginBytes: usize): void {
  for (let tree: u32 = 0; tree < trees; tree++) {
    const first = root(roots, tree);
    const steps = depth(roots, tree);
    let from = row;
    let to = margins;
    let left = rows;
    for (; left >= 4; left -= 4) {
      let node0 = first;
      let node1 = first;
      let node2 = first;
      let node3 = first;
      for (let level: u32 = 0; level < steps; level++) {
        node0 = step<T>(nodes, node0, from);
        node1 = step<T>(nodes, node1, from + rowBytes);
        node2 = step<T>(nodes, node2, from + 2 * rowBytes);
        node3 = step<T>(nodes, node3, from + 3 * rowBytes);
      }
      add<T>(nodes, node0, roots, tree, to);
      add<T>(nodes, node1, roots, tree, to + marginBytes);
      add<T>(nodes, node2, roots, tree, to + 2 * marginBytes);
      add<T>(nodes, node3, roots, tree, to + 3 * marginBytes);
      from += 4 * rowBytes;
      to += 4 * marginBytes;
    }
    for (; left > 0; left--) {
      let node = first;
      for (let level: u32 = 0; level < steps; level++) node = step<T>(nodes, node, from);
      add<T>(nodes, node, roots, tree, to);
      from += rowBytes;
      to += marginBytes;
    }
  }
}

// @ts-ignore: decorator
@inline
function walk<T extends number>(nodes: usize, roots: usize, trees: u32, input: usize, features: u32, rows: u32, outputs: u32, margins: usize): void {
  const rowBytes = <usize>features * sizeof<T>();
  const marginBytes = <usize>outputs * sizeof<T>();
  for (let first: u32 = 0; first < rows; first += BLOCK_ROWS) {
    const from = input + <usize>first * rowBytes;
    const to = margins + <usize>first * marginBytes;
    const some = min(BLOCK_ROWS, rows - first);
    if (some < 4) {
      for (let row: usize = 0; row < <usize>some; row++) {
        const at = from + row * rowBytes;
        if (anyMissing<T>(at, features)) walkRow<T>(nodes, roots, trees, at, to + row * marginBytes, true);
        else walkRow<T>(nodes, roots, trees, at, to + row * marginBytes, false);
      }
    } else {
      walkBlock<T>(nodes, roots, trees, from, rowBytes, some, to, marginBytes);
    }
  }
}

/**
 * Adds to `margins` ([rows][outputs] f32, the base margins at first) the leaf of every tree in order, for a forest without category
 * sets and without zero as missing. `input` is [rows][features].
 */
export function walkF32(nodes: usize, roots: usize, trees: u32, input: usize, features: u32, rows: u32, outputs: u32, margins: usize): void {
  walk<f32>(nodes, roots, trees, input, features, rows, outputs, margins);
}

/** The same in f64. */
export function walkF64(nodes: usize, roots: usize, trees: u32, input: usize, features: u32, rows: u32, outputs: u32, margins: usize): void {
  walk<f64>(nodes, roots, trees, input, features, rows, outputs, margins);
}

// @ts-ignore: decorator
@inline
function walkToLeaves<T extends number>(nodes: usize, roots: usize, trees: u32, sets: usize, input: usize, features: u32, rows: u32, leaves: usize): void {
  for (let r: usize = 0; r < <usize>rows; r++) {
    const row = input + r * <usize>features * sizeof<T>();
    for (let tree: u32 = 0; tree < trees; tree++) {
      const first = root(roots, tree);
      let node = first;
      for (;;) {
        const at = nodes + <usize>node;
        const left = load<u32>(at, sizeof<T>() + 4);
        if (left == node) break;
        const tagged = load<u32>(at, sizeof<T>());
        const x = load<T>(row + <usize>(tagged & FEATURE) * sizeof<T>());
        let goesRight: u32;
        if (x != x || (tagged & ZERO_IS_MISSING && abs<f64>(<f64>x) <= LIGHTGBM_ZERO)) goesRight = ~tagged >> 31;
        else if (tagged & BY_SET) goesRight = rightBySet<T>(sets, load<u32>(at), x);
        else goesRight = u32(x >= load<T>(at));
        node = load<u32>(at + (<usize>goesRight << 2), sizeof<T>() + 4);
      }
      store<u32>(leaves + ((r * <usize>trees + <usize>tree) << 2), (node - first) / (sizeof<T>() == 4 ? 16 : 24));
    }
  }
}

/** The node of the leaf of every tree, [rows][trees] u32, for any forest. */
export function leavesF32(nodes: usize, roots: usize, trees: u32, sets: usize, input: usize, features: u32, rows: u32, leaves: usize): void {
  walkToLeaves<f32>(nodes, roots, trees, sets, input, features, rows, leaves);
}

/** The same over f64 features. */
export function leavesF64(nodes: usize, roots: usize, trees: u32, sets: usize, input: usize, features: u32, rows: u32, leaves: usize): void {
  walkToLeaves<f64>(nodes, roots, trees, sets, input, features, rows, leaves);
}
