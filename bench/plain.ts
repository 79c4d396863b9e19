import { logit } from "../kernel-as/model/link.ts";
import type { Forest, Tree } from "../kernel-as/model/forest.ts";
import type { RecordBatch } from "../engine/source/source.ts";

interface Node {
  readonly feature: number;
  readonly split: number;
  readonly defaultLeft: boolean;
  /** Null at a leaf, whose value is `split`. */
  readonly left: Node | null;
  readonly right: Node | null;
}

interface Reading {
  readonly timeMs: number;
  readonly values: readonly number[];
}

export interface PlainPrediction {
  readonly sensor: string;
  readonly timeMs: number;
  readonly margin: number;
  readonly probability: number;
  readonly fire: boolean;
}

/**
 * The same work as one would write it without an engine: an object per reading, arrays as windows, trees of objects. It
 * takes what it is given for valid and in order. Sums run from the newest reading back, so the bits are the engine's.
 */
export function plainPipeline(forest: Forest, names: readonly string[], spansMs: readonly number[]): (batches: readonly RecordBatch[]) => PlainPrediction[] {
  const trees = forest.trees.map((tree) => objectsOf(tree, 0));
  const base = logit(forest.baseScore);
  const longestMs = Math.max(...spansMs);
  const text = new TextDecoder();

  return (batches) => {
    const windows = new Map<string, Reading[]>();
    const predictions: PlainPrediction[] = [];
    for (const { count, values: bytes, bounds } of batches) {
      for (let record = 0; record < count; record++) {
        const message = JSON.parse(text.decode(bytes.subarray(bounds[record], bounds[record + 1]))) as Record<string, unknown>;
        const sensor = message["sensor_id"] as string;
        const timeMs = (message["UTC"] as number) * 1000;
        const values = names.map((name) => (message[name] as number | null) ?? NaN);

        let window = windows.get(sensor);
        if (!window) windows.set(sensor, (window = []));
        window.push({ timeMs, values });
        while (window[0]!.timeMs <= timeMs - longestMs) window.shift();

        const features = featuresOf(window, spansMs);
        const margin = trees.reduce((sum, tree) => Math.fround(sum + leafValue(tree, features)), base);
        const probability = 1 / (1 + Math.exp(-margin));
        predictions.push({ sensor, timeMs, margin, probability, fire: probability >= 0.5 });
      }
    }
    return predictions;
  };
}

/** Of the newest reading of the window: its values, then for each span the values less their mean. */
function featuresOf(window: readonly Reading[], spansMs: readonly number[]): number[] {
  const { timeMs, values } = window.at(-1)!;
  const width = values.length;
  const features = values.map(Math.fround);
  const sums = new Array<number>(width).fill(0);
  const counts = new Array<number>(width).fill(0);
  let older = window.length - 1;
  for (const spanMs of spansMs) {
    for (; older >= 0 && window[older]!.timeMs > timeMs - spanMs; older--) {
      const past = window[older]!.values;
      for (let i = 0; i < width; i++) {
        const x = past[i]!;
        if (Number.isNaN(x)) continue;
        sums[i]! += x;
        counts[i]!++;
      }
    }
    for (let i = 0; i < width; i++) features.push(counts[i]! < 2 ? NaN : Math.fround(values[i]! - sums[i]! / counts[i]!));
  }
  return features;
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
