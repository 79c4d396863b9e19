/** The best split of a node. Bins up to `lastLeftBin` go left. Gradient sums are still times the scale. */
@unmanaged
export class Split {
  gain: f64;
  leftGradient: f64;
  leftHessian: f64;
  feature: u32;
  lastLeftBin: u32;
  missingLeft: u32;
}

/**
 * Looks at every boundary between bins, missing values on the right and on the left: gain = left + right - parent, each
 * g^2 / (h + lambda). The first of equals wins: lower feature, lower bin, missing right. Where a node has no missing
 * value they go with the greater hessian.
 */
export function findSplit(
  histogram: usize,
  features: u32,
  gradient: f64,
  hessian: f64,
  unit: f64,
  lambda: f64,
  minChildWeight: f64,
  best: Split,
): void {
  best.gain = 0;
  best.feature = 0;
  const parent = score(gradient * unit, hessian * unit, lambda);
  for (let feature: u32 = 0; feature < features; feature++) {
    const cells = histogram + (<usize>feature << 12);
    const missingGradient = load<f64>(cells, 4080);
    const missingHessian = load<f64>(cells, 4088);
    let g: f64 = 0;
    let h: f64 = 0;
    for (let bin: u32 = 0; bin < 254; bin++) {
      const cell = cells + (<usize>bin << 4);
      const binHessian = load<f64>(cell, 8);
      if (binHessian == 0) continue; // an empty bin: the same two sides as before
      g += load<f64>(cell);
      h += binHessian;
      for (let missingLeft: u32 = 0; missingLeft < 2; missingLeft++) {
        if (missingLeft == 1 && missingHessian == 0) break;
        const leftGradient = missingLeft == 1 ? g + missingGradient : g;
        const leftHessian = missingLeft == 1 ? h + missingHessian : h;
        const l = leftHessian * unit;
        const r = (hessian - leftHessian) * unit;
        if (l < minChildWeight || r < minChildWeight || r == 0) continue;
        const gain = score(leftGradient * unit, l, lambda) + score((gradient - leftGradient) * unit, r, lambda) - parent;
        if (gain > best.gain) {
          best.gain = gain;
          best.feature = feature;
          best.lastLeftBin = bin;
          best.missingLeft = missingHessian == 0 ? (l > r ? 1 : 0) : missingLeft;
          best.leftGradient = leftGradient;
          best.leftHessian = leftHessian;
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function score(g: f64, h: f64, lambda: f64): f64 {
  return (g * g) / (h + lambda);
}
