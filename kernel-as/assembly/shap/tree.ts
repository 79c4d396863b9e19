/*
 * A tree to explain, as host/tree-program.ts writes it: 16 bytes, then its inner nodes, parents before children, 80 bytes each, the root first.
 *
 *   tree   0 u32 nodes             4 u32 slices            8 u32 slices' place         12 u32 0
 *
 *   node   0 f64 share left        40 u32 column, in bytes from the first                a share: of the training rows that came here, those that went there
 *          8 f64 share right       44 u32 feature, in bytes from a row's first sum
 *         16 f64 share above       48 u32 left child, by number; 0: a leaf               above: of all training rows, those that pass the splits of the path
 *         24 f64 left leaf         52 u32 right child                                    on this node's feature; 1 where there is none
 *         32 f64 right leaf        56 u32 parent
 *                                  60 u32 nearest node above on the same feature, or NONE
 *                                  64 u32 1: the path leaves that node to the right
 *                                  68 u8 i less 128: the row goes right where rank > i
 *                                  72 u32 the parent's feature
 *                                  76 u32 1: a child is a leaf
 *
 * A slice is four of the points of a quadrature over 0…1: f64 point[4], f64 weight[4].
 */

export const TREE_BYTES: usize = 16;
export const NODE_BYTES: usize = 80;
export const SLICE_BYTES: usize = 64;
export const NONE: u32 = 0xffffffff;

/** Rows whose way through a tree is found together. */
export const LANES: usize = 16;

/** A case is one of the three things that a row can meet at a node; what is kept for it takes 64 bytes. */
export const TO_LEFT: i8 = 0;
export const TO_RIGHT: i8 = 64;
/** The row has failed a split above on the same feature: it counts as absent on both sides. */
export const FAILED: i8 = -128;
