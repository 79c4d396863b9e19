import { Forest } from "../../kernel-as/host/forest.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import type { Floats, ForestModel } from "../../kernel-as/model/forest.ts";

let kernel: ReturnType<typeof loadKernel> | null = null;

/** The greatest distance of our contributions from a library's, in parts of 1 + the sum of the magnitudes of the output's; rows that it has none for are NaN. */
export async function contributionsApart(model: ForestModel, rows: Floats, theirs: Floats): Promise<number> {
  kernel ??= loadKernel();
  using forest = new Forest(await kernel, model);
  const ours = forest.contributions(rows);
  if (ours.length !== theirs.length) return Infinity;
  const width = model.featureCount + 1;
  let most = 0;
  for (let first = 0; first < ours.length; first += width) {
    if (Number.isNaN(theirs[first])) continue;
    let sum = 1;
    for (let i = first; i < first + width; i++) sum += Math.abs(theirs[i]!);
    for (let i = first; i < first + width; i++) {
      const apart = Math.abs(ours[i]! - theirs[i]!) / sum;
      if (!(apart <= most)) most = apart; // NaN too
    }
  }
  return most;
}
