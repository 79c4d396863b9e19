import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MangroveError } from "../../../../kernel-as/errors.ts";
import { readModel } from "../../../../kernel-as/model/formats/formats.ts";
import { xgboostJson } from "../../../../kernel-as/model/formats/xgboost/json.ts";

/*
 * Files that are broken, on purpose or not. Each must end in an error that tells the place, in time and memory bounded by the size of the file:
 * a claim of a billion entries would end these tests, were it believed.
 */

const golden = (name: string) => new Uint8Array(readFileSync(new URL(`../../../goldens/xgboost/${name}`, import.meta.url)));
const bytes = (text: string) => Uint8Array.from(text, (unit) => unit.charCodeAt(0));

/** The golden model with something changed in its JSON. */
function changed(file: string, change: (model: any) => void): Uint8Array {
  const model = JSON.parse(new TextDecoder().decode(golden(file))) as unknown;
  change(model);
  return new TextEncoder().encode(JSON.stringify(model));
}

/** What reading the file ends in. */
function refusal(file: Uint8Array): { code: string; message: string } | "a model" {
  try {
    readModel(file);
  } catch (thrown) {
    if (thrown instanceof MangroveError) return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
  return "a model";
}

const saying = (message: RegExp, code = "MGV_MODEL_FORMAT") => ({ code, message: expect.stringMatching(message) as string });

const booster = (m: any) => m.learner.gradient_booster;
const model = (m: any) => booster(m).model;
const tree = (m: any) => model(m).trees[1];
const parameters = (m: any) => m.learner.learner_model_param;

describe("JSON", () => {
  test.each<[string, (m: any) => void, RegExp]>([
    ["a child beyond the nodes", (m) => (tree(m).left_children[0] = 9), /tree 1: node 0 has child 9 of 7 nodes/],
    ["a child that is its own parent", (m) => (tree(m).left_children[0] = 0), /child 0/],
    ["two ways to one node", (m) => (tree(m).right_children[0] = 1), /two parents/],
    ["a cycle", (m) => (tree(m).left_children[1] = 1), /child 1|two parents/],
    ["a negative child", (m) => (tree(m).left_children[0] = -2), /child -2/],
    ["an unknown feature", (m) => (tree(m).split_indices[0] = 4), /reads feature 4/],
    ["a negative feature", (m) => (tree(m).split_indices[0] = -1), /reads feature/],
    ["half a feature", (m) => (tree(m).split_indices[0] = 0.5), /trees\[1\]\.split_indices holds 0\.5, not a whole number/],
    ["a threshold that is no number", (m) => (tree(m).split_conditions[0] = null), /threshold of node 0 is not a number/],
    ["a leaf that is no number", (m) => (tree(m).split_conditions[6] = null), /value of leaf 6 is not a number/],
    ["arrays of different lengths", (m) => tree(m).split_conditions.pop(), /learner\.gradient_booster\.model\.trees\[1\]\.split_conditions has 6 entries, not 7/],
    ["another number of nodes", (m) => (tree(m).tree_param.num_nodes = "8"), /trees\[1\]\.left_children has 7 entries, num_nodes is 8/],
    ["a text among the numbers", (m) => (tree(m).split_conditions[0] = "1"), /split_conditions is not an array of numbers/],
    ["a list of lists", (m) => (tree(m).left_children[0] = [1]), /left_children is not an array of numbers/],
    ["a side that is neither", (m) => (tree(m).default_left[0] = 2), /default_left is not an array of zeros and ones/],
    ["a tree without nodes", (m) => Object.keys(tree(m)).forEach((key) => Array.isArray(tree(m)[key]) && (tree(m)[key] = [])) ?? (tree(m).tree_param.num_nodes = "0"), /tree 1: it has no node/],
    ["two trees of one id", (m) => (tree(m).id = 0), /trees\[1\]\.id is 0/],
    ["an id beyond the trees", (m) => (tree(m).id = 3), /trees\[1\]\.id is 3, of 3 trees/],
    ["an output that is not there", (m) => (model(m).tree_info[1] = 1), /tree 1: it adds to output 1 of 1/],
    ["fewer outputs than trees", (m) => model(m).tree_info.pop(), /tree_info has 2 entries, not 3/],
    ["rounds beyond the trees", (m) => (model(m).iteration_indptr = [0, 1, 2, 4]), /rounds do not cover/],
    ["rounds that go back", (m) => (model(m).iteration_indptr = [0, 2, 1, 3]), /round 2 begins before round 1/],
    ["no rounds", (m) => (model(m).iteration_indptr = []), /rounds do not cover/],
    ["another booster", (m) => (booster(m).name = "gbforest"), /gradient_booster\.name is "gbforest"; it must be gbtree or dart/],
    ["no trees", (m) => delete model(m).trees, /gradient_booster\.model has no trees/],
    ["another number of trees", (m) => model(m).trees.pop(), /model\.trees has 2 entries, num_trees is 3/],
    ["trees that are none", (m) => (model(m).trees = 7), /trees is not an array/],
    ["a tree that is a number", (m) => (model(m).trees[1] = 7), /trees\[1\] is not an object/],
    ["a billion outputs", (m) => (parameters(m).num_class = "1000000000"), /1000000000 outputs/],
    ["a number of features in words", (m) => (parameters(m).num_feature = "many"), /num_feature is "many", not a count/],
    ["a negative number of features", (m) => (parameters(m).num_feature = "-1"), /num_feature is "-1", not a count/],
    ["a base score in words", (m) => (parameters(m).base_score = "half"), /base_score is "half", not a number/],
    ["no base score", (m) => (parameters(m).base_score = "[]"), /base_score is "\[\]", not a number/],
    ["a base score that is no probability", (m) => (parameters(m).base_score = "1.5E0"), /base_score is 1\.5, not a probability/],
    ["base scores for other outputs", (m) => (parameters(m).base_score = "[5E-1,5E-1]"), /2 base scores for 1 outputs/],
    ["a base score without a logarithm", (m) => ((parameters(m).base_score = "-1E0"), (m.learner.objective.name = "count:poisson")), /base_score is -1, which has no logarithm/],
    ["names for other features", (m) => (m.learner.feature_names = ["a"]), /feature_names has 1 entries for 4 features/],
    ["a name that is a number", (m) => (m.learner.feature_names = [1, 2, 3, 4]), /feature_names\[0\] is not a text/],
    ["an attribute that is no text", (m) => (m.learner.attributes = { a: {} }), /attributes\.a is not a text/],
    ["an objective nested without end", (m) => (m.learner.objective.a = JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`)), /nested too deeply/],
    ["a list in the place of an object", (m) => (m.learner = []), /learner is not an object/],
    ["weights for other trees", (m) => (booster(m).weight_drop = [1]), /weight_drop has 1 entries, not 3/],
    ["more weights than trees", (m) => (model(m).weight_drop = [1, 1, 1, 1]), /weight_drop has 4 entries for 3 trees/],
    ["a weight without end", (m) => (booster(m).weight_drop = [1e39, 1, 1]), /tree 0: its weight is Infinity/],
    ["leaves of other sizes than outputs", (m) => (tree(m).tree_param.size_leaf_vector = "3"), /tree_param says 3 numbers a leaf, the model has 1 outputs/],
  ])("%s", (_, change, sentence) => {
    expect(refusal(changed("logistic.json", change))).toEqual(saying(sentence));
  });

  test.each<[string, (tree: any) => void, RegExp]>([
    ["lists that overlap", (t) => (t.categories_sizes = t.categories_sizes.map(() => t.categories.length)), /categories_sizes gives node \d+ \d+ categories from/],
    ["a list that begins before the first", (t) => (t.categories_segments[0] = -1), /categories from -1 on/],
    ["a list of negative length", (t) => (t.categories_sizes[0] = -1), /gives node 0 -1 categories/],
    ["a list for a node that is not there", (t) => (t.categories_nodes[0] = 1000), /categories_nodes names node 1000 of/],
    ["two lists for one node", (t) => (t.categories_nodes[1] = t.categories_nodes[0]), /names it twice/],
    ["an empty list", (t) => (t.categories_sizes[0] = 0), /gives node 0 0 categories/],
    ["a split without a list", (t) => ["nodes", "segments", "sizes"].forEach((name) => t[`categories_${name}`].shift()), /categories_nodes does not name node 0/],
    ["a list without a length", (t) => t.categories_sizes.pop(), /categories_sizes has \d entries, not \d/],
    ["a negative category", (t) => (t.categories[0] = -1), /categories holds -1, which is no category/],
    ["a category that no f32 tells from its neighbour", (t) => (t.categories[0] = 2 ** 24), /categories holds 16777216, which is no category/],
  ])("of categories: %s", (_, change, sentence) => {
    expect(refusal(changed("categorical.json", (m) => change(model(m).trees[0])))).toEqual(saying(sentence));
  });

  test("large categories whose sets would take many times the file", () => {
    const file = changed("categorical.json", (m) => {
      const [first] = model(m).trees;
      first.categories[0] = 2 ** 24 - 1;
      model(m).trees = Array.from({ length: 60 }, (_, id) => ({ ...first, id }));
      model(m).gbtree_model_param.num_trees = "60";
      model(m).tree_info = Array.from({ length: 60 }, () => 0);
      model(m).iteration_indptr = [0, 60];
    });
    expect(refusal(file)).toEqual(saying(/many times the size of the file/, "MGV_MODEL_UNSUPPORTED"));
  });

  test.each<[string, (tree: any) => void, RegExp]>([
    ["a leaf without its numbers", (t) => (t.right_children[t.left_children.indexOf(-1)] = 99), /sends leaf \d to row 99 of leaf_weights/],
    ["too few numbers", (t) => t.leaf_weights.pop(), /leaf_weights has \d+ entries/],
    ["more inner nodes than its leaves can bear", (t) => (t.left_children[t.left_children.indexOf(-1)] = 1), /left_children has 3 leaves among 7 nodes/],
    ["weights that fit no node", (t) => t.base_weights.pop(), /base_weights has \d+ entries for/],
  ])("of leaves that are vectors: %s", (_, change, sentence) => {
    expect(refusal(changed("vector.json", (m) => change(model(m).trees[0])))).toEqual(saying(sentence));
  });

  test.each<[string, (cats: any) => void, RegExp]>([
    ["texts that end before they begin", (c) => (c.enc[1].offsets[1] = 99), /cats\.enc\[1\]\.offsets gives category/],
    ["bytes that are no UTF-8", (c) => (c.enc[1].values[0] = -1), /cats\.enc\[1\]\.values holds a category 0 that is not UTF-8/],
    ["numbers that no f64 holds", (c) => (c.enc[3].values[0] = 2 ** 60), /holds what is not a whole number below 2\^53/],
    ["categories for other features", (c) => c.enc.pop(), /cats\.enc has 3 entries for 4 features/],
  ])("of names of categories: %s", (_, change, sentence) => {
    expect(refusal(changed("cats.json", (m) => change(model(m).cats)))).toEqual(saying(sentence));
  });

  test("another objective, and a model without trees, are sound but unsupported", () => {
    expect(refusal(changed("logistic.json", (m) => (m.learner.objective.name = "reg:mine")))).toEqual(saying(/objective is "reg:mine"/, "MGV_MODEL_UNSUPPORTED"));
    expect(refusal(changed("logistic.json", (m) => (booster(m).name = "gblinear")))).toEqual(saying(/gblinear/, "MGV_MODEL_UNSUPPORTED"));
  });

  test.each([
    ["brackets without end", `{"learner":${"[".repeat(200_000)}`, /cut short after 200011 characters/],
    // runtimes differ in how deep they follow
    ["brackets in brackets", `{"learner":${"[".repeat(200_000)}${"]".repeat(200_000)}}`, /something in it is damaged|learner is not an object/],
    ["a comma too many", '{"learner":{},}', /something in it is damaged/],
    ["bytes that are no UTF-8", '{"learner":"\xff"}', /not UTF-8/],
    ["a string without end", `{"learner":"${'\\"'.repeat(10_000)}`, /cut short after 20012 characters/],
    ["names of numbers, and yet no JSON", '{"learner":[NaN,-Infinity,Infinity', /cut short after 34 characters/],
  ])("%s", (_, text, sentence) => {
    expect(refusal(bytes(text))).toEqual(saying(sentence));
  });

  test("names of numbers are read, in strings they stay", () => {
    const text = new TextDecoder().decode(golden("logistic.json")).replace('"attributes":{}', '"attributes":{"a":"NaN \\" Infinity"}').replace(/"sum_hessian":\[[^,]*,[^,]*/, '"sum_hessian":[NaN,-Infinity');
    const read = xgboostJson.read(bytes(text));
    expect([...read.trees[0]!.cover.subarray(0, 2)]).toEqual([NaN, -Infinity]);
    expect(read.attributes).toEqual({ a: 'NaN " Infinity' });
  });
});

/** The UBJSON of an object with one member. */
const ubjson = (value: string) => bytes(`{L\0\0\0\0\0\0\0\x07learner${value}`);
const BILLION = "L\0\0\0\0\x40\0\0\0";

describe("UBJSON", () => {
  test.each<[string, string, RegExp]>([
    ["an array of a billion floats", `[$d#${BILLION}`, /at byte \d+ of \d+ it is cut short: 4294967296 bytes more were to come/],
    ["a list of a billion values", `[#${BILLION}Z`, /is cut short: 1073741824 values more/],
    ["a text of a billion bytes", `S${BILLION}`, /is cut short: 1073741824 bytes/],
    ["a length below 0", "[$d#L\xff\xff\xff\xff\xff\xff\xff\xff", /gives -1 as a length/],
    ["a length of 2^60", "[$d#L\x10\0\0\0\0\0\0\0", /as a length/],
    ["a length that is a float", "[$d#d\x3f\xc0\0\0", /gives 1\.5 as a length/],
    ["an array of texts of one type", "[$S#i\x01", /an array of an unknown type/],
    ["an array of one type without a count", "[$d]", /without a count/],
    ["an unknown marker", "H", /has the unknown marker "H"/],
    ["brackets in brackets", "[".repeat(200_000), /nested too deeply/],
    ["objects in objects", `{${"i\x01a{".repeat(200_000)}`, /nested too deeply/],
    ["a text that is no UTF-8", "Si\x01\xff}", /has a text that is not UTF-8/],
    ["bytes behind the end", "Z}more", /is followed by 4 bytes/],
    ["nothing behind its first name", "", /is cut short: 1 bytes more/],
    ["another document", "{}}", /learner has no learner_model_param/],
  ])("%s", (_, value, sentence) => {
    expect(refusal(ubjson(value))).toEqual(saying(sentence));
  });
});

describe("the binary format", () => {
  /** The golden model with four bytes written over. */
  function patched(at: number, value: number, set: "setUint32" | "setFloat32" = "setUint32"): Uint8Array {
    const file = golden("logistic-2.1.model").slice();
    new DataView(file.buffer)[set](at, value, true);
    return file;
  }
  const BOOSTER = 4 + 136 + 8 + "binary:logistic".length + 8 + "gbtree".length;
  const TREE = BOOSTER + 160;
  const NODES = TREE + 148;

  test.each<[string, Uint8Array, RegExp, string?]>([
    ["a billion trees", patched(BOOSTER, 2 ** 30), /1073741824 trees are announced, \d+ bytes are left/],
    ["a negative number of trees", patched(BOOSTER, -1), /-1 trees are announced/],
    ["a billion nodes", patched(TREE + 4, 2 ** 30), /the 1073741824 nodes of tree 0 should have 21474836480 bytes/],
    ["a negative number of nodes", patched(TREE + 4, -5), /nodes of tree 0 should have -100 bytes/],
    ["no node", patched(TREE + 4, 0), /is broken/],
    ["leaves that are vectors", patched(TREE + 20, 3), /leaves that are vectors/, "MGV_MODEL_UNSUPPORTED"],
    ["a child beyond the nodes", patched(NODES + 4, 99), /node 0 has child 99 of 7 nodes/],
    ["a cycle", patched(NODES + 4, 0), /child 0/],
    ["a threshold that is no number", patched(NODES + 16, NaN, "setFloat32"), /threshold of node 0 is not a number/],
    ["a base score of 2", patched(4, 2, "setFloat32"), /base_score is 2, not a probability/],
    ["a base score that is no number", patched(4, NaN, "setFloat32"), /base score is NaN/],
    ["a billion outputs", patched(12, 2 ** 30), /1073741824 outputs/],
    ["a booster of another name", patched(4 + 136 + 8 + 15 + 8, 0x41414141), /the booster is "AAAAee", not gbtree or dart/],
    ["a long objective", patched(4 + 136, 2 ** 31), /no known model format/],
  ])("%s", (_, file, sentence, code) => {
    expect(refusal(file)).toEqual(saying(sentence, code));
  });
});

describe("files in general", () => {
  test.each(["dart-last-whole.json", "categorical.ubj", "vector.ubj", "cats.ubj", "dart-2.1.model", "poisson-0.90.model"])("%s, cut short at any place, is an error", (name) => {
    const file = golden(name);
    for (let length = 0; length < file.length; length += 1 + Math.floor(file.length / 800)) {
      // the last bytes of the oldest files are of no use to anyone
      if (name === "poisson-0.90.model" && length >= file.length - 11) continue;
      expect(() => readModel(file.subarray(0, length)), `cut at ${length}`).toThrow(expect.objectContaining({ code: "MGV_MODEL_FORMAT" }));
    }
  });

  test.each(["dart-last-whole.json", "categorical.json", "vector.json", "categorical.ubj", "vector.ubj", "cats.ubj", "dart-2.1.model", "forest-1.7.model"])("%s with bytes changed by chance is a model or an error with a code, and never anything else", (name) => {
    const file = golden(name);
    const change = fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const other = file.slice();
        for (const [at, byte] of changes) other[at] = byte;
        try {
          expect(readModel(other).model.trees.length).toBeLessThanOrEqual(file.length);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(MangroveError);
          expect(["MGV_MODEL_FORMAT", "MGV_MODEL_UNSUPPORTED"]).toContain((thrown as MangroveError).code);
        }
      }),
      { numRuns: 400 },
    );
  });
});
