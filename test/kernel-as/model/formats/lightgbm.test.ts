import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MangroveError } from "../../../../kernel-as/errors.ts";
import { emptyTree, type ForestModel, type Tree } from "../../../../kernel-as/model/forest.ts";
import { lightgbmText } from "../../../../kernel-as/model/formats/lightgbm/text.ts";
import { random } from "../../../fixtures/random.ts";

const text = (model: ForestModel) => new TextDecoder().decode(lightgbmText.write!(model));
const parse = (file: string) => lightgbmText.read(new TextEncoder().encode(file));

interface Shape {
  readonly seed: number;
  readonly features: number;
  readonly outputs: number;
  readonly rounds: number;
  readonly leaves: number;
  readonly categorical: boolean;
  readonly linear: boolean;
  readonly averaged: boolean;
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  seed: fc.nat(),
  features: fc.integer({ min: 1, max: 6 }),
  outputs: fc.integer({ min: 1, max: 3 }),
  rounds: fc.integer({ min: 0, max: 3 }),
  leaves: fc.integer({ min: 1, max: 9 }),
  categorical: fc.boolean(),
  linear: fc.boolean(),
  averaged: fc.boolean(),
});

/** Numbers of all magnitudes, ±0 and ±Infinity among them; no NaN. */
function anyNumber(next: () => number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setUint32(0, next() * 2 ** 32);
  bits.setUint32(4, next() * 2 ** 32);
  const kind = next();
  if (kind < 0.1) return [0, -0, Infinity, -Infinity, 5e-324, 1e22, 1e23, 0.1][Math.floor(next() * 8)]!;
  if (kind < 0.3) return Math.round(next() * 1e6) / 1e3;
  return Number.isNaN(bits.getFloat64(0)) ? 1 : bits.getFloat64(0);
}

function anyTree(next: () => number, shape: Shape, output: number): Tree {
  const { features, categorical, linear } = shape;
  const leaves = 1 + Math.floor(next() * shape.leaves);
  const inner = leaves - 1;
  const nodes = inner + leaves;
  const numbers = () => Float64Array.from({ length: nodes }, () => anyNumber(next));
  const tree: Tree = { ...emptyTree(nodes, { family: "lightgbm", output, shrinkage: next() }), gain: numbers(), cover: numbers(), value: numbers(), split: numbers() };
  // each inner node after the root takes a free place above it, then the leaves take what is left
  const free: [Int32Array, number][] = inner > 0 ? [[tree.left, 0], [tree.right, 0]] : [];
  for (let node = 1; node < nodes; node++) {
    const [children, parent] = free.splice(Math.floor(next() * free.length), 1)[0]!;
    children[parent] = node;
    if (node < inner) free.push([tree.left, node], [tree.right, node]);
  }
  const sets: Uint32Array[] = [];
  const of = new Int32Array(nodes).fill(-1);
  for (let node = 0; node < inner; node++) {
    tree.feature[node] = Math.floor(next() * features);
    tree.defaultLeft[node] = Math.floor(next() * 2);
    tree.missing[node] = Math.floor(next() * 3);
    tree.count![node] = Math.floor(next() * 1e6);
    if (!categorical || next() < 0.5) continue;
    of[node] = tree.split[node] = sets.push(Uint32Array.from({ length: Math.floor(next() * 3) }, () => next() * 2 ** 32)) - 1;
  }
  for (let leaf = inner; leaf < nodes; leaf++) {
    tree.gain[leaf] = 0;
    tree.value[leaf] = tree.split[leaf]!;
    tree.count![leaf] = Math.floor(next() * 1e6);
  }
  const used = Array.from({ length: nodes }, (_, node) => (node < inner ? null : Uint32Array.from({ length: next() * 3 }, () => next() * features)));
  return {
    ...tree,
    categories: sets.length > 0 ? { of, sets } : null,
    linear: !linear
      ? null
      : {
          constant: Float64Array.from({ length: nodes }, (_, node) => (node < inner ? 0 : anyNumber(next))),
          features: used,
          coefficients: used.map((list) => list && Float64Array.from(list, () => anyNumber(next))),
        },
  };
}

