import { describe, expect, test } from "vitest";
import { MangroveError } from "../../../../kernel-as/errors.ts";
import { lightgbmText } from "../../../../kernel-as/model/formats/lightgbm/text.ts";
import { random } from "../../../fixtures/random.ts";

/** Two trees: the first with a category split and linear leaves, the second with three leaves. Lines are counted from 1. */
const sound = `tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=2
objective=binary sigmoid:1
feature_names=a b c
feature_infos=[0:1] 0:1:2 none
tree_sizes=500 400

Tree=0
num_leaves=2
num_cat=1
split_feature=1
split_gain=5
threshold=0
decision_type=1
left_child=-1
right_child=-2
leaf_value=0.5 -0.5
leaf_weight=1 2
leaf_count=10 20
internal_value=0
internal_weight=3
internal_count=30
cat_boundaries=0 1
cat_threshold=5
is_linear=1
leaf_const=1 2
num_features=1 2
leaf_features=0  0 2
leaf_coeff=0.5  1 2
shrinkage=1


Tree=1
num_leaves=3
num_cat=0
split_feature=0 2
split_gain=5 4
threshold=0.5 1.5
decision_type=2 8
left_child=1 -1
right_child=-2 -3
leaf_value=1 2 3
leaf_weight=1 2 3
leaf_count=10 20 30
internal_value=0 0
internal_weight=6 4
internal_count=60 40
is_linear=0
shrinkage=0.1


end of trees

feature_importances:
a=1

parameters:
[num_leaves: 3]

end of parameters

pandas_categorical:[["x","y","z"]]
`;

const bytesOf = (file: string) => new TextEncoder().encode(file);
const without = (line: RegExp) => sound.replace(new RegExp(`^${line.source}\n`, "m"), "");

/** The error of reading, which must be one of ours. */
function errorOf(file: string | Uint8Array): MangroveError {
  try {
    lightgbmText.read(typeof file === "string" ? bytesOf(file) : file);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(MangroveError);
    return thrown as MangroveError;
  }
  throw new Error("it was read");
}

test("the file that the tests break is sound", () => {
  expect(lightgbmText.read(bytesOf(sound)).trees).toHaveLength(2);
});

