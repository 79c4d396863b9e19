import { log } from "../assembly/math.ts";

/** The margin of a probability in (0, 1), each step in f32 as XGBoost's `ProbToMargin` (src/objective/regression_loss.h) takes it. */
export function logit(probability: number): number {
  const f = Math.fround;
  return f(-f(log(f(f(1 / f(probability)) - 1))));
}
