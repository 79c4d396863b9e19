import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { readModel } from "../../kernel-as/model/formats/formats.ts";
import { floatText } from "../../kernel-as/model/formats/xgboost/json-text.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { importance, importanceKinds } from "../../kernel-as/model/importance.ts";
import { binaryForest, type ForestModel } from "../../kernel-as/model/forest.ts";
import { random } from "../fixtures/random.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { contributionsApart } from "./contributions.ts";
import { pythonWith } from "./python.ts";
import { difference, differences } from "./xgboost-folder.ts";

const { python, reason } = pythonWith("xgboost");

interface Grown {
  readonly name: string;
  readonly model: string;
  readonly rows: string;
  readonly margins: string;
  readonly leaves: string;
  readonly contributions: string;
  /** By kind, then by feature (`f0`, `f1`, …), without those that no split asks. */
  readonly importances: Readonly<Record<(typeof importanceKinds)["xgboost"][number], Readonly<Record<string, number>>>>;
}

const seed = Math.floor(Math.random() * 1e6);
const next = random(seed);

describe.skipIf(reason)(`what XGBoost grows from seed ${seed}`, () => {
  const found: string[] = [];
  const apart = new Map<string, number>();
  const unequal: string[] = [];
  let names: string[] = [];

  beforeAll(async () => {
    await using folder = await temporaryFolder();
    const script = fileURLToPath(new URL("./xgboost_grid.py", import.meta.url));
    const cases = JSON.parse(execFileSync(python!, [script, folder.file("."), String(seed)], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })) as Grown[];
    const buffer = (path: string) => new Uint8Array(readFileSync(path)).buffer;
    names = cases.map(({ name }) => name);
    for (const { name, model: path, rows, margins, leaves, contributions, importances } of cases) {
      const { model } = readModel(new Uint8Array(readFileSync(path)));
      const what = await difference(model, new Float64Array(buffer(rows)), new Float32Array(buffer(margins)), new Int32Array(buffer(leaves)));
      if (what !== null) found.push(`${name}: ${what}`);
      const theirs = new Float32Array(buffer(contributions));
      if (theirs.length > 0) apart.set(name, await contributionsApart(model, new Float64Array(buffer(rows)), theirs));
      for (const kind of importanceKinds.xgboost) {
        const expected = Float64Array.from({ length: model.featureCount }, (_, feature) => importances[kind][`f${feature}`] ?? 0);
        if (importance(model, kind).some((value, feature) => value !== expected[feature])) unequal.push(`${name}: ${kind} ${importance(model, kind).join(" ")}, not ${expected.join(" ")}`);
      }
    }
  });

  test("has XGBoost's contributions within 1e-5 of their magnitude", () => {
    expect(apart.size).toBe(names.length - 2); // without those whose leaves are vectors
    expect(Array.from(apart).filter(([, distance]) => !(distance <= 1e-5))).toEqual([]);
  });

  test("has XGBoost's importances of every kind, to the bit", () => {
    expect(unequal).toEqual([]);
  });

  test("has XGBoost's margins and leaves to the bit: of 1 to 12 levels, 2 to 1,000 leaves, 1 to 500 features, and every kind", () => {
    expect(names.length).toBeGreaterThan(70);
    expect(new Set(names).size).toBe(names.length);
    expect(found).toEqual([]);
  });
});

describe.skipIf(reason)(`numbers of XGBoost, from seed ${seed}`, () => {
  const OUTPUTS = 1_000;

  /** A model without trees, of a thousand outputs with a base score each. */
  function ofBaseScores(name: string, baseScores: Float32Array): ForestModel {
    return { ...binaryForest([], 1, 0.5), objective: { name, parameters: name === "count:poisson" ? { poisson_regression_param: { max_delta_step: "0.7" } } : { reg_loss_param: { scale_pos_weight: "1" } } }, outputs: OUTPUTS, baseScores };
  }

  const scores = {
    "binary:logistic": [() => next(), () => next() * 1e-5, () => 1 - next() * 1e-5, () => 0.5 + (next() - 0.5) * 1e-3, () => 2 ** (-next() * 140)],
    "count:poisson": [() => next() * 10, () => 2 ** (next() * 250 - 125), () => 1 + (next() - 0.5) * 1e-3],
  };

  test("100,000 base scores have XGBoost's margins to the bit, and 30,000 of the logarithm", async () => {
    const cases = Object.entries(scores).flatMap(([name, kinds]) =>
      Array.from({ length: name === "count:poisson" ? 30 : 100 }, (_, i) => {
        const model = ofBaseScores(name, Float32Array.from({ length: OUTPUTS }, () => Math.max(kinds[i % kinds.length]!(), 2 ** -149)));
        return { name: `${name} ${i}`, model, file: xgboostJson.write(model), extension: ".json", rows: Float64Array.of(0) };
      }),
    );
    expect(await differences(python!, cases)).toEqual([]);
  });

  test("floats are written no longer than XGBoost writes them, which has a digit less for a few powers of two", () => {
    const values = new Float32Array(new Uint32Array(20_000).map(() => next() * 2 ** 32).buffer).map((value) => (Number.isFinite(value) ? value : 1));
    const model = { ...binaryForest([], 1, 0.5), objective: { name: "reg:squarederror", parameters: { reg_loss_param: { scale_pos_weight: "1" } } }, outputs: values.length, baseScores: values };
    const program = "import sys, json, xgboost; b = xgboost.Booster(model_file=bytearray(sys.stdin.buffer.read())); sys.stdout.buffer.write(b.save_raw('json'))";
    const again = execFileSync(python!, ["-c", program], { input: xgboostJson.write(model), encoding: "utf8", maxBuffer: 1 << 28 });
    const theirs = (JSON.parse(again) as { learner: { learner_model_param: { base_score: string } } }).learner.learner_model_param.base_score.slice(1, -1).split(",");
    expect(theirs.map((text) => Math.fround(Number(text)))).toEqual([...values]);
    expect(Array.from(values, floatText).flatMap((ours, i) => (ours.length <= theirs[i]!.length ? [] : [`${ours}, not ${theirs[i]}`]))).toEqual([]);
  });
});
