import { Random } from "../../engine/simulator/random.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { Forest } from "../../kernel-as/host/forest.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { Floats, ForestModel, Tree } from "../../kernel-as/model/forest.ts";
import { baseMargins } from "../../kernel-as/model/objective.ts";
import { rowsNear } from "./rows-near.ts";

const SEED = 20_260_101;
const MOST_ROWS = 512;
/** Numbers that are held at once, of rows and of leaves. */
const MOST_NUMBERS = 1 << 22;

/** A file of a hundred bytes may claim two thousand million. */
const MOST_FEATURES = 1 << 24;

/** How much two models differ on the same rows. */
export interface Agreement {
  readonly rows: number;
  /** The largest difference of two margins, and what rounding to f32 accounts for; 0 and 0 within one family. */
  readonly largest: number;
  readonly allowed: number;
}

/**
 * Scores seeded rows, most of them at the thresholds of `model`, by it and by what became of it in another format. Throws `MGV_MODEL_CONVERT` unless
 * every row falls into the same leaf of every tree and has the same margins: bit for bit within one family, else up to the rounding of f32. Throws
 * `MGV_MODEL_UNSUPPORTED` for too many features.
 */
export function compareModels(kernel: Kernel, model: ForestModel, converted: ForestModel): Agreement {
  if (model.featureCount > MOST_FEATURES) throw new MangroveError("MGV_MODEL_UNSUPPORTED", `The model reads ${model.featureCount} features; with more than ${MOST_FEATURES} what is written cannot be checked.`);
  const rows = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / Math.max(model.featureCount, model.trees.length, 1))));
  const features = rowsNear(new Random(SEED), model, { rows, f32: model.family !== converted.family });
  using ours = new Forest(kernel, model);
  using theirs = new Forest(kernel, converted);
  if (theirs.outputs !== ours.outputs || converted.featureCount !== model.featureCount) disagree("the number of outputs or of features is another");
  compareLeaves(model, converted, ours.leaves(features), theirs.leaves(features));
  return { rows, ...compareMargins(model, converted, ours.margins(features), theirs.margins(features)) };
}

function compareMargins(model: ForestModel, converted: ForestModel, ours: Floats, theirs: Floats): Omit<Agreement, "rows"> {
  const allowed = model.family === converted.family ? new Float64Array(model.outputs) : roundingBounds(model);
  let largest = 0;
  ours.forEach((margin, i) => {
    if (Object.is(margin, theirs[i])) return;
    const apart = Math.abs(margin - theirs[i]!);
    if (!(apart <= allowed[i % model.outputs]!)) disagree(`margins of row ${Math.floor(i / model.outputs)} are ${margin} and ${theirs[i]}`);
    largest = Math.max(largest, apart);
  });
  return { largest, allowed: allowed.reduce((most, bound) => Math.max(most, bound), 0) };
}

/** Of each output: what a sum in f32 of the largest leaves, themselves rounded, can be off. */
function roundingBounds(model: ForestModel): Float64Array {
  const magnitudes = baseMargins(model).map(Math.abs);
  const terms = new Float64Array(model.outputs).fill(2);
  for (const tree of model.trees) {
    magnitudes[tree.output]! += largestLeaf(tree);
    terms[tree.output]! += 1;
  }
  return magnitudes.map((magnitude, output) => magnitude * terms[output]! * 2 ** -24);
}

function largestLeaf({ left, split, weight }: Tree): number {
  let largest = 0;
  for (let node = 0; node < left.length; node++) if (left[node] === -1) largest = Math.max(largest, Math.abs(split[node]! * weight));
  return largest;
}

/** Trees of one output correspond in their order; those that one model has more are of one leaf. Leaves may have other numbers. */
function compareLeaves(model: ForestModel, converted: ForestModel, ours: Int32Array, theirs: Int32Array): void {
  const rows = ours.length / Math.max(model.trees.length, 1);
  const theirTrees = treesByOutput(converted);
  treesByOutput(model).forEach((trees, output) =>
    trees.forEach((tree, place) => {
      const counterpart = theirTrees[output]![place] ?? disagree(`there is no counterpart of tree ${tree}`);
      const theirLeaf = new Map<number, number>();
      const ourLeaf = new Map<number, number>();
      for (let row = 0; row < rows; row++) {
        const a = ours[row * model.trees.length + tree]!;
        const b = theirs[row * converted.trees.length + counterpart]!;
        const same = (theirLeaf.get(a) ?? b) === b && (ourLeaf.get(b) ?? a) === a;
        if (!same || (model.family === converted.family && a !== b)) disagree(`row ${row} falls into another leaf of tree ${tree}`);
        theirLeaf.set(a, b);
        ourLeaf.set(b, a);
      }
    }),
  );
}

function treesByOutput({ trees, outputs }: ForestModel): number[][] {
  const numbers = Array.from({ length: outputs }, (): number[] => []);
  trees.forEach(({ output }, number) => numbers[output]!.push(number));
  return numbers;
}

function disagree(what: string): never {
  throw new MangroveError("MGV_MODEL_CONVERT", `The converted model does not agree with the one that was read: ${what}. Nothing was written. Please report this as a fault of Mangrove.`);
}
