import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { emptyTree, Missing, type ForestModel, type Tree } from "../../kernel-as/model/forest.ts";
import { lightgbmText } from "../../kernel-as/model/formats/lightgbm/text.ts";
import { predictorOf } from "../../kernel-as/model/objective.ts";
import { referenceLeaves, referenceMargins } from "../../kernel-as/model/reference.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { pythonWith } from "./python.ts";

const { python, reason } = pythonWith("lightgbm");

/** The greatest number that LightGBM reads as 0, and the next one. */
const ZERO = 1.0000000180025095e-35;
const BEYOND = 1.0000000180025096e-35;

/** Left is 1, right is 2. */
function stump(split: number, change: Partial<Tree> = {}): Tree {
  const tree = emptyTree(3, { family: "lightgbm" });
  tree.left.set([1, -1, -1]);
  tree.right.set([2, -1, -1]);
  tree.split.set([split, 1, 2]);
  tree.missing.set([Missing.none, Missing.nan, Missing.nan]);
  return { ...tree, ...change };
}

const missing = (kind: number, defaultLeft: number): Partial<Tree> => ({ missing: Uint8Array.of(kind, 2, 2), defaultLeft: Uint8Array.of(defaultLeft, 0, 0) });

/** Categories 0 and 2. */
const categories: Partial<Tree> = { categories: { of: Int32Array.of(0, -1, -1), sets: [Uint32Array.of(5)] } };

const linear = (constant: number, features: readonly number[], coefficients: readonly number[]): Partial<Tree> => ({
  linear: {
    constant: Float64Array.of(0, constant, 20),
    features: [null, Uint32Array.from(features), new Uint32Array(0)],
    coefficients: [null, Float64Array.from(coefficients), new Float64Array(0)],
  },
});

function forest(trees: readonly Tree[], change: Partial<ForestModel> = {}): ForestModel {
  return {
    family: "lightgbm",
    objective: { name: "regression", parameters: {} },
    featureCount: 2,
    featureNames: null,
    featureTypes: null,
    outputs: 1,
    baseScores: new Float32Array(0),
    trees,
    roundStarts: Uint32Array.from({ length: trees.length + 1 }, (_, round) => round),
    averaged: false,
    categoryNames: null,
    attributes: {},
    ...change,
  };
}

interface Fact {
  readonly says: string;
  readonly model: ForestModel;
  /** Values of the first feature, the second being 0; or both. */
  readonly rows: readonly (number | readonly [number, number])[];
  readonly margins: readonly number[];
}

