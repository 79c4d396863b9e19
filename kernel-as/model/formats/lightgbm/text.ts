import { checkForest } from "../../check.ts";
import type { ForestModel, Tree } from "../../forest.ts";
import type { ModelFormat } from "../format.ts";
import { readHeader, type Header } from "./header.ts";
import { broken, Lines } from "./lines.ts";
import { NumberReader } from "./numbers.ts";
import { readSections, type Categories, type Sections } from "./sections.ts";
import { readTree } from "./tree.ts";
import { writeText } from "./write.ts";

/**
 * The text of LightGBM, as 2.0.2 to 4.7 write it (microsoft/LightGBM src/boosting/gbdt_model_text.cpp, src/io/tree.cpp), but for
 * category splits before 2.0.5. Trees are found by their `Tree=` lines: of `tree_sizes` only the length is believed, since line ends that
 * were changed on the way change the sizes. Names `Column_0`, `Column_1`… are LightGBM's for features without names.
 */
export const lightgbmText: ModelFormat = {
  name: "lightgbm-text",
  title: "LightGBM text",
  extensions: [".txt", ".lgb", ".lightgbm"],
  recognises,
  read,
  write: writeText,
};

function recognises(bytes: Uint8Array): boolean {
  const lines = new Lines(bytes.subarray(0, 8));
  lines.advance();
  return lines.is("tree") && bytes.length > lines.end;
}

function read(bytes: Uint8Array): ForestModel {
  const lines = new Lines(bytes);
  const numbers = new NumberReader(lines);
  const header = readHeader(lines, numbers);
  const trees = readTrees(lines, numbers, header);
  const sections = readSections(lines);
  const { objective, featureCount, featureNames, featureInfos, outputs, averaged, others } = header;
  const attributes = new Map([...others, ["feature_infos", featureInfos.join(" ")]]);
  for (const [name, text] of sections.texts) {
    if (attributes.has(name)) broken({ line: lines.number, key: name }, "the header has it too");
    attributes.set(name, text);
  }
  return checkForest({
    family: "lightgbm",
    objective,
    featureCount,
    featureNames,
    featureTypes: null,
    outputs,
    baseScores: new Float32Array(0),
    trees,
    roundStarts: Uint32Array.from({ length: trees.length / outputs + 1 }, (_, round) => round * outputs),
    averaged,
    categoryNames: categoryNames(header, sections),
    attributes: Object.fromEntries(attributes),
  });
}

/** Leaves the walk behind `end of trees`, or where the trees end in older files. */
function readTrees(lines: Lines, numbers: NumberReader, { version, outputs, featureCount, treeCount }: Header): readonly Tree[] {
  const trees: Tree[] = [];
  const expected = treeCount === null ? "" : ` of ${treeCount}`;
  for (; lines.startsWith("Tree="); skipBlank(lines)) {
    const entry = lines.entry()!;
    if (numbers.integer(entry, 0, 2 ** 31) !== trees.length) broken(entry, `tree ${trees.length} is expected here`);
    trees.push(readTree(lines, numbers, { output: trees.length % outputs, featureCount }));
  }
  const place = { line: lines.number, key: "" };
  if (treeCount !== null && treeCount !== trees.length) broken(place, `${trees.length}${expected} trees are there`);
  if (lines.is("end of trees")) lines.advance();
  else if (/^v([3-9]|\d\d)/.test(version)) broken(place, `"end of trees" is expected here, after ${trees.length}${expected} trees`);
  if (trees.length % outputs !== 0) broken(place, `${trees.length} trees are no whole rounds of ${outputs}`);
  return trees;
}

function skipBlank(lines: Lines): void {
  while (lines.isBlank && !lines.atEnd) lines.advance();
}

/**
 * The categories of pandas by feature, if it is clear whose they are: pandas lists every column of categories, ordered ones too, which LightGBM takes for
 * numbers. Its own list of category features is a parameter; without one, their infos are no ranges.
 */
function categoryNames({ featureInfos }: Header, { texts, categories }: Sections): ForestModel["categoryNames"] {
  if (categories === null || categories.length === 0) return null;
  const parameter = /^\[categorical_feature: (\d[\d,]*)\]$/m.exec(texts.get("parameters") ?? "")?.[1];
  const byInfo = featureInfos.flatMap((info, feature) => (info === "none" || info.startsWith("[") ? [] : [feature]));
  const features = parameter === undefined ? byInfo : parameter.split(",").map(Number);
  if (features.length !== categories.length) return null;
  const names = new Array<Categories | null>(featureInfos.length).fill(null);
  for (const [i, feature] of features.entries()) {
    const info = featureInfos[feature] ?? "[";
    if (info.startsWith("[") || info.split(":").some((code) => Number(code) >= categories[i]!.length)) return null;
    names[feature] = categories[i]!;
  }
  return names;
}
