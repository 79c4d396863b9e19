import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MangroveError } from "../kernel-as/errors.ts";
import { Forest } from "../kernel-as/host/forest.ts";
import { loadKernel } from "../kernel-as/host/kernel.ts";
import type { Floats } from "../kernel-as/model/forest.ts";
import { timed, type Bench, type Contestant, type Sample } from "./bench.ts";
import { makeData } from "./data.ts";
import { growForest } from "./grow.ts";
import { median } from "./statistics.ts";

/** A forest, and how many rows it is given at a time. */
interface Scoring {
  readonly name: string;
  readonly title: string;
  readonly family: "xgboost" | "lightgbm";
  readonly trees: number;
  /** Of each tree at most; 0: by leaves. */
  readonly depth: number;
  readonly leaves: number;
  readonly trainRows: number;
  readonly rowsACall: number;
  readonly calls: number;
  readonly peers: readonly PeerName[];
  readonly unit: Bench["unit"];
  readonly contestants: readonly ("kernel" | "interpreter" | "2 workers" | "open")[];
}

type PeerName = "xgboost" | "lightgbm" | "onnxruntime" | "tl2cgen";

const WIDTH = 24;

const depth6 = { family: "xgboost", trees: 200, depth: 6, leaves: 64, trainRows: 80_000 } as const;
const leaves64 = { family: "lightgbm", trees: 200, depth: 0, leaves: 64, trainRows: 80_000 } as const;
const perRowAndTree = "ns per row and tree";
const perCall = "µs a call";
const perOpening = "ms";

/** Rows to predictions: batches and single rows, small and very large forests. */
export const scorings: readonly Scoring[] = [
  { name: "kernel-xgboost", title: "batch, XGBoost's forest of depth 6", ...depth6, rowsACall: 100_000, calls: 3, peers: ["xgboost", "onnxruntime", "tl2cgen"], unit: perRowAndTree, contestants: ["kernel", "interpreter", "2 workers"] },
  { name: "kernel-lightgbm", title: "batch, LightGBM's forest of 64 leaves", ...leaves64, rowsACall: 100_000, calls: 3, peers: ["lightgbm", "onnxruntime", "tl2cgen"], unit: perRowAndTree, contestants: ["kernel", "interpreter", "2 workers"] },
  { name: "kernel-1000", title: "1,000 rows a call", ...depth6, rowsACall: 1000, calls: 100, peers: ["xgboost", "onnxruntime", "tl2cgen"], unit: perRowAndTree, contestants: ["kernel"] },
  { name: "kernel-64", title: "64 rows a call", ...depth6, rowsACall: 64, calls: 1000, peers: ["xgboost", "onnxruntime", "tl2cgen"], unit: perRowAndTree, contestants: ["kernel"] },
  { name: "kernel-one", title: "one row a call, 100 trees of 31 leaves", ...leaves64, trees: 100, leaves: 31, rowsACall: 1, calls: 20_000, peers: ["lightgbm", "onnxruntime", "tl2cgen"], unit: perCall, contestants: ["kernel"] },
  { name: "kernel-large", title: "a very large forest: 2,000 trees of 255 leaves", family: "xgboost", trees: 2000, depth: 0, leaves: 255, trainRows: 10_000, rowsACall: 20_000, calls: 1, peers: ["xgboost"], unit: perRowAndTree, contestants: ["kernel"] },
  { name: "kernel-open", title: "a file of 10 MB opened, and its first rows scored", family: "xgboost", trees: 310, depth: 0, leaves: 255, trainRows: 10_000, rowsACall: 1000, calls: 1, peers: ["xgboost"], unit: perOpening, contestants: ["open"] },
];

const modules: Readonly<Record<PeerName, string>> = { xgboost: "xgboost", lightgbm: "lightgbm", onnxruntime: "onnxruntime, onnxmltools", tl2cgen: "tl2cgen, treelite" };
const titles: Readonly<Record<PeerName, string>> = { xgboost: "XGBoost", lightgbm: "LightGBM", onnxruntime: "ONNX Runtime", tl2cgen: "tl2cgen" };

