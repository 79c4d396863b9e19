import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { counted } from "../commands/terminal.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { Forest } from "../kernel-as/host/forest.ts";
import { loadKernel } from "../kernel-as/host/kernel.ts";
import type { Floats } from "../kernel-as/model/forest.ts";
import { timed, type Bench } from "./bench.ts";
import { makeData } from "./data.ts";
import { growForest } from "./grow.ts";

/** A forest, and how many rows are explained in a call. */
interface Explaining {
  readonly name: string;
  readonly title: string;
  readonly family: "xgboost" | "lightgbm";
  readonly library: string;
  readonly trees: number;
  /** Of each tree at most; 0: by leaves. */
  readonly depth: number;
  readonly leaves: number;
  readonly rows: number;
  readonly calls: number;
}

const WIDTH = 24;

export const explainings: readonly Explaining[] = [
  { name: "shap-xgboost", title: "XGBoost's forest of depth 6", family: "xgboost", library: "XGBoost", trees: 200, depth: 6, leaves: 64, rows: 1000, calls: 1 },
  { name: "shap-lightgbm", title: "LightGBM's forest of 64 leaves", family: "lightgbm", library: "LightGBM", trees: 200, depth: 0, leaves: 64, rows: 1000, calls: 1 },
  { name: "shap-one", title: "XGBoost's forest of depth 6", family: "xgboost", library: "XGBoost", trees: 200, depth: 6, leaves: 64, rows: 1, calls: 200 },
];

export function explainBench(explaining: Explaining, quick: boolean): Bench {
  const { name, family, library, depth, leaves, rows: rowsACall, calls } = explaining;
  const trees = quick ? 10 : explaining.trees;
  const trainRows = quick ? 2000 : 80_000;
  const model = family === "xgboost" ? "model.json" : "model.txt";
  return {
    name,
    title: `contributions of ${WIDTH} features; ${explaining.title}, ${trees} trees, ${counted(rowsACall, "row")} a call, one thread`,
    notes: [`The forest is ${library}'s own. Nothing is timed unless all contributions are the library's within 1e-4 of a row's magnitude. From rows in an array to contributions in an array; XGBoost's DMatrix is part of its call.`],
    unit: "ns per row and tree",
    figure: (ms) => (ms * 1e6) / rowsACall / calls / trees,
    peers: [{ name: library, script: "explain.py", module: family, arguments: [family] }],
    async prepare(folder) {
      const { features, labels } = makeData({ rows: trainRows, width: WIDTH });
      await growForest(folder, { family, features, labels, task: { width: WIDTH, family, trees, depth, leaves, trainRows, rowsACall, calls, model, explained: true } });
    },
    async open(folder) {
      const f32 = new Float32Array(new Uint8Array(await readFile(join(folder, "features.f32"))).buffer).subarray(0, calls * rowsACall * WIDTH);
      const rows = family === "xgboost" ? f32 : Float64Array.from(f32);
      const forest = await Forest.open(join(folder, model), { kernel: await loadKernel() });
      mustBeTheirs(forest.contributions(rows), new Float64Array(new Uint8Array(await readFile(join(folder, "contributions"))).buffer));
      const parts = Array.from({ length: calls }, (_, call) => rows.subarray(call * rowsACall * WIDTH, (call + 1) * rowsACall * WIDTH));
      const out = forest.contributions(parts[0]!);
      return [{ name: "kernel", peer: false, run: () => timed(() => parts.forEach((part) => forest.contributions(part, out))) }];
    },
  };
}

function mustBeTheirs(ours: Floats, theirs: Float64Array): void {
  const width = WIDTH + 1;
  const magnitude = (i: number) => theirs.subarray(i - (i % width), i - (i % width) + width).reduce((sum, each) => sum + Math.abs(each), 1);
  const odd = theirs.findIndex((each, i) => !(Math.abs(each - ours[i]!) <= 1e-4 * magnitude(i)));
  if (odd === -1 && ours.length === theirs.length) return;
  throw new MangroveError("MGV_KERNEL", `The kernel's contributions are not the library's: number ${odd} is ${ours[odd]}, the library's ${theirs[odd]}. Nothing was timed.`);
}
