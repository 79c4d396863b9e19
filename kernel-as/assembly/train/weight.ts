import { Node } from "./node";
import { Training } from "./training";

/** What is left of a sum of gradients under an L1 penalty. */
// @ts-ignore: decorator
@inline
function shrunk(gradient: f64, alpha: f64): f64 {
  if (gradient > alpha) return gradient - alpha;
  if (gradient < -alpha) return gradient + alpha;
  return 0;
}

/** The best weight of a leaf of the node, or below it, before the learning rate: -g / (h + lambda) where nothing bounds it. 0 where nothing is known. */
export function weightOf(training: Training, node: Node, gradient: f64, hessian: f64, lambda: f64): f64 {
  const curvature = hessian + lambda;
  if (!(curvature > 0)) return 0;
  let weight = -shrunk(gradient, training.alpha) / curvature;
  if (training.maxDeltaStep > 0) weight = min(max(weight, -training.maxDeltaStep), training.maxDeltaStep);
  return min(max(weight, node.lower), node.upper);
}

/** Twice what a leaf of that weight takes from the loss. */
export function scoreOf(training: Training, gradient: f64, hessian: f64, lambda: f64, weight: f64): f64 {
  return -(2.0 * gradient * weight + (hessian + lambda) * weight * weight + 2.0 * training.alpha * abs(weight));
}

/** The same of the best weight: g² / (h + lambda) where nothing bounds it. */
export function bestScore(training: Training, node: Node, gradient: f64, hessian: f64): f64 {
  if (training.bounded) return scoreOf(training, gradient, hessian, training.lambda, weightOf(training, node, gradient, hessian, training.lambda));
  return (gradient * gradient) / (hessian + training.lambda);
}
