import { exp } from "./math";

/*
 * A forest is one array of nodes. Children are byte positions from the start of the array; a leaf has left = -1.
 *
 *  0            4                8         12         16
 *  ├────────────┼────────────────┼─────────┼──────────┤
 *  │ f32 split, │ u32 feature,   │ i32     │ i32      │
 *  │ or leaf    │ bit 31: missing│ left    │ right    │
 *  │ value      │ goes left      │         │          │
 *  └────────────┴────────────────┴─────────┴──────────┘
 */
/** Rows that go through all trees together: their features stay in the first cache. */
const BLOCK_ROWS: u32 = 64;

/** The value of the leaf that `row` (f32 features) falls into: left when x < split. */
// @ts-ignore: decorator
@inline
function walk(nodes: usize, root: usize, row: usize): f32 {
  let node = nodes + root;
  let left = load<i32>(node, 8);
  while (left >= 0) {
    const tagged = load<u32>(node, 4);
    const x = load<f32>(row + (<usize>(tagged & 0x7fffffff) << 2));
    const goesLeft = x != x ? <bool>(tagged >> 31) : x < load<f32>(node);
    node = nodes + <usize>(goesLeft ? left : load<i32>(node, 12));
    left = load<i32>(node, 8);
  }
  return load<f32>(node);
}

/**
 * Margins of `rows` rows of `features` f32 each: base first, then every tree in order, each addition in f32, as
 * XGBoost >= 1.3 adds. `roots` holds `trees` u32 byte positions.
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
      const root = <usize>load<u32>(roots + (<usize>tree << 2));
      for (let row = first; row < last; row++) {
        const margin = margins + (<usize>row << 2);
        store<f32>(margin, load<f32>(margin) + walk(nodes, root, input + <usize>row * rowBytes));
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
