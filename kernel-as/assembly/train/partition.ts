import { isInSet, Node, nodeAt } from "./node";
import { MISSING_BIN, Training } from "./training";

/** For each bin 1 where the split in hand sends it left. */
const sides: usize = memory.data(256, 16);

function lookUpSides(node: Node): void {
  for (let bin: u32 = 0; bin < MISSING_BIN; bin++) {
    const goesRight = node.byCategory ? isInSet(node, bin) : bin > node.lastLeftBin;
    store<u8>(sides + bin, u8(!goesRight));
  }
  store<u8>(sides + MISSING_BIN, node.missingLeft);
}

/** Orders the node's rows by its split: those that go left first, each side in its old order. Returns where the right side begins. */
export function partition(training: Training, node: Node): u32 {
  lookUpSides(node);
  const bins = columnOf(training.bins, training.rows, node.feature);
  const order = training.order;
  const end = order + (<usize>node.end << 2);
  let left = order + (<usize>node.begin << 2);
  let right = training.scratch;
  // every row is written to both sides, and stays on one: no branch that cannot be foretold
  for (let at = left; at < end; at += 4) {
    const row = load<u32>(at);
    const goesLeft = <usize>load<u8>(sides + load<u8>(bins + (<usize>row << 3)));
    store<u32>(left, row);
    store<u32>(right, row);
    left += goesLeft << 2;
    right += 4 - (goesLeft << 2);
  }
  memory.copy(left, training.scratch, right - training.scratch);
  return <u32>((left - order) >> 2);
}

/** Where a feature's bins begin, eight bytes from row to row. */
// @ts-ignore: decorator
@inline
function columnOf(bins: usize, rows: u32, feature: u32): usize {
  return bins + ((<usize>(feature >> 3) * rows) << 3) + (feature & 7);
}

/** The value of the leaf of the tree in hand that a binned row falls into. `rows`: how many `bins` has. */
export function leafValue(training: Training, bins: usize, rows: u32, row: u32): f32 {
  let node = nodeAt(training.nodes, 0);
  while (node.left != -1) {
    const bin = <u32>load<u8>(columnOf(bins, rows, node.feature) + (<usize>row << 3));
    const goesLeft = bin == MISSING_BIN ? node.missingLeft != 0 : node.byCategory ? !isInSet(node, bin) : bin <= node.lastLeftBin;
    node = nodeAt(training.nodes, goesLeft ? node.left : node.right);
  }
  return node.value;
}

/** Adds the tree in hand to margins of other rows, f32 [rows][outputs], which are binned as those of the training. */
export function addTree(pointer: usize, bins: usize, rows: u32, margins: usize, output: u32): void {
  const training = changetype<Training>(pointer);
  for (let row: u32 = 0; row < rows; row++) {
    const margin = margins + ((<usize>row * training.outputs + output) << 2);
    store<f32>(margin, load<f32>(margin) + leafValue(training, bins, rows, row));
  }
}
