import { beginNode, CLOSED, Node, nodeAt } from "./node";
import { partition } from "./partition";
import { FEATURE_BYTES } from "./settings";
import { Training } from "./training";
import { weightOf } from "./weight";

/** Makes the node's best split. */
export function split(training: Training, index: u32): void {
  const node = nodeAt(training.nodes, index);
  node.state = CLOSED;
  node.left = training.nodeCount;
  node.right = training.nodeCount + 1;
  training.nodeCount += 2;
  const left = nodeAt(training.nodes, node.left);
  const right = nodeAt(training.nodes, node.right);
  const middle = partition(training, node);
  beginNode(left, node.begin, middle, node.depth + 1);
  beginNode(right, middle, node.end, node.depth + 1);
  left.gradient = node.leftGradient;
  left.hessian = node.leftHessian;
  right.gradient = node.gradient - node.leftGradient;
  right.hessian = node.hessian - node.leftHessian;
  bound(training, node, left, right);
  if (training.paths == 0) return;
  for (let child = node.left; child <= node.right; child++) {
    const path = training.paths + <usize>child * training.features;
    memory.copy(path, training.paths + <usize>index * training.features, training.features);
    store<u8>(path + node.feature, 1);
  }
}

/** Weights below stay on their side of the middle between both children's (dmlc/xgboost src/tree/split_evaluator.h). */
function bound(training: Training, node: Node, left: Node, right: Node): void {
  left.lower = node.lower;
  left.upper = node.upper;
  right.lower = node.lower;
  right.upper = node.upper;
  const direction = training.monotone ? <i32>load<i8>(training.featureTable + <usize>node.feature * FEATURE_BYTES, 4) : 0;
  if (direction == 0) return;
  const lambda = training.lambda;
  const leftWeight = weightOf(training, node, left.gradient * training.gradientUnit, left.hessian * training.hessianUnit, lambda);
  const rightWeight = weightOf(training, node, right.gradient * training.gradientUnit, right.hessian * training.hessianUnit, lambda);
  const middle = (leftWeight + rightWeight) / 2.0;
  if (direction > 0) {
    left.upper = middle;
    right.lower = middle;
  } else {
    left.lower = middle;
    right.upper = middle;
  }
}
