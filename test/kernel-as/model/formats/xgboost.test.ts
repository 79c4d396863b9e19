import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readModel } from "../../../../kernel-as/model/formats/formats.ts";
import { floatText } from "../../../../kernel-as/model/formats/xgboost/json-text.ts";
import { xgboostJson } from "../../../../kernel-as/model/formats/xgboost/json.ts";
import { xgboostUbjson } from "../../../../kernel-as/model/formats/xgboost/ubjson.ts";
import { emptyTree, type Tree } from "../../../../kernel-as/model/forest.ts";
import { score } from "../../../fixtures/scoring.ts";
import { anyModel, shapes } from "../../../fixtures/xgboost-models.ts";

const golden = (name: string) => readModel(new Uint8Array(readFileSync(new URL(`../../../goldens/xgboost/${name}`, import.meta.url)))).model;

describe.each([xgboostJson, xgboostUbjson])("$name", ({ name, read, write }) => {
  test("any model comes back from its file as it went in, and its file is known by its content", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const model = anyModel(shape);
        const file = write(model);
        expect(read(file)).toEqual(model);
        expect(readModel(file).format.name).toBe(name);
      }),
      { numRuns: 300 },
    );
  });

  test("so does a large one", () => {
    const model = anyModel({ seed: 3, features: 6, outputs: 3, trees: 600, leaves: 40, categorical: true, vectors: false, weights: true, deleted: true });
    expect(write(model).length).toBeGreaterThan(1_000_000);
    expect(read(write(model))).toEqual(model);
  });

  test("equal models give equal bytes, in whatever order their members were made", () => {
    const model = { ...golden("ndcg.ubj"), attributes: { a: "1", b: "2" } };
    const reversed = (object: object): object => Object.fromEntries(Object.entries(object).reverse().map(([key, value]) => [key, typeof value === "object" && value !== null && value.constructor === Object ? reversed(value as object) : (value as unknown)]));
    const other = reversed(model) as typeof model;
    expect(Object.keys(other)[0]).toBe("attributes");
    expect(Buffer.from(write(other)).equals(write(model))).toBe(true);
  });
});

test.each([1, 2])("siblings that stand apart are written side by side, where XGBoost looks for them: of %i outputs", async (outputs) => {
  const tree: Tree = {
    ...emptyTree(6),
    left: Int32Array.of(4, 5, -1, -1, -1, -1),
    right: Int32Array.of(1, 3, -1, -1, -1, -1),
    feature: Uint32Array.of(1, 0, 2_147_483_647, 0, 0, 0),
    split: outputs === 1 ? Float32Array.of(0.5, 0, 0, 3, 4, 5) : new Float32Array(6).fill(0.5),
    defaultLeft: Uint8Array.of(1, 0, 1, 0, 0, 0),
    value: Float32Array.from({ length: 6 * outputs }, (_, i) => i),
    vectors: outputs === 1 ? null : Float32Array.from({ length: 12 }, (_, i) => i),
    categories: { of: Int32Array.of(-1, 0, -1, -1, -1, -1), sets: [Uint32Array.of(0b101)] },
  };
  const model = { ...golden("squarederror.json"), outputs, trees: [tree], roundStarts: Uint32Array.of(0, 1) };
  const written = xgboostJson.read(xgboostJson.write(model));
  expect(written.trees[0]).toMatchObject({ left: Int32Array.of(1, -1, 3, -1, -1, -1), right: Int32Array.of(2, -1, 4, -1, -1, -1) });
  const rows = Float64Array.from([0, 1, 2, 3, NaN].flatMap((a) => [0, 1, NaN].flatMap((b) => [a, b, 0, 0])));
  expect(new Set((await score(model, rows)).margins).size).toBe(3 * outputs);
  expect((await score(written, rows)).margins).toEqual((await score(model, rows)).margins);
});

test("a split by an empty set of categories, which XGBoost refuses, is refused before", () => {
  const model = anyModel({ seed: 1, features: 1, outputs: 1, trees: 1, leaves: 9, categorical: true, vectors: false, weights: false, deleted: false });
  const tree = model.trees[0]!;
  const empty = { ...model, trees: [{ ...tree, categories: { of: tree.categories!.of, sets: tree.categories!.sets.map(() => new Uint32Array(0)) } }] };
  expect(() => xgboostJson.write(empty)).toThrow(expect.objectContaining({ code: "MGV_MODEL_CONVERT", message: expect.stringContaining("empty set") }));
});

test("a name with half a character cannot be written as UBJSON, and can as JSON", () => {
  const model = { ...golden("logistic.json"), featureNames: ["a", "b", "c", "\ud83d"] };
  expect(xgboostJson.read(xgboostJson.write(model))).toEqual(model);
  expect(() => xgboostUbjson.write(model)).toThrow(expect.objectContaining({ code: "MGV_MODEL_CONVERT" }));
});