export function scoringBench(scoring: Scoring, quick: boolean): Bench {
  const trees = quick ? Math.ceil(scoring.trees / 20) : scoring.trees;
  const calls = quick ? Math.ceil(scoring.calls / 20) : scoring.calls;
  const rowsACall = quick ? Math.ceil(scoring.rowsACall / 20) : scoring.rowsACall;
  const trainRows = quick ? 2000 : scoring.trainRows;
  const { family, unit } = scoring;
  const model = family === "xgboost" ? "model.json" : "model.txt";
  return {
    name: scoring.name,
    title: `${scoring.title}; ${trees} trees, ${rowsACall.toLocaleString("en")} rows of ${WIDTH} features a call, one thread but for "2 workers"`,
    notes: [
      `The forest is ${titles[family]}'s own. Nothing is timed unless all margins are bit-equal to its own. From rows in an array to predictions; a sample is the median of ${calls.toLocaleString("en")} calls. Peers get NumPy's f32 rows, and what they need to take them in (XGBoost's inplace_predict nothing, tl2cgen a DMatrix) is part of their call. A peer whose probabilities are not the library's own is not timed.`,
    ],
    unit,
    figure: (ms) => (unit === perOpening ? ms : unit === perCall ? ms * 1000 : (ms * 1e6) / rowsACall / trees),
    peers: scoring.peers.map((peer) => ({ name: titles[peer], script: "predict.py", module: modules[peer], arguments: [peer] })),
    async prepare(folder) {
      const rows = Math.max(trainRows, rowsACall * calls);
      const { features, labels } = makeData({ rows, width: WIDTH });
      const task = { width: WIDTH, family, trees, depth: scoring.depth, leaves: scoring.leaves, trainRows, rowsACall, calls, model, opening: unit === perOpening };
      await growForest(folder, { family, features, labels, task });
    },
    async open(folder) {
      const bytes = await readFile(join(folder, "features.f32"));
      const f32 = new Float32Array(new Uint8Array(bytes).buffer);
      const rows = family === "xgboost" ? f32 : Float64Array.from(f32);
      const opened: Contestant[] = [];
      for (const name of scoring.contestants) {
        if (name === "open") {
          opened.push({ name: "open", peer: false, run: () => timedOpening(join(folder, model), rows.subarray(0, rowsACall * WIDTH)) });
          continue;
        }
        const forest = await Forest.open(join(folder, model), {
          kernel: await loadKernel(),
          ...(name === "interpreter" && { tier: "interpreter" as const }),
          ...(name === "2 workers" && { workers: 2 }),
        });
        await forest.ready();
        if (forest.trees !== trees) throw new MangroveError("MGV_INTERNAL", `${trees} trees were asked for, ${titles[family]} has grown ${forest.trees}.`);
        await mustBeTheirs(forest, rows, join(folder, "margins"));
        opened.push({ name: name === "kernel" ? `kernel (${forest.tier})` : name, peer: false, run: runOf(forest, rows, rowsACall, calls) });
      }
      return opened;
    },
  };
}

/** The median call. */
function runOf(forest: Forest, rows: Floats, rowsACall: number, calls: number): () => Promise<Sample> {
  const parts = Array.from({ length: calls }, (_, call) => rows.subarray(call * rowsACall * WIDTH, (call + 1) * rowsACall * WIDTH));
  const out = forest.predict(parts[0]!);
  return async () => {
    const took = parts.map((part) => {
      const startedMs = performance.now();
      forest.predict(part, out);
      return performance.now() - startedMs;
    });
    return { ms: median(took) };
  };
}

/** From the path to the first predictions. */
async function timedOpening(path: string, rows: Floats): Promise<Sample> {
  return timed(async () => {
    using forest = await Forest.open(path);
    forest.predict(rows);
  });
}

async function mustBeTheirs(forest: Forest, rows: Floats, path: string): Promise<void> {
  const bytes = new Uint8Array(await readFile(path)).buffer;
  const theirs = rows instanceof Float32Array ? new Float32Array(bytes) : new Float64Array(bytes);
  const ours = forest.margins(rows);
  const odd = theirs.findIndex((margin, row) => !Object.is(margin, ours[row]));
  if (odd === -1 && ours.length === theirs.length) return;
  throw new MangroveError("MGV_KERNEL", `The kernel's margins are not the library's: row ${odd} has ${ours[odd]}, the library ${theirs[odd]}. Nothing was timed.`);
}
