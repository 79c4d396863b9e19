import { baseMargins } from "../kernel-as/model/objective.ts";
import type { ForestModel, Tree } from "../kernel-as/model/forest.ts";
import type { RecordBatch } from "../engine/source/source.ts";
import type { PlainWindows } from "./plain-windows.ts";

interface Node {
  readonly feature: number;
  readonly split: number;
  readonly defaultLeft: boolean;
  /** Null at a leaf, whose value is `split`. */
  readonly left: Node | null;
  readonly right: Node | null;
}

export interface PlainPrediction {
  readonly sensor: string;
  readonly timeMs: number;
  readonly margin: number;
  readonly probability: number;
  readonly fire: boolean;
}

/**
 * The same work as one would write it without an engine: objects and arrays for readings, windows and trees. It takes
 * what it is given for valid and in order.
 */
export function plainPipeline(forest: ForestModel, names: readonly string[], open: () => PlainWindows): (batches: readonly RecordBatch[]) => PlainPrediction[] {
  const trees = forest.trees.map((tree) => objectsOf(tree, 0));
  const base = baseMargins(forest)[0]!;
  const text = new TextDecoder();

  return (batches) => {
    const windows = new Map<string, PlainWindows>();
    const predictions: PlainPrediction[] = [];
    for (const { count, values: bytes, bounds } of batches) {
      for (let record = 0; record < count; record++) {
        const message = JSON.parse(text.decode(bytes.subarray(bounds[record], bounds[record + 1]))) as Record<string, unknown>;
        const sensor = message["sensor_id"] as string;
        const timeMs = (message["UTC"] as number) * 1000;
        const values = names.map((name) => (message[name] as number | null) ?? NaN);

        let sensorWindows = windows.get(sensor);
        if (!sensorWindows) windows.set(sensor, (sensorWindows = open()));
        const features = sensorWindows.push({ timeMs, values });
        const margin = trees.reduce((sum, tree) => Math.fround(sum + leafValue(tree, features)), base);
        const probability = 1 / (1 + Math.exp(-margin));
        predictions.push({ sensor, timeMs, margin, probability, fire: probability >= 0.5 });
      }
    }
    return predictions;
  };
}

function leafValue(root: Node, features: readonly number[]): number {
  let node = root;
  while (node.left !== null) {
    const x = features[node.feature]!;
    const goesLeft = Number.isNaN(x) ? node.defaultLeft : x < node.split;
    node = goesLeft ? node.left : node.right!;
  }
  return node.split;
}

function objectsOf(tree: Tree, node: number): Node {
  const inner = tree.left[node] !== -1;
  return {
    feature: tree.feature[node]!,
    split: tree.split[node]!,
    defaultLeft: tree.defaultLeft[node] === 1,
    left: inner ? objectsOf(tree, tree.left[node]!) : null,
    right: inner ? objectsOf(tree, tree.right[node]!) : null,
  };
}
