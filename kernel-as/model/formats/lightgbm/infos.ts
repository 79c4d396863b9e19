import type { ForestModel } from "../../forest.ts";

/** What LightGBM says of each feature: its categories, a range, which a forest does not know, or that it is not used. */
export function featureInfos({ trees, featureCount, categoryNames }: ForestModel): string[] {
  const categories = Array.from({ length: featureCount }, (_, feature) => {
    const names = categoryNames?.[feature] ?? null;
    return names === null ? null : new Set(names.keys());
  });
  const isUsed = new Uint8Array(featureCount);
  for (const tree of trees) {
    for (const [node, feature] of tree.feature.entries()) {
      if (tree.left[node] === -1) continue;
      isUsed[feature] = 1;
      const set = tree.categories?.sets[tree.categories.of[node]!];
      if (set !== undefined) addMembers(set, (categories[feature] ??= new Set()));
    }
    for (const features of tree.linear?.features ?? []) features?.forEach((feature) => (isUsed[feature] = 1));
  }
  return categories.map((set, feature) => {
    if (set !== null && set.size > 0) return Array.from(set).sort((a, b) => a - b).join(":");
    return isUsed[feature] === 1 ? "[-inf:inf]" : "none";
  });
}

function addMembers(bits: Uint32Array, members: Set<number>): void {
  for (const [word, value] of bits.entries()) {
    for (let bit = 0; bit < 32; bit++) if (((value >>> bit) & 1) === 1) members.add(word * 32 + bit);
  }
}
