import type { CategoricalBins, FeatureBins } from "../../model/feature-bins.ts";
import { emptyTree, type Tree } from "../../model/forest.ts";

/** The layout is drawn in assembly/train/node.ts. */
export const NODE_BYTES = 160;
const SET_OFFSET = 128;

/** The tree that the kernel has grown, from its nodes. */
export function readTree(nodes: DataView, bins: readonly FeatureBins[], output: number): Tree {
  const count = nodes.byteLength / NODE_BYTES;
  const tree = emptyTree(count, { output });
  const sets: Uint32Array[] = [];
  const of = new Int32Array(count).fill(-1);
  for (let i = 0; i < count; i++) {
    const at = i * NODE_BYTES;
    const left = nodes.getInt32(at + 8, true);
    tree.cover[i] = nodes.getFloat64(at + 40, true);
    tree.value[i] = nodes.getFloat32(at + 96, true);
    tree.split[i] = tree.value[i]!;
    if (left === -1) continue;
    const feature = nodes.getUint32(at + 16, true);
    const each = bins[feature]!;
    tree.left[i] = left;
    tree.right[i] = nodes.getInt32(at + 12, true);
    tree.feature[i] = feature;
    tree.defaultLeft[i] = nodes.getUint32(at + 24, true);
    tree.gain[i] = nodes.getFloat64(at + 48, true);
    if (each.kind === "numeric") {
      tree.split[i] = each.cuts[nodes.getUint32(at + 20, true)]!;
    } else {
      tree.split[i] = 0;
      of[i] = sets.length;
      sets.push(readSet(nodes, at + SET_OFFSET, each));
    }
  }
  return sets.length === 0 ? tree : { ...tree, categories: { of, sets } };
}

/** A set of bins as one of category codes. */
function readSet(nodes: DataView, at: number, { codes }: CategoricalBins): Uint32Array {
  const members = Array.from(codes).filter((_, bin) => ((nodes.getUint8(at + (bin >> 3)) >> (bin & 7)) & 1) === 1);
  const set = new Uint32Array((members.at(-1)! >> 5) + 1);
  for (const code of members) set[code >> 5]! |= 1 << (code & 31);
  return set;
}
