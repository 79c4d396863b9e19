import { mix } from "./random";
import { chooseFeatures } from "./sample";
import { Training } from "./training";

/** Those of the tree's features that the node may be split by. */
export function allowFeatures(training: Training, index: u32, key: u32): void {
  const allowed = training.nodeFeatures;
  memory.copy(allowed, training.treeFeatures, training.features);
  if (training.interactions != 0) {
    const path = training.paths + <usize>index * training.features;
    for (let feature: u32 = 0; feature < training.features; feature++) {
      if (load<u8>(path + feature) == 0 && !sharesSet(training, path, feature)) store<u8>(allowed + feature, 0);
    }
  }
  chooseFeatures(allowed, training.features, training.colsampleByNode, mix(index, key), training.picks);
}

/** Whether a set has the feature and all that stand above. Where nothing stands above any feature is allowed. */
function sharesSet(training: Training, path: usize, feature: u32): bool {
  for (let set: u32 = 0; set < training.interactionCount; set++) {
    const members = training.interactions + <usize>set * training.features;
    if (load<u8>(members + feature) == 0) continue;
    let all = true;
    for (let other: u32 = 0; other < training.features && all; other++) all = load<u8>(path + other) == 0 || load<u8>(members + other) != 0;
    if (all) return true;
  }
  return false;
}
