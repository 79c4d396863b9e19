import { exp } from "./math";

/** Turns `count` margins, f32, into probabilities where they are: the operations of `sigmoidF32` in kernel-as/model/objective.ts. */
export function sigmoids(values: usize, count: u32): void {
  const end = values + (<usize>count << 2);
  for (; values < end; values += 4) {
    const power = <f32>exp(min(-(<f64>load<f32>(values)), <f64>(<f32>88.7)));
    store<f32>(values, <f32>(1.0 / <f64>(<f32>(<f64>power + 1.0))));
  }
}
