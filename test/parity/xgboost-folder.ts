import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ForestModel } from "../../kernel-as/model/forest.ts";
import { score } from "../fixtures/scoring.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

/** A model in memory, the file that was written of it, and rows for both. */
export interface Case {
  readonly name: string;
  readonly model: ForestModel;
  readonly file: Uint8Array;
  readonly extension: string;
  readonly rows: Float64Array;
}

/** Where XGBoost, having opened the file, gives other margins or leaves than we from memory. One process for all. */
export async function differences(python: string, cases: readonly Case[]): Promise<string[]> {
  await using folder = await temporaryFolder();
  const listed = cases.map(({ model, extension }, i) => ({ model: `${i}${extension}`, rows: `${i}.f64`, features: model.featureCount }));
  for (const [i, { file, rows }] of cases.entries()) {
    await writeFile(folder.file(listed[i]!.model), file);
    await writeFile(folder.file(listed[i]!.rows), rows);
  }
  const script = fileURLToPath(new URL("./xgboost_score.py", import.meta.url));
  execFileSync(python, [script, folder.file(".")], { input: JSON.stringify(listed), stdio: ["pipe", "inherit", "inherit"] });
  const found: string[] = [];
  for (const [i, { name, model, rows }] of cases.entries()) {
    const buffer = (ending: string) => new Uint8Array(readFileSync(folder.file(`${listed[i]!.model}.${ending}`))).buffer;
    const what = await difference(model, rows, new Float32Array(buffer("margins")), new Int32Array(buffer("leaves")));
    if (what !== null) found.push(`${name}: ${what}`);
  }
  return found;
}

/** The first of our margins that is not theirs to the bit, or the first other leaf; null where there is none. A margin of NaN and a leaf of -1 are not known. */
export async function difference(model: ForestModel, rows: Float64Array, margins: Float32Array, leaves: Int32Array): Promise<string | null> {
  const ours = await score(model, rows);
  if (ours.margins.length !== margins.length || ours.leaves.length !== leaves.length) return `${ours.margins.length} margins and ${ours.leaves.length} leaves, not ${margins.length} and ${leaves.length}`;
  const row = (entry: number, perRow: number) => rows.subarray(Math.floor(entry / perRow) * model.featureCount).subarray(0, Math.min(model.featureCount, 12)).join(" ");
  const margin = margins.findIndex((each, i) => !Number.isNaN(each) && !Object.is(each, ours.margins[i]));
  if (margin !== -1) return `margin ${ours.margins[margin]}, not ${margins[margin]}, of ${row(margin, model.outputs)}`;
  const leaf = leaves.findIndex((each, i) => each !== -1 && each !== ours.leaves[i]);
  return leaf === -1 ? null : `leaf ${ours.leaves[leaf]}, not ${leaves[leaf]}, of ${row(leaf, model.trees.length)}`;
}
