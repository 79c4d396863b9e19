import { beforeAll, describe, expect, test } from "vitest";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import type { TrainingParameters } from "../../../trainer/index.ts";
import { drawn, type DataSet, type Recipe } from "../../fixtures/data-sets.ts";
import { marginsOfPeers, peersAbsent, type PeerMargins } from "./peers.ts";
import { ourMargins, peerTask, type Growth } from "./three.ts";

/** Whole numbers 0…19, each a bin of its own in every library. */
const binned = (x: Float32Array) => x.forEach((value, i) => (x[i] = Math.floor((value + 1) * 10)));
const signal = (x: Float32Array) => Math.sin(x[0]! / 4) + (x[1]! * x[2]!) / 200 - (x[3]! > 12 ? 1 : 0) + x[4]! / 40;
const gaps = (x: Float32Array, next: () => number) => x.forEach((_, i) => next() < 0.2 && (x[i] = NaN));

const shared = { width: 8, rows: 20_000, heldOutRows: 20_000, draws: 1, shape: binned };
const kinds: readonly Recipe[] = [
  { ...shared, name: "binary:logistic", target: (x, next) => (next() < 1 / (1 + Math.exp(-2 * signal(x))) ? 1 : 0) },
  { ...shared, name: "reg:squarederror", objective: "reg:squarederror", target: (x, next) => signal(x) + next() },
  { ...shared, name: "three classes", objective: "multi:softprob", classes: 3, target: (x, next) => Math.min(2, Math.max(0, Math.floor(1.2 + signal(x) + next() * 2 - 1))) },
];

const growths: Readonly<Record<"xgboost" | "lightgbm", Growth>> = {
  xgboost: { rounds: 1, eta: 1, lambda: 1, min_child_weight: 10, max_bin: 255, max_depth: 6, base_score: 0 },
  lightgbm: { rounds: 1, eta: 1, lambda: 1, min_child_weight: 10, max_bin: 255, max_leaves: 31, base_score: 0 },
};

interface Compared {
  readonly says: string;
  readonly library: "xgboost" | "lightgbm";
  readonly dataSet: DataSet;
  readonly growth: Growth;
  /** What their margins are multiplied by to be ours: see the task of the peers. */
  readonly times: number;
}

const compared: readonly Compared[] = kinds.flatMap((kind) =>
  [false, true].flatMap((missing) => {
    const dataSet = drawn(missing ? { ...kind, hide: gaps } : kind, 1);
    const { objective, classes } = dataSet;
    const base_score = objective === "binary:logistic" ? 0.5 : 0;
    return (["xgboost", "lightgbm"] as const).map((library) => ({
      says: `${kind.name}, ${missing ? "a fifth of values missing" : "no missing values"}, as ${library === "xgboost" ? "XGBoost by depth" : "LightGBM by leaf"}`,
      library,
      dataSet,
      growth: { ...growths[library], base_score },
      times: library === "lightgbm" && objective === "multi:softprob" ? classes / (classes - 1) / 2 : 1,
    }));
  }),
);

describe.skipIf(peersAbsent)("one tree on the same bins: 99 % of predictions are the peer's within 1e-3, of rows learned from and of others", () => {
  const answers = new Map<Compared, { ours: Float32Array; theirs: Float64Array }>();

  beforeAll(async () => {
    const kernel = await loadKernel();
    const rowsOf = ({ learned, heldOut }: DataSet) => concatenated(learned.features, heldOut.features);
    const margins: PeerMargins[] = await marginsOfPeers(compared.map(({ dataSet, growth }) => peerTask(dataSet, growth, rowsOf(dataSet))));
    for (const [i, each] of compared.entries()) {
      const parameters: Partial<TrainingParameters> = { ...each.growth, quantized: false };
      answers.set(each, { ours: await ourMargins(kernel, each.dataSet, parameters, rowsOf(each.dataSet)), theirs: margins[i]![each.library] });
    }
  });

  test.each(compared)("$says", (each) => {
    const { ours, theirs } = answers.get(each)!;
    expect(theirs).toHaveLength(ours.length);
    const half = ours.length / 2;
    const near = Array.from(ours, (margin, i) => Math.abs(margin - theirs[i]! * each.times) <= 1e-3 * (1 + Math.abs(margin)));
    const share = (some: readonly boolean[]) => some.filter(Boolean).length / some.length;
    expect(share(near.slice(0, half))).toBeGreaterThanOrEqual(0.99);
    expect(share(near.slice(half))).toBeGreaterThanOrEqual(0.99);
    expect(new Set(ours).size).toBeGreaterThan(20);
  });
});

function concatenated(first: Float32Array, second: Float32Array): Float32Array {
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
