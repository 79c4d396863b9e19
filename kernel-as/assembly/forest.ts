import { exp } from "./math";

/*
 * A forest is one array of nodes of 16 bytes. Children are byte positions from the start of the array. Both children of a leaf are
 * the leaf itself, so a walk may go on for as many steps as the tree is deep without asking where it is.
 *
 *  0            4                8         12         16
 *  ├────────────┼────────────────┼─────────┼──────────┤
 *  │ f32 split, │ u32 feature,   │ u32     │ u32      │
 *  │ or leaf    │ bit 31: missing│ left    │ right    │
 *  │ value      │ goes left      │         │          │
 *  └────────────┴────────────────┴─────────┴──────────┘
 */

/** Rows that go through all trees together: their features stay in the first cache. */
const BLOCK_ROWS: u32 = 64;

/** From a node to its child for `row` (f32 features): left when x < split. No branch to mispredict. */
// @ts-ignore: decorator
@inline
function step(nodes: usize, node: u32, row: usize): u32 {
  const at = nodes + <usize>node;
  const tagged = load<u32>(at, 4);
  const x = load<f32>(row + (<usize>(tagged & 0x7fffffff) << 2));
  const goesLeft = select<u32>(tagged >> 31, u32(x < load<f32>(at)), x != x);
  return select<u32>(load<u32>(at, 8), load<u32>(at, 12), goesLeft);
}

/**
 * Margins of `rows` rows of `features` f32 each: base first, then every tree in order, each addition in f32, as
 * XGBoost >= 1.3 adds. `roots` holds for each of `trees` the byte position of its root and its depth, both u32.
 * Four rows walk side by side, so that one's loads hide behind another's.
 */
export function predict(
  nodes: usize,
  roots: usize,
  trees: u32,
  base: f32,
  input: usize,
  features: u32,
  rows: u32,
  margins: usize,
): void {
  const rowBytes = <usize>features << 2;
  for (let first: u32 = 0; first < rows; first += BLOCK_ROWS) {
    const last = min(first + BLOCK_ROWS, rows);
    for (let row = first; row < last; row++) store<f32>(margins + (<usize>row << 2), base);
    for (let tree: u32 = 0; tree < trees; tree++) {
      const root = load<u32>(roots + (<usize>tree << 3));
      const depth = load<u32>(roots + (<usize>tree << 3), 4);
      let row = first;
      for (; row + 4 <= last; row += 4) {
        const row0 = input + <usize>row * rowBytes;
        const row1 = row0 + rowBytes;
        const row2 = row1 + rowBytes;
        const row3 = row2 + rowBytes;
        let node0 = root;
        let node1 = root;
        let node2 = root;
        let node3 = root;
        for (let level: u32 = 0; level < depth; level++) {
          node0 = step(nodes, node0, row0);
          node1 = step(nodes, node1, row1);
          node2 = step(nodes, node2, row2);
          node3 = step(nodes, node3, row3);
        }
        const margin = margins + (<usize>row << 2);
        store<f32>(margin, load<f32>(margin) + load<f32>(nodes + <usize>node0));
        store<f32>(margin, load<f32>(margin, 4) + load<f32>(nodes + <usize>node1), 4);
        store<f32>(margin, load<f32>(margin, 8) + load<f32>(nodes + <usize>node2), 8);
        store<f32>(margin, load<f32>(margin, 12) + load<f32>(nodes + <usize>node3), 12);
      }
      for (; row < last; row++) {
        let node = root;
        for (let level: u32 = 0; level < depth; level++) node = step(nodes, node, input + <usize>row * rowBytes);
        const margin = margins + (<usize>row << 2);
        store<f32>(margin, load<f32>(margin) + load<f32>(nodes + <usize>node));
      }
    }
  }
}

/** Probabilities of margins, in f32 as XGBoost's `Sigmoid` (src/common/math.h) takes them. */
export function sigmoid(margins: usize, rows: u32, probabilities: usize): void {
  for (let row: usize = 0; row < <usize>rows; row++) {
    const negated = min<f32>(-load<f32>(margins + (row << 2)), 88.7);
    store<f32>(probabilities + (row << 2), <f32>1.0 / (<f32>exp(<f64>negated) + <f32>1.0));
  }
}
