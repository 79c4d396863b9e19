import { BY_CATEGORIES, Node, nodeAt } from "./node";
import { leafValue } from "./partition";
import { powerBelow } from "./quantise";
import { Training } from "./training";
import { bestScore, weightOf } from "./weight";

/** What sums of whole numbers may come to in an i64. */
const ROOM: f64 = 4611686018427387904.0; // 2^62

/**
 * Gives leaves their values and all nodes their cover and gain by the unrounded f32 gradients, summed as whole numbers of a common unit, so that no order of rows
 * and no rounding of histograms is in them. Then adds the leaves to their rows' margins in f32.
 */
export function finishTree(training: Training, output: u32): void {
  sumLeaves(training, output);
  for (let index = <i32>training.nodeCount - 1; index >= 0; index--) {
    const node = nodeAt(training.nodes, index);
    setValue(training, node, training.lambda);
    node.gain = 0;
  }
  for (let index: u32 = 0; index < training.nodeCount; index++) {
    const node = nodeAt(training.nodes, index);
    if (node.left == -1) {
      addLeaf(training, node, output);
      continue;
    }
    const left = nodeAt(training.nodes, node.left);
    const right = nodeAt(training.nodes, node.right);
    if (node.byCategory == BY_CATEGORIES) {
      setValue(training, left, training.lambda + training.catL2);
      setValue(training, right, training.lambda + training.catL2);
    }
    const gain = bestScore(training, left, left.gradient, left.hessian) + bestScore(training, right, right.gradient, right.hessian) - bestScore(training, node, node.gradient, node.hessian);
    node.gain = max(gain, 0.0);
  }
  if (training.kept != 0) addToOthers(training, output);
}

function setValue(training: Training, node: Node, lambda: f64): void {
  node.value = <f32>(weightOf(training, node, node.gradient, node.hessian, lambda) * training.eta);
}

/** Sums of every node, in the loss's own units: of leaves from their rows, of the others from their children, who stand behind them. */
function sumLeaves(training: Training, output: u32): void {
  const gradientScale = powerBelow(ROOM, training.gradientSum);
  const hessianScale = powerBelow(ROOM, training.hessianSum);
  const pairs = training.gradients + ((<usize>output * training.rows) << 3);
  for (let index = <i32>training.nodeCount - 1; index >= 0; index--) {
    const node = nodeAt(training.nodes, index);
    if (node.left != -1) {
      const left = nodeAt(training.nodes, node.left);
      const right = nodeAt(training.nodes, node.right);
      node.wholeGradient = left.wholeGradient + right.wholeGradient;
      node.wholeHessian = left.wholeHessian + right.wholeHessian;
    } else {
      let gradient: i64 = 0;
      let hessian: i64 = 0;
      for (let i = node.begin; i < node.end; i++) {
        const pair = pairs + (<usize>load<u32>(training.order + (<usize>i << 2)) << 3);
        hessian += <i64>(<f64>load<f32>(pair) * hessianScale);
        gradient += <i64>(<f64>load<f32>(pair, 4) * gradientScale);
      }
      node.wholeGradient = gradient;
      node.wholeHessian = hessian;
    }
    node.gradient = <f64>node.wholeGradient / gradientScale;
    node.hessian = <f64>node.wholeHessian / hessianScale;
  }
}

function addLeaf(training: Training, leaf: Node, output: u32): void {
  for (let i = leaf.begin; i < leaf.end; i++) {
    const row = <usize>load<u32>(training.order + (<usize>i << 2));
    addTo(training, row, output, leaf.value);
  }
}

/** To rows that the tree did not learn from. */
function addToOthers(training: Training, output: u32): void {
  for (let row: u32 = 0; row < training.rows; row++) {
    if (load<u8>(training.kept + row) == 0) addTo(training, row, output, leafValue(training, training.bins, training.rows, row));
  }
}

// @ts-ignore: decorator
@inline
function addTo(training: Training, row: usize, output: u32, value: f32): void {
  const margin = training.margins + ((row * training.outputs + output) << 2);
  store<f32>(margin, load<f32>(margin) + value);
}
