import type { Objective } from "../../forest.ts";
import { broken, type Lines, type Span } from "./lines.ts";
import type { NumberReader } from "./numbers.ts";

/** More outputs than any use; more are refused before anything is counted by them. */
const MOST_OUTPUTS = 65_536;

/** What stands before the first tree. */
export interface Header {
  /** Of the layout, from `v2` on; "" before LightGBM 2.0.12. It changes nothing of what the trees mean. */
  readonly version: string;
  readonly objective: Objective;
  readonly featureCount: number;
  readonly featureNames: readonly string[] | null;
  /** Of each feature `[least:most]`, `none` for one without use, or its categories `0:2:1`. */
  readonly featureInfos: readonly string[];
  /** Trees a round. */
  readonly outputs: number;
  readonly averaged: boolean;
  /** The number of trees that `tree_sizes` lists, null where there is no such line. */
  readonly treeCount: number | null;
  /** The other lines, by key. */
  readonly others: ReadonlyMap<string, string>;
}

/** The objectives that transform one output alone. */
const oneOutput: ReadonlySet<string> = new Set(["binary", "cross_entropy", "xentropy", "cross_entropy_lambda", "xentlambda", "poisson", "gamma", "tweedie"]);

/** The name that LightGBM gives to a feature without one. */
export function defaultName(feature: number): string {
  return `Column_${feature}`;
}

/** Reads up to the first line that is no longer of the header, and leaves the walk there. */
export function readHeader(lines: Lines, numbers: NumberReader): Header {
  lines.advance();
  if (!lines.is("tree")) broken({ line: 1, key: "" }, 'the first line of a model of LightGBM is "tree"');
  const entries = new Map<string, Span>();
  let averaged = false;
  for (lines.advance(); !lines.atEnd && !lines.startsWith("Tree=") && !isAfterTrees(lines); lines.advance()) {
    if (lines.isBlank) continue;
    if (lines.is("average_output")) averaged = true;
    else {
      const entry = lines.entry() ?? broken({ line: lines.number, key: "" }, "a line of the header is key=value");
      if (entries.has(entry.key)) broken(entry, "it is there twice");
      entries.set(entry.key, entry);
    }
  }
  const take = (key: string): Span | null => {
    const entry = entries.get(key) ?? null;
    entries.delete(key);
    return entry;
  };
  const must = (key: string): Span => take(key) ?? broken({ line: lines.number, key: "" }, `the header before it has no ${key}`);

  const version = take("version");
  const classes = must("num_class");
  const outputs = numbers.integer(classes, 1, MOST_OUTPUTS);
  const perRound = take("num_tree_per_iteration");
  if (perRound !== null && numbers.integer(perRound, 1, MOST_OUTPUTS) !== outputs) broken(perRound, `it is not the num_class of line ${classes.line}`);
  const featureCount = numbers.integer(must("max_feature_idx"), -1, 2 ** 31 - 2) + 1;
  const objective = readObjective(lines, take("objective"), outputs);
  const featureNames = words(lines, must("feature_names"), featureCount);
  const featureInfos = words(lines, must("feature_infos"), featureCount);
  const sizes = take("tree_sizes");
  const others = new Map(Array.from(entries, ([key, span]) => [key, lines.text(span)]));
  if (others.get("label_index") === "0") others.delete("label_index");
  return {
    version: version === null ? "" : lines.text(version),
    objective,
    featureCount,
    featureNames: featureNames.every((name, feature) => name === defaultName(feature)) ? null : featureNames,
    featureInfos,
    outputs,
    averaged,
    treeCount: sizes === null ? null : countWords(lines.bytes, sizes),
    others,
  };
}

/** Whether the line is one of those that follow the trees. */
function isAfterTrees(lines: Lines): boolean {
  return lines.is("end of trees") || lines.startsWith("feature importances:") || lines.startsWith("feature_importances:") || lines.startsWith("pandas_categorical:");
}

/** `multiclass num_class:3`; without a line, "custom". */
function readObjective(lines: Lines, span: Span | null, outputs: number): Objective {
  if (span === null) return { name: "custom", parameters: {} };
  const [name = "", ...rest] = lines.text(span).split(" ").filter((word) => word !== "");
  if (name === "") broken(span, "it is empty");
  const parameters = Object.fromEntries(
    rest.map((word) => {
      const colon = word.indexOf(":");
      return colon === -1 ? [word, ""] : [word.slice(0, colon), word.slice(colon + 1)];
    }),
  );
  const classes = parameters["num_class"];
  if (classes !== undefined && Number(classes) !== outputs) broken(span, `it is for ${classes} classes, the model has ${outputs}`);
  if (outputs > 1 && oneOutput.has(name)) broken(span, `it is for one output, the model has ${outputs}`);
  return { name, parameters };
}

/** Words with one space between; LightGBM writes names with `_` for their spaces. */
function words(lines: Lines, span: Span, count: number): readonly string[] {
  const found = countWords(lines.bytes, span);
  if (found !== count) broken(span, `it has ${found} words for the ${count} features of max_feature_idx (a name cannot have a space)`);
  return lines.text(span).split(" ").filter((word) => word !== "");
}

function countWords(bytes: Uint8Array, { start, end }: Span): number {
  let count = 0;
  for (let at = start; at < end; at++) if (bytes[at] !== 32 && (at === start || bytes[at - 1] === 32)) count++;
  return count;
}
