import { execFileSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { ForestModel } from "../../kernel-as/model/forest.ts";
import { lightgbmText } from "../../kernel-as/model/formats/lightgbm/text.ts";
import { importance } from "../../kernel-as/model/importance.ts";
import { predictorOf } from "../../kernel-as/model/objective.ts";
import { randomForest, randomRows, type RandomForest } from "../fixtures/forests.ts";
import { random } from "../fixtures/random.ts";
import { score } from "../fixtures/scoring.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { contributionsApart } from "./contributions.ts";
import { pythonWith } from "./python.ts";

const { python, reason } = pythonWith("lightgbm");

/** A model and rows, and what LightGBM answers for them. */
interface Answered {
  readonly model: ForestModel;
  readonly rows: Float64Array;
  readonly margins: Float64Array;
  readonly predictions: Float64Array;
  readonly leaves: Int32Array;
  /** Empty for linear leaves. */
  readonly contributions: Float64Array;
  /** By splits, then by gain. */
  readonly importances: Float64Array;
  /** The model as LightGBM writes it after it has read it. */
  readonly again: string;
}

type Folder = Awaited<ReturnType<typeof temporaryFolder>>;

function run(...args: string[]): void {
  execFileSync(python!, [fileURLToPath(new URL("lightgbm_grid.py", import.meta.url)), ...args], { stdio: ["ignore", "ignore", "inherit"] });
}

/** Puts a model of ours, as text, and rows there for LightGBM to read. */
async function put(folder: Folder, name: string, model: ForestModel, rows: Float64Array): Promise<void> {
  await writeFile(folder.file(`${name}.txt`), lightgbmText.write!(model));
  await writeFile(folder.file(`${name}.rows`), new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
}

async function take(folder: Folder, name: string): Promise<Answered> {
  const bytes = await readFile(folder.file(`${name}.txt`));
  const buffer = async (extension: string) => new Uint8Array(await readFile(folder.file(`${name}.${extension}`))).buffer;
  return {
    model: lightgbmText.read(new Uint8Array(bytes)),
    rows: new Float64Array(await buffer("rows")),
    margins: new Float64Array(await buffer("margins")),
    predictions: new Float64Array(await buffer("predictions")),
    leaves: new Int32Array(await buffer("leaves")),
    contributions: new Float64Array(await buffer("contributions")),
    importances: new Float64Array(await buffer("importances")),
    again: await readFile(folder.file(`${name}.again`), "utf8"),
  };
}

/** Where ours is not theirs: first the row's number, then the two. */
function differences(ours: ArrayLike<number>, theirs: ArrayLike<number>): string[] {
  if (ours.length !== theirs.length) return [`${ours.length} answers, ${theirs.length} of LightGBM`];
  return Array.from(ours, (value, i) => (Object.is(value, theirs[i]) ? "" : `${i}: ${value} ${theirs[i]}`)).filter(Boolean).slice(0, 5);
}

/** The greatest distance between predictions, relative where they are beyond 1. */
function distance(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  return Array.from(ours, (value, i) => (Object.is(value, theirs[i]) ? 0 : Math.abs(value - theirs[i]!) / Math.max(1, Math.abs(theirs[i]!)))).reduce((most, some) => Math.max(most, some), 0);
}

async function expectAsLightgbm({ model, rows, margins, predictions, leaves }: Answered): Promise<void> {
  const ours = await score(model, rows);
  expect(differences(ours.leaves, leaves)).toEqual([]);
  expect(differences(ours.margins, margins)).toEqual([]);
  const predicted = new Float64Array(ours.margins.length);
  predictorOf(model)(ours.margins, predicted);
  expect(distance(predicted, predictions)).toBeLessThan(1e-15);
}

const generated: readonly [string, Partial<RandomForest>][] = [
  ["two-leaves", { leaves: 2, trees: 60, features: 3 }],
  ["one-leaf", { leaves: 1, trees: 3 }],
  ["thousand-leaves", { leaves: 1000, trees: 3 }],
  ["one-feature", { leaves: 200, features: 1 }],
  ["five-hundred-features", { leaves: 100, features: 500 }],
  ["categories", { leaves: 60, categorical: 0.5, trees: 20 }],
  ["linear-leaves", { leaves: 30, special: "linear" }],
  ["linear-leaf", { leaves: 1, special: "linear" }],
  ["linear-categories", { leaves: 30, special: "linear", categorical: 0.4 }],
  ["outputs", { leaves: 20, outputs: 5, trees: 20 }],
];

const shape = (options: Partial<RandomForest>): RandomForest => ({ family: "lightgbm", features: 5, trees: 10, leaves: 30, outputs: 1, categorical: 0, special: "none", ...options });

describe.skipIf(reason)("a grid of models and rows", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const trained = new Map<string, Answered>();
  const rewritten = new Map<string, Answered>();
  const ours = new Map<string, Answered>();

  beforeAll(async () => {
    console.log(`the grid of LightGBM has seed ${seed}`);
    await using folder = await temporaryFolder();
    run("train", folder.path, String(seed));
    const names = (await readdir(folder.path)).flatMap((file) => (file.endsWith(".txt") ? [file.slice(0, -".txt".length)] : []));
    for (const name of names) {
      const rows = new Float64Array(new Uint8Array(await readFile(folder.file(`${name}.rows`))).buffer);
      await put(folder, `rewritten-${name}`, lightgbmText.read(new Uint8Array(await readFile(folder.file(`${name}.txt`)))), rows);
    }
    const sources = new Map<string, ForestModel>();
    const next = random(seed);
    for (const [name, options] of generated) {
      const forest = randomForest(next, shape(options));
      const rounds = forest.trees.length / forest.outputs;
      sources.set(`own-${name}`, {
        ...forest,
        objective: { name: forest.outputs > 1 ? "custom" : "regression", parameters: {} },
        averaged: name === "outputs",
        roundStarts: Uint32Array.from({ length: rounds + 1 }, (_, round) => round * forest.outputs),
      });
      if (options.special === "linear") continue;
      const xgboost = randomForest(next, shape({ ...options, family: "xgboost", special: name === "categories" ? "weights" : "none" }));
      for (const tree of xgboost.trees) tree.categories?.of.forEach((set, node) => set >= 0 && (tree.defaultLeft[node] = 1));
      sources.set(`xgboost-${name}`, xgboost);
    }
    for (const [name, source] of sources) await put(folder, name, source, randomRows(next, source, source.featureCount > 100 ? 150 : 600));
    run("predict", folder.path);
    for (const name of names) {
      trained.set(name, await take(folder, name));
      rewritten.set(name, await take(folder, `rewritten-${name}`));
    }
    for (const name of sources.keys()) ours.set(name, await take(folder, name));
  });

  test("is a grid", () => {
    expect(trained.size).toBe(43);
    const nodes = Array.from(trained.values(), ({ model }) => model.trees.map(({ left }) => left.length)).flat();
    expect(Math.max(...nodes)).toBe(1999);
    expect(Math.min(...nodes)).toBe(1);
    const ofOne = trained.get("thresholds-3000")!.model.trees.flatMap(({ split, left }) => Array.from(split.filter((_, node) => left[node] !== -1)));
    expect(new Set(ofOne).size).toBeGreaterThan(2500);
    expect(Array.from(trained.values()).some(({ model }) => model.trees.some(({ split, left }) => split.some((cut, node) => cut === Infinity && left[node] !== -1)))).toBe(true);
  });

  test("of models that LightGBM trained, margins and leaves are the same to the bit, predictions within 1e-15", async () => {
    for (const [name, answered] of trained) await expect.soft(expectAsLightgbm(answered), name).resolves.toBeUndefined();
  });

  test("contributions are LightGBM's within 1e-11 of their magnitude", async () => {
    const explained = Array.from(trained).filter(([, { contributions }]) => contributions.length > 0);
    expect(explained.length).toBe(trained.size - 2); // without linear leaves
    for (const [name, { model, rows, contributions }] of explained) expect.soft(await contributionsApart(model, rows, contributions), name).toBeLessThan(1e-11);
  });

  test("importances are LightGBM's to the bit", () => {
    for (const [name, { model, importances }] of trained) {
      expect.soft([name, differences([...importance(model, "split"), ...importance(model, "gain")], importances)]).toEqual([name, []]);
    }
  });

  test("LightGBM opens what we write of its models, and answers the same bits", () => {
    for (const [name, { margins, predictions, leaves }] of trained) {
      const again = rewritten.get(name)!;
      expect.soft([name, differences(again.margins, margins), differences(again.predictions, predictions), differences(again.leaves, leaves)]).toEqual([name, [], [], []]);
    }
  });

  test("LightGBM writes the same file, byte for byte, whether it has read its own or ours", () => {
    for (const [name, { again }] of trained) expect.soft(rewritten.get(name)!.again === again, name).toBe(true);
  });

  test("of forests that no trainer would grow, margins and leaves are the same to the bit", async () => {
    const own = Array.from(ours).filter(([name]) => name.startsWith("own-"));
    expect(own).toHaveLength(generated.length);
    for (const [name, answered] of own) await expect.soft(expectAsLightgbm(answered), name).resolves.toBeUndefined();
  });

  test("forests of XGBoost are what the conversion says they are, in LightGBM too", async () => {
    const converted = Array.from(ours).filter(([name]) => name.startsWith("xgboost-"));
    expect(converted.length).toBeGreaterThan(6);
    for (const [name, answered] of converted) await expect.soft(expectAsLightgbm(answered), name).resolves.toBeUndefined();
  });
});