test("a float is written as the shortest number that reads back as the same f32, and always with an exponent", () => {
  const shown = [0, -0, 0.1, 1 / 3, 5, -2.5e10, 2 ** -149, 2 ** -126, 16_777_216, 3.4028234663852886e38, NaN, Infinity, -Infinity].map(floatText);
  expect(shown).toEqual(["0E0", "-0E0", "1E-1", "3.3333334E-1", "5E0", "-2.5E10", "1E-45", "1.1754944E-38", "1.6777216E7", "3.4028235E38", "NaN", "Infinity", "-Infinity"]);
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = floatText(value);
      expect(Math.fround(Number(text))).toBe(value);
      expect(text).toMatch(/^-?\d(\.\d+)?E-?\d+$/);
      const digits = text.replace(/^-|E.*|\./g, "").length;
      if (digits > 1) expect(Math.fround(Number(value.toPrecision(digits - 1)))).not.toBe(value);
    }),
    { numRuns: 20_000 },
  );
});

describe("what a file says beside its trees", () => {
  test("names of any characters, and types", () => {
    for (const file of ["names.json", "names.ubj"]) {
      expect(golden(file)).toMatchObject({ featureNames: ["plain", "sp ace µg/m³", 'quo"te', "🔥"], featureTypes: ["float", "int", "q", "i"] });
    }
  });

  test("the iteration at which early stopping found the model best", () => {
    expect(golden("stopped.json").attributes).toMatchObject({ best_iteration: expect.stringMatching(/^[1-9]$/), best_score: expect.stringMatching(/^0\.\d+$/) });
  });

  test("categories as texts and as numbers, whose type is kept for XGBoost", () => {
    const model = golden("cats.ubj");
    expect(model.categoryNames).toEqual([null, ["red", "green", "", "blue", "light blue"], [-3, 7, 100], [-1, 70_000, 2 ** 40]]);
    const text = new TextDecoder().decode(xgboostJson.write(model));
    expect(documentOf(text).cats).toEqual(documentOf(readFileSync(new URL("../../../goldens/xgboost/cats.json", import.meta.url), "utf8")).cats);
    expect(text).toContain('"attributes":{}');
  });

  test("rounds of several trees, told or found out", () => {
    expect([...golden("forest-softprob.ubj").roundStarts]).toEqual([0, 9, 18]);
    expect([...golden("forest-1.7.ubj").roundStarts]).toEqual([0, 6, 12]);
    expect([...golden("forest-1.0.model").roundStarts]).toEqual([0, 6]);
    expect([...golden("forest-2.1.model").roundStarts]).toEqual([0, 3, 6]);
    expect([...golden("empty.json").roundStarts]).toEqual([0]);
  });

  test("base scores: one, one for each output, and the inverse of a margin in files from before 1.0", () => {
    expect([...golden("base-score.json").baseScores]).toEqual([-2.25]);
    expect(golden("quantile.json").baseScores).toHaveLength(2);
    expect([...golden("logistic-0.90.model").baseScores]).toEqual([Math.fround(0.3)]);
    expect([...golden("poisson-0.90.model").baseScores]).toEqual([Math.fround(0.7)]);
  });

  test("the parameters of the objective, also those that the oldest files do not have", () => {
    expect(golden("tweedie.ubj").objective).toEqual({ name: "reg:tweedie", parameters: { tweedie_regression_param: { tweedie_variance_power: "1.29999995" } } });
    expect(golden("softprob-0.90.model").objective).toEqual(golden("softprob.json").objective);
  });

  test("DART's weights, where some at the end may be left out since 3.4", () => {
    const weights = (file: string) => golden(file).trees.map(({ weight }) => weight);
    expect(weights("dart-3.4.json")).toEqual(weights("dart-last-whole.json"));
    expect(weights("dart-3.4.json").at(-1)).toBe(1);
    expect(new Set(weights("dart.ubj")).size).toBeGreaterThan(1);
  });

  test("nodes that pruning took away, for XGBoost to count", () => {
    const model = golden("pruned.ubj");
    const deleted = model.trees.map(({ feature }) => feature.filter((each) => each === 2_147_483_647).length);
    expect(Math.max(...deleted)).toBeGreaterThan(0);
    const { trees } = documentOf(new TextDecoder().decode(xgboostJson.write(model)));
    expect(trees.map((tree) => Number(tree.tree_param.num_deleted))).toEqual(deleted);
  });
});

/** What the tests look at of a JSON file. */
function documentOf(text: string): { cats: unknown; trees: { tree_param: Record<string, string> }[] } {
  return (JSON.parse(text) as { learner: { gradient_booster: { model: ReturnType<typeof documentOf> } } }).learner.gradient_booster.model;
}
