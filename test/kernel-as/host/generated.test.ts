import { expect, test } from "vitest";
import { Generated, hasLaneselect } from "../../../kernel-as/host/generated.ts";
import { Interpreter } from "../../../kernel-as/host/interpreter.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { BLOCK } from "../../../kernel-as/host/ranker.ts";
import { constantForms, type Form } from "../../../kernel-as/model/codegen/form.ts";
import { pack } from "../../../kernel-as/model/pack/packed-tree.ts";
import { randomForest } from "../../fixtures/forests.ts";
import { random } from "../../fixtures/random.ts";

const kernel = await loadKernel();
const choices: Form["choice"][] = hasLaneselect() ? ["laneselect", "max"] : ["max"];
const all = constantForms.flatMap((constants) => choices.map((choice) => ({ constants, choice })));

test.each(all)("code with constants from $constants and $choice gives the interpreter's bits", async (form) => {
  for (const family of ["xgboost", "lightgbm"] as const) {
    const next = random(7);
    const model = randomForest(next, { family, features: 5, trees: 23, leaves: 60, outputs: 3, categorical: 0.1, special: "none" });
    const { columns, trees } = pack(model)!;
    const bins = kernel.allocate(columns.count * BLOCK);
    const bytes = kernel.u8(bins, columns.count * BLOCK);
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(next() * 256);
    const width = family === "xgboost" ? 4 : 8;
    const sums = kernel.allocate(3 * BLOCK * width);
    const results = () => kernel.u8(sums, 3 * BLOCK * width);

    using interpreter = new Interpreter(kernel, trees);
    results().fill(0);
    interpreter.addTo(sums, bins, BLOCK);
    const expected = results().slice();
    expect(new Set(expected).size).toBeGreaterThan(100);

    using generated = await Generated.compile(kernel, trees, form);
    results().fill(0);
    generated.addTo(sums, bins, BLOCK);
    expect(results()).toEqual(expected);
    kernel.release(bins);
    kernel.release(sums);
  }
});