const facts: readonly Fact[] = [
  { says: "a value up to 1e-35f is 0 at a numeric split", model: forest([stump(0)]), rows: [1e-36, 5e-324, ZERO, BEYOND, -BEYOND, -0], margins: [1, 1, 1, 2, 1, 1] },
  { says: "and not below a negative threshold", model: forest([stump(-1e-36)]), rows: [-2e-36, -ZERO, -BEYOND], margins: [2, 2, 1] },
  { says: "it is category 0", model: forest([stump(0, categories)]), rows: [1e-36, -1e-36, -ZERO], margins: [1, 1, 1] },
  { says: "it is 0 in a linear leaf", model: forest([stump(5, linear(10, [0], [1e36]))]), rows: [1e-36, 1e-34], margins: [10, 110] },
  {
    says: "a category is cut to a whole number; below 0, from 2^31 on and NaN, it is none",
    model: forest([stump(0, categories)]),
    rows: [-0.5, -0.999, -1, 2.9, 3, 1e10, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 32 + 2, -(2 ** 31), -(2 ** 31) - 1, 2 ** 63, Infinity, -Infinity, NaN],
    margins: [1, 1, 2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2],
  },
  { says: "whatever its missing type and default side", model: forest([stump(0, { ...categories, ...missing(Missing.nan, 1) })]), rows: [NaN, 0, 1], margins: [2, 1, 2] },
  { says: "a linear leaf with a missing feature answers its plain value", model: forest([stump(5, linear(10, [0, 1], [1, 2]))]), rows: [[1, 2], [NaN, 1], [1, NaN], [NaN, NaN]], margins: [15, 1, 1, 1] },
  { says: "also if what is infinite comes first", model: forest([stump(5, linear(10, [0, 1], [1, 2]))]), rows: [[-Infinity, NaN], [-Infinity, 1], [1, -Infinity], [-Infinity, Infinity]], margins: [1, -Infinity, -Infinity, NaN] },
  { says: "and coefficients of 0 or infinity are no exception", model: forest([stump(5, linear(10, [0, 1], [0, Infinity]))]), rows: [[-Infinity, 1], [1, 0], [1, -1]], margins: [NaN, NaN, -Infinity] },
  { says: "a missing feature that the leaf does not use does not matter", model: forest([stump(5, linear(10, [0], [3]))]), rows: [[1, NaN]], margins: [13] },
  { says: "everything but NaN is at most inf", model: forest([stump(Infinity, missing(Missing.nan, 0))]), rows: [Infinity, -Infinity, 1e308, 0, NaN], margins: [1, 1, 1, 1, 2] },
  { says: "with no missing type NaN is 0", model: forest([stump(Infinity)]), rows: [NaN], margins: [1] },
  { says: "only -inf is at most -inf", model: forest([stump(-Infinity, missing(Missing.nan, 1))]), rows: [Infinity, -Infinity, -1e308, 0, NaN], margins: [2, 1, 2, 2, 1] },
  { says: "zero_as_missing takes NaN and values up to 1e-35f to the default side, right", model: forest([stump(1, missing(Missing.zero, 0))]), rows: [1e-36, -1e-36, 0, -0, ZERO, -ZERO, BEYOND, NaN, 0.5, 2], margins: [2, 2, 2, 2, 2, 2, 1, 2, 1, 2] },
  { says: "and left", model: forest([stump(-1, missing(Missing.zero, 1))]), rows: [1e-36, 0, NaN, BEYOND, -2], margins: [1, 1, 1, 2, 1] },
  { says: "the raw score of a random forest is the sum", model: forest([stump(0), stump(1), stump(2)], { averaged: true }), rows: [0, 1.5, 3], margins: [3, 5, 6] },
  { says: "a sum of -0 is 0", model: forest([{ ...stump(0), split: Float64Array.of(0, -0, 1) }]), rows: [0], margins: [0] },
];

describe.skipIf(reason)("how LightGBM itself reads what a model and a row say", () => {
  const answers = new Map<Fact, { margins: Float64Array; predictions: Float64Array; leaves: Int32Array }>();
  const rowsOf = ({ rows }: Fact) => rows.map((row) => (typeof row === "number" ? [row, 0] : [...row]));

  beforeAll(async () => {
    await using folder = await temporaryFolder();
    for (const [number, fact] of facts.entries()) {
      await writeFile(folder.file(`${number}.txt`), lightgbmText.write!(fact.model));
      await writeFile(folder.file(`${number}.rows`), new Uint8Array(Float64Array.from(rowsOf(fact).flat()).buffer));
    }
    execFileSync(python!, [fileURLToPath(new URL("lightgbm_grid.py", import.meta.url)), "predict", folder.path], { stdio: ["ignore", "ignore", "inherit"] });
    for (const [number, fact] of facts.entries()) {
      const buffer = async (extension: string) => new Uint8Array(await readFile(folder.file(`${number}.${extension}`))).buffer;
      answers.set(fact, { margins: new Float64Array(await buffer("margins")), predictions: new Float64Array(await buffer("predictions")), leaves: new Int32Array(await buffer("leaves")) });
    }
  });

  test.each(facts)("$says", (fact) => {
    const { margins, predictions, leaves } = answers.get(fact)!;
    expect(Array.from(margins)).toEqual(fact.margins);
    expect(rowsOf(fact).flatMap((row) => referenceMargins(fact.model, row))).toEqual(fact.margins);
    expect(Int32Array.from(rowsOf(fact).flatMap((row) => referenceLeaves(fact.model, row)))).toEqual(leaves);
    const predicted = new Float64Array(margins.length);
    predictorOf(fact.model)(margins, predicted);
    expect(predicted).toEqual(predictions);
  });

  test("the prediction of a random forest is the sum over the number of rounds", () => {
    const averaged = facts.find(({ model }) => model.averaged)!;
    expect(Array.from(answers.get(averaged)!.predictions)).toEqual([1, 5 / 3, 2]);
  });
});
