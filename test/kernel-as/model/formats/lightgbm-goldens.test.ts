import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lightgbmText } from "../../../../kernel-as/model/formats/lightgbm/text.ts";
import { predictorOf } from "../../../../kernel-as/model/objective.ts";
import { score } from "../../../fixtures/scoring.ts";

const folder = new URL("../../../goldens/lightgbm/", import.meta.url);
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".txt") ? [file.slice(0, -".txt".length)] : []));

interface Expected {
  readonly lightgbm: string;
  readonly features: number;
  readonly rows: string;
  readonly margins: string;
  readonly predictions: string;
  readonly leaves: string;
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;
}

function golden(name: string) {
  const bytes = new Uint8Array(readFileSync(new URL(`${name}.txt`, folder)));
  const expected = JSON.parse(readFileSync(new URL(`${name}.expected.json`, folder), "utf8")) as Expected;
  return { bytes, expected, rows: new Float64Array(bytesOf(expected.rows)) };
}

describe("goldens of LightGBM", () => {
  test("are all there", () => {
    expect(names.length).toBeGreaterThanOrEqual(33);
  });

  test.each(names)("%s: the margins bit for bit, the leaves, the predictions within 1e-15", async (name) => {
    const { bytes, expected, rows } = golden(name);
    expect(lightgbmText.recognises(bytes)).toBe(true);
    const model = lightgbmText.read(bytes);
    expect(model.featureCount).toBe(expected.features);
    const { margins, leaves } = await score(model, rows);
    expect(margins).toEqual(new Float64Array(bytesOf(expected.margins)));
    expect(leaves).toEqual(new Int32Array(bytesOf(expected.leaves)));
    const predictions = new Float64Array(margins.length);
    predictorOf(model)(margins, predictions);
    const theirs = new Float64Array(bytesOf(expected.predictions));
    const apart = predictions.reduce((most, ours, i) => (Object.is(ours, theirs[i]) ? most : Math.max(most, Math.abs(ours - theirs[i]!) / Math.max(1, Math.abs(theirs[i]!)))), 0);
    expect(apart).toBeLessThan(1e-15);
  });

  test.each(names)("%s: reads the same after it was written", (name) => {
    const model = lightgbmText.read(golden(name).bytes);
    const written = lightgbmText.write!(model);
    expect(lightgbmText.read(written)).toEqual(model);
    expect(lightgbmText.write!(lightgbmText.read(written))).toEqual(written);
  });

  test.each(names)("%s: reads the same with the line ends of Windows, whatever its tree_sizes then say", (name) => {
    const { bytes } = golden(name);
    const windows = new TextEncoder().encode(new TextDecoder().decode(bytes).replaceAll("\n", "\r\n"));
    expect(lightgbmText.recognises(windows)).toBe(true);
    expect(lightgbmText.read(windows)).toEqual(lightgbmText.read(bytes));
  });
});

describe("what the goldens say of themselves", () => {
  const read = (name: string) => lightgbmText.read(golden(name).bytes);

  test("objectives, with what stands beside the name; none is custom", () => {
    expect(read("binary-sigmoid").objective).toEqual({ name: "binary", parameters: { sigmoid: "2" } });
    expect(read("multiclassova").objective).toEqual({ name: "multiclassova", parameters: { num_class: "3", sigmoid: "1.5" } });
    expect(read("regression-sqrt").objective).toEqual({ name: "regression", parameters: { sqrt: "" } });
    expect(read("custom").objective).toEqual({ name: "custom", parameters: {} });
  });

  test("rounds, outputs, averaging", () => {
    const { outputs, averaged, roundStarts, trees, baseScores } = read("forest-multiclass");
    expect({ outputs, averaged, roundStarts, outputsOfTrees: trees.map(({ output }) => output), baseScores }).toEqual({
      outputs: 3,
      averaged: true,
      roundStarts: Uint32Array.of(0, 3, 6, 9),
      outputsOfTrees: [0, 1, 2, 0, 1, 2, 0, 1, 2],
      baseScores: new Float32Array(0),
    });
  });

  test("names of any characters; Column_0, Column_1… are none", () => {
    expect(read("names").featureNames).toEqual(["Temperature[C]", 'a="b",{c}:', "温度", "__proto__"]);
    expect(read("binary").featureNames).toBeNull();
  });

  test("categories of pandas, by feature", () => {
    expect(read("pandas-categories").categoryNames).toEqual([null, ["dry", "wet", 'a, "b"', "湿 é"], [0, 0.5, 1], ["one"]]);
    expect(read("categorical").categoryNames).toBeNull();
  });

  test("a threshold of inf, a tree of one leaf, linear leaves, sets of more than 32 categories", () => {
    expect(read("infinite").trees.some(({ split }) => split.includes(Infinity))).toBe(true);
    expect(read("single-leaf").trees[0]).toMatchObject({ left: Int32Array.of(-1), split: Float64Array.of(2.5), count: Float64Array.of(300) });
    expect(read("linear").trees[1]!.linear!.coefficients.some((coefficients) => coefficients?.length)).toBe(true);
    expect(read("categorical").trees[0]!.categories!.sets.some((set) => set.length > 1)).toBe(true);
  });

  test("what is only kept: lines of the header, sections", () => {
    const { attributes } = read("monotone");
    expect(attributes["monotone_constraints"]).toBe("1 0 -1 0");
    expect(attributes["feature_infos"]).toMatch(/^\[\S+:\S+\] \[-2:3\] /);
    expect(attributes["feature_importances"]).toMatch(/^Column_\d=\d+\n/);
    expect(read("binary").attributes["parameters"]).toMatch(/^\[boosting: gbdt\]\n[^]*\]$/);
    expect(read("v2.1.2").attributes["feature_importances"]).toMatch(/^Column_\d=\d+\n/);
  });
});