describe("broken files of LightGBM", () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ["nothing", "", /line 1: .*"tree"/],
    ["the first line alone", "tree\n", /line 2: the header before it has no num_class/],
    ["binary garbage", Uint8Array.from([...bytesOf("tree\n"), 0, 255, 254, 1, 2, 3, 200, 10, 0, 0]), /line 2: a line of the header is key=value/],
    ["binary garbage with a =", Uint8Array.from([...bytesOf("tree\n"), 255, 61, 254, 10]), /line 2: it is not UTF-8/],
    ["a name that is not UTF-8", Uint8Array.from([...bytesOf(sound.slice(0, sound.indexOf("=a b c") + 1)), 0xe9, 32, 98, 32, 99, ...bytesOf(sound.slice(sound.indexOf("\nfeature_infos")))]), /line 8, feature_names: it is not UTF-8/],
    ["a header line twice", sound.replace("label_index", "num_class"), /line 5, num_class: it is there twice/],
    ["no max_feature_idx", without(/max_feature_idx=2/), /line 11: the header before it has no max_feature_idx/],
    ["no feature_infos", without(/feature_infos=.*/), /the header before it has no feature_infos/],
    ["2^31 features", sound.replace("max_feature_idx=2", "max_feature_idx=2147483646"), /line 8, feature_names: it has 3 words for the 2147483647 features/],
    ["names with a space", sound.replace("=a b c", "=a b c d"), /line 8, feature_names: it has 4 words for the 3 features/],
    ["infos of other length", sound.replace("0:1:2 none", "none"), /line 9, feature_infos: it has 2 words for the 3 features/],
    ["no class", sound.replace("num_class=1", "num_class=0"), /line 3, num_class: 0 is not a whole number from 1/],
    ["a billion classes", sound.replaceAll(/(num_class|num_tree_per_iteration)=1/g, "$1=1000000000"), /line 3, num_class: 1000000000 is not/],
    ["classes that differ from trees a round", sound.replace("num_tree_per_iteration=1", "num_tree_per_iteration=2"), /line 4, num_tree_per_iteration: it is not the num_class of line 3/],
    ["an objective for one output of two", sound.replaceAll(/(num_class|num_tree_per_iteration)=1/g, "$1=2"), /line 7, objective: it is for one output, the model has 2/],
    ["an objective for other classes", sound.replace("binary sigmoid:1", "multiclass num_class:3"), /line 7, objective: it is for 3 classes, the model has 1/],
    ["an empty objective", sound.replace("binary sigmoid:1", ""), /line 7, objective: it is empty/],
    ["trees that tree_sizes does not count", sound.replace("=500 400", "=500"), /line 56: 2 of 1 trees are there/],
    ["fewer trees than tree_sizes counts", sound.replace("=500 400", "=500 400 -3"), /line 56: 2 of 3 trees are there/],
    ["trees out of order", sound.replace("Tree=1", "Tree=2"), /line 37, Tree: tree 1 is expected here/],
    ["rounds that are not whole", sound.replaceAll(/(num_class|num_tree_per_iteration)=1/g, "$1=3").replace(/objective=.*\n/, ""), /2 trees are no whole rounds of 3/],
    ["no end of trees", without(/end of trees/), /line 57: "end of trees" is expected here, after 2 of 2 trees/],
    ["a billion leaves", sound.replace("num_leaves=3", "num_leaves=1000000000"), /line 46, leaf_value: 1000000000 numbers are expected/],
    ["more leaves than int holds", sound.replace("num_leaves=3", "num_leaves=1e300"), /line 38, num_leaves: 1e\+300 is not a whole number/],
    ["no leaf", sound.replace("num_leaves=3", "num_leaves=0"), /line 38, num_leaves: 0 is not/],
    ["leaves less than none", sound.replace("num_leaves=3", "num_leaves=-3"), /line 38, num_leaves: -3 is not/],
    ["half a leaf", sound.replace("num_leaves=3", "num_leaves=2.5"), /line 38, num_leaves: 2.5 is not/],
    ["no leaf values", without(/leaf_value=1 2 3/), /line 37: the tree that begins here has no leaf_value/],
    ["no thresholds", without(/threshold=0.5 1.5/), /line 37: the tree that begins here has no threshold/],
    ["a line of a tree twice", sound.replace("internal_value=0 0", "leaf_value=0 0"), /line 49, leaf_value: it is there twice/],
    ["a line of a tree without a key", sound.replace("is_linear=0", "is_linear"), /line 52: a line of a tree is key=value/],
    ["too few thresholds", sound.replace("threshold=0.5 1.5", "threshold=5"), /line 42, threshold: 2 numbers are expected and there are fewer/],
    ["too few, with spaces for more", sound.replace("threshold=0.5 1.5", "threshold=0.5    "), /line 42, threshold: 2 numbers are expected and there are 1/],
    ["too many thresholds", sound.replace("threshold=0.5 1.5", "threshold=0.5 1.5 2"), /line 42, threshold: 2 numbers are expected and there are more/],
    ["too many weights", sound.replace("leaf_weight=1 2 3", "leaf_weight=1 2 3 4"), /line 47, leaf_weight: 3 numbers/],
    ["a threshold that is NaN", sound.replace("threshold=0.5 1.5", "threshold=0.5 NaN"), /line 42, threshold: number 2 of the list is NaN/],
    ["a leaf that is NaN", sound.replace("leaf_value=1 2 3", "leaf_value=nan 2 3"), /line 46, leaf_value: number 1 of the list is NaN/],
    ["a threshold that is no number", sound.replace("threshold=0.5 1.5", "threshold=0.5 1,5"), /line 42, threshold: "1,5" is no number/],
    ["a feature out of range", sound.replace("split_feature=0 2", "split_feature=0 3"), /line 40, split_feature: 3 is not a whole number from 0 to 2/],
    ["a feature below 0", sound.replace("split_feature=0 2", "split_feature=-1 2"), /line 40, split_feature: -1 is not/],
    ["an unknown decision", sound.replace("decision_type=2 8", "decision_type=2 16"), /line 43, decision_type: 16 is not a whole number from 0 to 15/],
    ["an unknown missing type", sound.replace("decision_type=2 8", "decision_type=2 12"), /line 43, decision_type: 12 has the missing type 3/],
    ["a child out of range", sound.replace("left_child=1 -1", "left_child=2 -1"), /line 44, left_child: 2 is not a whole number from -3 to 1/],
    ["a leaf out of range", sound.replace("right_child=-2 -3", "right_child=-2 -4"), /line 45, right_child: -4 is not/],
    ["a node below itself", sound.replace("left_child=1 -1", "left_child=1 1"), /line 44, left_child: node 1 has two parents/],
    ["the root below itself", sound.replace("left_child=1 -1", "left_child=1 0"), /line 44, left_child: the root is the child of node 1/],
    ["a leaf with two parents", sound.replace("right_child=-2 -3", "right_child=-2 -1"), /line 45, right_child: leaf 0 has two parents/],
    ["a ring beside the root", sound.replace("left_child=1 -1", "left_child=-1 1"), /line 44, left_child: the root leads to 3 of 5 nodes/],
    ["a category split without sets", sound.replace("decision_type=2 8", "decision_type=2 9"), /line 42, threshold: node 1 splits by category set 1.5 of 0/],
    ["a category set out of range", sound.replace("threshold=0\n", "threshold=1\n"), /line 17, threshold: node 0 splits by category set 1 of 1/],
    ["a billion category sets", sound.replace("num_cat=1", "num_cat=1000000000"), /line 27, cat_boundaries: 1000000001 numbers are expected/],
    ["boundaries that fall", sound.replace("num_cat=1", "num_cat=2").replace("cat_boundaries=0 1", "cat_boundaries=0 1 0"), /line 27, cat_boundaries: it falls after number 2/],
    ["boundaries that begin late", sound.replace("cat_boundaries=0 1", "cat_boundaries=1 1"), /line 27, cat_boundaries: it does not begin with 0/],
    ["boundaries beyond the sets", sound.replace("cat_boundaries=0 1", "cat_boundaries=0 1000000000"), /line 28, cat_threshold: 1000000000 numbers are expected/],
    ["sets of more than 32 bits a word", sound.replace("cat_threshold=5", "cat_threshold=4294967296"), /line 28, cat_threshold: 4294967296 is not/],
    ["is_linear of 2", sound.replace("is_linear=0", "is_linear=2"), /line 52, is_linear: 2 is not/],
    ["a linear feature out of range", sound.replace("leaf_features=0  0 2", "leaf_features=0  0 3"), /line 32, leaf_features: 3 is not a whole number from 0 to 2/],
    ["coefficients less than none", sound.replace("num_features=1 2", "num_features=1 -2"), /line 31, num_features: -2 is not/],
    ["a billion coefficients", sound.replace("num_features=1 2", "num_features=1 1000000000"), /line 32, leaf_features: 1000000001 numbers are expected/],
    ["too few coefficients", sound.replace("leaf_coeff=0.5  1 2", "leaf_coeff=0.5  1"), /line 33, leaf_coeff: 3 numbers are expected/],
    ["a coefficient that is NaN", sound.replace("leaf_coeff=0.5  1 2", "leaf_coeff=0.5  1 nan"), /line 33, leaf_coeff: number 3 of the list is NaN/],
    ["parameters that do not end", without(/end of parameters/), /line 61, parameters: the file ends before "end of parameters"/],
    ["categories that are not JSON", sound.replace('"z"]]', '"z"'), /line 66, pandas_categorical: it is not JSON/],
    ["categories that are no lists", sound.replace('[["x","y","z"]]', '{"a":1}'), /line 66, pandas_categorical: it is not a list of lists/],
    ["categories nested without end", sound.replace('[["x","y","z"]]', "[".repeat(200_000)), /line 66, pandas_categorical: it is not JSON/],
    ["a section twice", `${sound}pandas_categorical:null\n`, /line 67, pandas_categorical: it is there twice/],
    ["a header line named as a section", sound.replace("label_index=0", "parameters=0"), /parameters: the header has it too/],
  ])("%s", (_, file, words) => {
    const error = errorOf(file);
    expect(error.message).toMatch(words);
    expect(error.code).toBe("MGV_MODEL_FORMAT");
  });

  test.each<[string, string, RegExp]>([
    ["a line that no version writes", sound.replace("shrinkage=0.1", "is_quantum=1"), /cannot be computed, for its line 53, is_quantum/],
    ["category splits of the first versions", sound.replace("num_cat=1\n", ""), /cannot be computed, for its line 17, decision_type/],
  ])("%s is not guessed at", (_, file, words) => {
    const error = errorOf(file);
    expect(error.message).toMatch(words);
    expect(error.code).toBe("MGV_MODEL_UNSUPPORTED");
  });

  test("the sizes that tree_sizes gives are not believed, whatever they are", () => {
    for (const sizes of ["0 0", "-1 99999999999999", "x y"]) expect(lightgbmText.read(bytesOf(sound.replace("500 400", sizes)))).toEqual(lightgbmText.read(bytesOf(sound)));
  });

  test("a file cut anywhere up to the end of its parameters is broken", () => {
    const end = sound.indexOf("end of trees");
    for (let length = 0; length < end + "end of trees".length; length++) expect(errorOf(sound.slice(0, length)).code).toBe("MGV_MODEL_FORMAT");
    const parameters = sound.indexOf("parameters:") + "parameters:".length;
    for (let length = parameters; length < sound.indexOf("end of parameters") + 17; length++) expect(errorOf(sound.slice(0, length)).message).toMatch("end of parameters");
  });

  test("lines of megabytes end as soon as what they should be is known", () => {
    const long = (line: string, words: string) => errorOf(sound.replace(line, line + words.repeat(300_000)));
    expect(long("threshold=0.5 1.5", " 2").message).toMatch(/line 42, threshold: 2 numbers are expected and there are more/);
    expect(lightgbmText.read(bytesOf(sound.replace("threshold=0.5 1.5", `threshold=0.5 1${"0123456789".repeat(300_000)}`))).trees[1]!.split[1]).toBe(Infinity);
    expect(long("feature_names=a", " x").message).toMatch(/it has 300003 words/);
    expect(errorOf(`tree\n${"x".repeat(4_000_000)}`).message.length).toBeLessThan(200);
    expect(errorOf(sound.replace("shrinkage", "y".repeat(1_000_000))).message.length).toBeLessThan(200);
    expect(errorOf(sound.replace("leaf_value=1 2 3", `leaf_value=1 2 ${"z".repeat(1_000_000)}`)).message.length).toBeLessThan(200);
  });

  test("bytes changed at random are read, or end in an error of ours", () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    console.log(`bytes changed with seed ${seed}`);
    const next = random(seed);
    const bytes = bytesOf(sound);
    for (let round = 0; round < 4000; round++) {
      const changed = bytes.slice();
      for (let change = 0; change < 1 + round % 3; change++) changed[Math.floor(next() * changed.length)] = next() < 0.5 ? 32 + Math.floor(next() * 95) : Math.floor(next() * 256);
      try {
        lightgbmText.read(changed);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(MangroveError);
        expect((thrown as MangroveError).code).toMatch(/^MGV_MODEL_(FORMAT|UNSUPPORTED)$/);
      }
    }
  });
});
