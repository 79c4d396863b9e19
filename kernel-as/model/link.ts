import { logf } from "./logf.ts";

const f32 = Math.fround;

/** XGBoost's bounds of a probability that is to become a margin. */
const LEAST = f32(1e-6);
const MOST = f32(f32(1) - LEAST);

/** The margin of a probability, each step in f32 as XGBoost's `ProbToMargin` (src/objective/regression_loss.h) takes it. */
export function logit(probability: number): number {
  const p = Math.min(Math.max(f32(probability), LEAST), MOST);
  return f32(-logf(f32(f32(1 / p) - 1)));
}
