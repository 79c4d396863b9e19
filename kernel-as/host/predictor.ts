import type { ForestModel } from "../model/forest.ts";
import { predictorOf, transformOf, type Predictor } from "../model/objective.ts";
import type { KernelFloats } from "./array.ts";
import type { Kernel } from "./kernel.ts";

/** Below so many margins the call costs more than it saves. */
const WORTH_A_CALL = 8;

/** `predictorOf`, with XGBoost's sigmoid in the kernel: the same bits, and no boxed number for each. `room` is used meanwhile. */
export function kernelPredictor(kernel: Kernel, model: ForestModel, room: KernelFloats): Predictor {
  const plain = predictorOf(model);
  if (model.family !== "xgboost" || transformOf(model) !== "sigmoid" || model.averaged) return plain;
  return (margins, out) => {
    if (margins.length < WORTH_A_CALL) {
      plain(margins, out);
      return;
    }
    const at = room.atLeast(margins.length);
    room.view.set(margins);
    kernel.calls.sigmoids(at, margins.length);
    out.set(kernel.f32(at, margins.length));
  };
}
