import type { ForestModel, Tree } from "../../kernel-as/model/forest.ts";

/** XGBoost's binary file of old, drawn in `kernel-as/model/formats/xgboost/binary.ts`: the only one that the predictor in plain Java reads. One output, `gbtree`. */
export function binaryModel({ baseScores, featureCount, objective, trees }: ForestModel): Uint8Array {
  const learner = words(34, (view) => {
    view.setFloat32(0, baseScores[0]!, true);
    view.setUint32(4, featureCount, true);
    view.setUint32(20, 1, true);
    view.setUint32(24, 7, true);
  });
  const booster = words(40, (view) => view.setUint32(0, trees.length, true));
  return Buffer.concat([Buffer.from("binf"), learner, text(objective.name), text("gbtree"), booster, ...trees.map((tree) => treeBytes(tree, featureCount)), words(trees.length, () => {})]);
}

function treeBytes({ left, right, feature, split, defaultLeft, gain, cover, value }: Tree, featureCount: number): Buffer {
  const nodes = left.length;
  const parents = new Int32Array(nodes).fill(-1);
  for (let node = 0; node < nodes; node++) {
    if (left[node] === -1) continue;
    parents[left[node]!] = node | (1 << 31);
    parents[right[node]!] = node;
  }
  const head = words(37, (view) => {
    view.setUint32(0, 1, true);
    view.setUint32(4, nodes, true);
    view.setUint32(16, featureCount, true);
  });
  const splits = words(nodes * 5, (view) => {
    for (let node = 0; node < nodes; node++) {
      [parents[node]!, left[node]!, left[node] === -1 ? -1 : right[node]!].forEach((place, i) => view.setInt32(node * 20 + i * 4, place, true));
      view.setUint32(node * 20 + 12, (feature[node]! | (defaultLeft[node]! << 31)) >>> 0, true);
      view.setFloat32(node * 20 + 16, split[node]!, true);
    }
  });
  const statistics = words(nodes * 4, (view) => {
    for (let node = 0; node < nodes; node++) [gain, cover, value].forEach((each, i) => view.setFloat32(node * 16 + i * 4, each[node]!, true));
  });
  return Buffer.concat([head, splits, statistics]);
}

function words(count: number, write: (view: DataView) => void): Buffer {
  const bytes = Buffer.alloc(count * 4);
  write(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  return bytes;
}

function text(value: string): Buffer {
  const length = Buffer.alloc(8);
  length.writeUInt32LE(value.length);
  return Buffer.concat([length, Buffer.from(value)]);
}