function anyForest(shape: Shape): ForestModel {
  const { seed, features, outputs, rounds, averaged } = shape;
  const next = random(seed);
  return {
    family: "lightgbm",
    objective: outputs > 1 ? { name: "multiclass", parameters: { num_class: String(outputs) } } : { name: "regression", parameters: { sqrt: "" } },
    featureCount: features,
    featureNames: null,
    featureTypes: null,
    outputs,
    baseScores: new Float32Array(0),
    trees: Array.from({ length: rounds * outputs }, (_, number) => anyTree(next, shape, number % outputs)),
    roundStarts: Uint32Array.from({ length: rounds + 1 }, (_, round) => round * outputs),
    averaged,
    categoryNames: null,
    attributes: { label_index: "3", feature_infos: Array.from({ length: features }, () => "none").join(" "), parameters: "[num_leaves: 31]\n[seed: 1]", feature_importances: "" },
  };
}

/** A word as a name of a feature may be: no spaces, no line ends. */
const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).map((word) => word.replaceAll(/[ \n\r\0]/g, "_"));

describe("the text of LightGBM", () => {
  test("says all of a forest: what was written reads the same, and is written the same again", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const model = anyForest(shape);
        const written = lightgbmText.write!(model);
        expect(lightgbmText.read(written)).toEqual(model);
        expect(lightgbmText.write!(lightgbmText.read(written))).toEqual(written);
      }),
      { numRuns: 300 },
    );
  });

  test("keeps names of any characters, and header lines and sections that it does not know the meaning of", () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 2, maxLength: 2 }), fc.array(words, { maxLength: 4 }), (names, lines) => {
        const model = { ...anyForest({ seed: 1, features: 2, outputs: 1, rounds: 1, leaves: 4, categorical: false, linear: false, averaged: false }), featureNames: names };
        const attributes = { ...model.attributes, parser: `[${lines.join("]\n[")}]`, monotone_constraints: "1 -1", my_own_line: lines.join(" ") };
        expect(lightgbmText.read(lightgbmText.write!({ ...model, attributes }))).toEqual({ ...model, attributes });
      }),
    );
  });

  test("tree_sizes are the bytes of the blocks", () => {
    const file = text(anyForest({ seed: 5, features: 3, outputs: 2, rounds: 2, leaves: 6, categorical: true, linear: true, averaged: false }));
    const sizes = /^tree_sizes=(.*)$/m.exec(file)![1]!.split(" ").map(Number);
    let at = file.indexOf("Tree=0\n");
    for (const [number, size] of sizes.entries()) {
      expect(file.slice(at, at + size)).toMatch(new RegExp(`^Tree=${number}\n[^]*\n\n\n$`));
      at += size;
    }
    expect(file.slice(at)).toMatch(/^end of trees\n/);
  });

  test("numbers are those nearest to their text, however they are written", () => {
    const model = anyForest({ seed: 3, features: 1, outputs: 1, rounds: 1, leaves: 1, categorical: false, linear: false, averaged: false });
    const valueOf = (word: string) => parse(text(model).replace(/leaf_value=.*/, `leaf_value= ${word}  `)).trees[0]!.split[0]!;
    const usual = ["0.1", "-0", "1e22", "1e23", "123456789012345", "1234567890123456789", "9007199254740993", "0.30000000000000004", "1.0000000180025095e-35", "4.9406564584124654e-324", "2e-324", "1e400", "-1E+2", "00.50", ".5", "5.", "+7"];
    for (const word of usual) expect(valueOf(word)).toBe(Number(word));
    expect(["inf", "-INF", "+Infinity"].map(valueOf)).toEqual([Infinity, -Infinity, Infinity]);
    fc.assert(fc.property(fc.double({ noNaN: true }), fc.integer({ min: 1, max: 21 }), (value, digits) => Object.is(valueOf(value.toExponential(digits - 1)), Number(value.toExponential(digits - 1)))));
    for (const word of ["0x10", "1,5", "1_0", "e5", "1e", "--1", "infinit", "infinityy", "-", ".", "1.2.3", "NaN", "\u0661"]) {
      expect(() => valueOf(word)).toThrow(/line \d+, leaf_value/);
    }
  });

  test("a forest without trees is one, and answers 0", () => {
    const model = anyForest({ seed: 3, features: 2, outputs: 1, rounds: 0, leaves: 1, categorical: false, linear: false, averaged: false });
    expect(parse(text(model)).trees).toEqual([]);
  });

  test("pandas_categorical goes to its features where they are as many, and stays text where not", () => {
    const model = anyForest({ seed: 3, features: 3, outputs: 1, rounds: 1, leaves: 1, categorical: false, linear: false, averaged: false });
    const withLists = (infos: string, parameters: string, lists: string) => parse(text({ ...model, attributes: { feature_infos: infos, parameters, pandas_categorical: lists } }));
    expect(withLists("0:1 [0:1] 1:0", "", '[["a","b"],[1,2]]').categoryNames).toEqual([["a", "b"], null, [1, 2]]);
    expect(withLists("0:1 [0:1] none", "[categorical_feature: 0,2]", '[["a","b"],[1,2]]').categoryNames).toEqual([["a", "b"], null, [1, 2]]);
    const unclear = withLists("0:1 [0:1] [0:2]", "[categorical_feature: 0]", '[["a","b"],[1,2]]');
    expect([unclear.categoryNames, unclear.attributes["pandas_categorical"]]).toEqual([null, '[["a","b"],[1,2]]']);
    expect(withLists("0:1:2 [0:1] [0:2]", "", '[["a","b"]]').categoryNames).toBeNull();
    expect(withLists("none none none", "", "null").categoryNames).toBeNull();
  });

  test("is known by its first line", () => {
    const recognises = (file: string) => lightgbmText.recognises(new TextEncoder().encode(file));
    expect(["tree\n", "tree\r\nversion=v4", "tree\nversion=v4"].map(recognises)).toEqual([true, true, true]);
    expect(["", "tree", "trees\n", '{"learner":1}', "binf", " tree\n", "Tree\n"].map(recognises)).toEqual([false, false, false, false, false, false, false]);
  });

  test.each([
    ["a name with a space", { featureNames: ["Air quality", "b"] }, /name of feature 0, "Air quality", has a space/],
    ["a name with a line end", { featureNames: ["a", "b\nTree=0"] }, /name of feature 1/],
    ["more names than memory holds", { featureCount: 2 ** 27 - 8, attributes: {} }, /134217720 features without names/],
    ["an attribute with a line end", { attributes: { note: "a\nb" } }, /attribute "note"/],
    ["rounds of several trees for an output", { roundStarts: Uint32Array.of(0, 2) }, /rounds/],
    ["outputs out of order", { outputs: 2, roundStarts: Uint32Array.of(0, 2) }, /rounds/],
    ["a weight", { trees: [{ ...emptyTree(1, { family: "lightgbm" }), weight: 0.5 }], roundStarts: Uint32Array.of(0, 1) }, /tree 0: its weight is 0.5/],
    ["vectors", { trees: [{ ...emptyTree(1, { family: "lightgbm" }), vectors: Float32Array.of(1) }], roundStarts: Uint32Array.of(0, 1) }, /tree 0: its leaves add to every output/],
    ["leaves before inner nodes", { trees: [{ ...emptyTree(3, { family: "lightgbm" }), left: Int32Array.of(-1, 0, -1) }], roundStarts: Uint32Array.of(0, 1) }, /tree 0: its inner nodes/],
  ] as const)("cannot say %s, and says so", (_, change, words) => {
    const model = anyForest({ seed: 2, features: 2, outputs: 1, rounds: 2, leaves: 3, categorical: false, linear: false, averaged: false });
    const write = () => lightgbmText.write!({ ...model, ...change });
    expect(write).toThrow(MangroveError);
    expect(write).toThrow(words);
    expect(write).toThrow(expect.objectContaining({ code: "MGV_MODEL_CONVERT" }));
  });
});
