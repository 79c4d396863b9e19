import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { MangroveError } from "../../kernel-as/errors.ts";
import { readModel } from "../../kernel-as/model/formats/formats.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { xgboostUbjson } from "../../kernel-as/model/formats/xgboost/ubjson.ts";
import type { ForestModel } from "../../kernel-as/model/forest.ts";
import { randomRows } from "../fixtures/forests.ts";
import { random } from "../fixtures/random.ts";
import { anyModel } from "../fixtures/xgboost-models.ts";
import { pythonWith } from "./python.ts";
import { differences, type Case } from "./xgboost-folder.ts";

const { python, reason } = pythonWith("xgboost");

/** The model written in both formats, with rows that come close to its thresholds. */
function casesOf(name: string, model: ForestModel, seed: number): Case[] {
  const rows = randomRows(random(seed), model, 40);
  return [xgboostJson, xgboostUbjson].map(({ write, extensions: [extension] }) => ({ name: `${name}${extension}`, model, file: write(model), extension: extension!, rows }));
}

function goldens(folder: string): [name: string, model: ForestModel][] {
  const url = new URL(`../goldens/${folder}/`, import.meta.url);
  const names = readdirSync(url).filter((name) => !name.endsWith(".expected.json"));
  return names.map((name) => [name, readModel(new Uint8Array(readFileSync(new URL(name, url)))).model]);
}

/** Models of any shape; the first seed is printed. */
function anyModels(count: number): [name: string, model: ForestModel][] {
  const first = Math.floor(Math.random() * 1e6);
  console.log(`models of seeds from ${first}`);
  const next = random(first);
  const flag = () => next() < 0.5;
  return Array.from({ length: count }, (_, i) => {
    const vectors = flag();
    // XGBoost has no DART of trees whose leaves are vectors
    const shape = { seed: first + i, features: 1 + Math.floor(next() * 6), outputs: 1 + Math.floor(next() * 3), trees: Math.floor(next() * 7), leaves: 1 + Math.floor(next() * 9), categorical: flag(), vectors, weights: flag() && !vectors, deleted: flag() };
    return [JSON.stringify(shape), anyModel(shape)];
  });
}

/** As XGBoost's models, those of which it has a counterpart. */
function converted([name, model]: [name: string, model: ForestModel]): [name: string, model: ForestModel][] {
  try {
    return [[name, xgboostJson.read(xgboostJson.write(model))]];
  } catch (thrown) {
    if ((thrown as MangroveError).code === "MGV_MODEL_CONVERT") return [];
    throw thrown;
  }
}

describe.skipIf(reason)("XGBoost opens what we write, and predicts the same bits", () => {
  const kinds = { golden: goldens("xgboost"), any: anyModels(60), converted: goldens("lightgbm").flatMap(converted) };
  let found: string[] = [];
  beforeAll(async () => {
    const cases = Object.entries(kinds).flatMap(([kind, models]) => models.flatMap(([name, model], i) => casesOf(`${kind} ${name}`, model, i)));
    found = await differences(python!, cases);
  });

  test.each([
    ["of the golden models, of whatever version", "golden", 60],
    ["of models of any shape", "any", 60],
    ["of LightGBM's golden models that it has a counterpart of", "converted", 10],
  ] as const)("%s", (_, kind, least) => {
    expect(kinds[kind].length).toBeGreaterThanOrEqual(least);
    expect(found.filter((name) => name.startsWith(kind))).toEqual([]);
  });
});
