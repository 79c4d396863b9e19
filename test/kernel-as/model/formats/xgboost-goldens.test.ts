import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readModel } from "../../../../kernel-as/model/formats/formats.ts";
import { xgboostJson } from "../../../../kernel-as/model/formats/xgboost/json.ts";
import { xgboostUbjson } from "../../../../kernel-as/model/formats/xgboost/ubjson.ts";
import type { ForestModel } from "../../../../kernel-as/model/forest.ts";
import { predictorOf, predictionsPerRow } from "../../../../kernel-as/model/objective.ts";
import { score } from "../../../fixtures/scoring.ts";

/*
 * Models of XGBoost 0.90 to 3.2, made by test/goldens/make_xgboost.py, and what XGBoost predicts from them.
 */

const folder = new URL("../../../goldens/xgboost/", import.meta.url);
const files = readdirSync(folder).filter((name) => !name.endsWith(".expected.json"));

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, folder)));
}

function expectedOf(file: string) {
  const expected = JSON.parse(readFileSync(new URL(`${file.replace(/\.\w+$/, "")}.expected.json`, folder), "utf8")) as Record<string, string>;
  const buffer = (name: string) => new Uint8Array(Buffer.from(expected[name]!, "base64")).buffer;
  return {
    library: expected["library"],
    rows: new Float64Array(buffer("rows")),
    margins: new Float32Array(buffer("margins")),
    predictions: new Float32Array(buffer("predictions")),
    leaves: new Int32Array(buffer("leaves")),
  };
}

/** The extension tells which format made it, for the test alone. */
const formatOf = { json: "xgboost-json", ubj: "xgboost-ubjson", model: "xgboost-binary" } as Readonly<Record<string, string>>;

describe.each(files)("%s", (file) => {
  const { format, model } = readModel(bytesOf(file));
  const expected = expectedOf(file);

  test("is known by its content", () => {
    expect(format.name).toBe(formatOf[file.split(".").at(-1)!]);
  });

  test("gives XGBoost's margins and leaves to the bit, and its predictions within 5e-7", async () => {
    const { margins, leaves } = await score(model, expected.rows);
    expect(margins).toEqual(expected.margins);
    expect(leaves).toEqual(expected.leaves);
    const predictions = new Float32Array((margins.length / model.outputs) * predictionsPerRow(model));
    predictorOf(model)(margins, predictions);
    expect(apart(predictions, expected.predictions)).toBeLessThan(5e-7);
  });

  test.each([xgboostJson, xgboostUbjson])("written as $name is the same model, and the same bytes when it is written again", ({ read, write }) => {
    const written = write(model);
    const again: ForestModel = read(written);
    expect(again).toEqual(model);
    expect(Buffer.from(write(again)).equals(written)).toBe(true);
  });
});

/** The largest difference; relative where numbers are large. */
function apart(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!) / Math.max(1, Math.abs(b[i]!))), 0);
}
