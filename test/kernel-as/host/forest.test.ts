import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Forest } from "../../../kernel-as/host/forest.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import type { ForestModel } from "../../../kernel-as/model/forest.ts";
import { predictorOf } from "../../../kernel-as/model/objective.ts";
import { referenceMargins } from "../../../kernel-as/model/reference.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { randomForest, randomRows } from "../../fixtures/forests.ts";
import { random } from "../../fixtures/random.ts";

const kernel = await loadKernel();

function modelOf(family: "xgboost" | "lightgbm", changes: Partial<Parameters<typeof randomForest>[1]> = {}): ForestModel {
  return randomForest(random(11), { family, features: 6, trees: 40, leaves: 30, outputs: 1, categorical: 0, special: "none", ...changes });
}

describe.each(["xgboost", "lightgbm"] as const)("a forest of %s", (family) => {
  const model = modelOf(family, { outputs: 3 });
  const width = model.featureCount;
  const rows = randomRows(random(5), model, 3000);

  test("a batch cut into blocks of any size gives the same bits", async () => {
    using forest = new Forest(kernel, model);
    const whole = forest.margins(rows);
    await forest.ready();
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 3, maxLength: 30 }), (sizes) => {
        for (let first = 0, i = 0; first < 3000; i++) {
          const last = Math.min(3000, first + sizes[i % sizes.length]!);
          expect(forest.margins(rows.subarray(first * width, last * width))).toEqual(whole.subarray(first * 3, last * 3));
          first = last;
        }
      }),
      { numRuns: 15 },
    );
  });

  test("threads that share a batch give the bits of one", async () => {
    const large = modelOf(family, { trees: 400, outputs: 2 });
    const many = randomRows(random(6), large, 20_000);
    using alone = new Forest(kernel, large);
    using shared = new Forest(kernel, large, { workers: 3 });
    await shared.ready();
    expect(shared.margins(many)).toEqual(alone.margins(many));
    expect(shared.predict(many)).toEqual(alone.predict(many));
  });

  test("f32 rows are what they are in f64", () => {
    using forest = new Forest(kernel, model);
    const f32 = Float32Array.from(rows);
    expect(forest.margins(f32)).toEqual(forest.margins(Float64Array.from(f32)));
  });

  test("what is written into out is what is returned without it", () => {
    using forest = new Forest(kernel, model);
    const out = forest.margins(rows).fill(0);
    expect(forest.margins(rows, out)).toBe(out);
    expect(out).toEqual(forest.margins(rows));
    const predictions = forest.predict(rows, forest.predict(rows).fill(0));
    const expected = forest.margins(rows);
    predictorOf(model)(expected, expected);
    expect(predictions).toEqual(expected);
  });

  test("kernel memory is given back: a hundred forests need no more than the first two", () => {
    const bytes = () => kernel.calls.memory.buffer.byteLength;
    let before = 0;
    for (let i = 0; i < 100; i++) {
      using forest = new Forest(kernel, model);
      forest.margins(rows);
      if (i === 1) before = bytes();
    }
    expect(bytes()).toBe(before);
  });

  test("a batch far larger than a block needs little kernel memory", async () => {
    const own = await loadKernel();
    using forest = new Forest(own, model);
    forest.margins(new Float64Array(400_000 * width));
    expect(own.calls.memory.buffer.byteLength).toBeLessThan(12 * 2 ** 20);
  });

  test("rows and out that do not fit are refused in words", () => {
    using forest = new Forest(kernel, model);
    expect(() => forest.margins(new Float32Array(7))).toThrow("rows has 7 numbers, which is no multiple of the model's 6 features");
    expect(() => forest.margins(rows, new Float32Array(1))).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT" }));
    for (const lists of [[20.1, null, 3, 4, 5, 6], [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]], "abcdef", Int32Array.of(1, 2, 3, 4, 5, 6)]) {
      for (const call of ["margins", "predict", "leaves", "contributions"] as const) {
        expect(() => forest[call](lists as never)).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT", message: expect.stringContaining("rows must be a Float32Array or a Float64Array") as string }));
      }
    }
    expect(() => forest.leaves(rows, new Int32Array(1))).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT" }));
    expect(() => new Forest(kernel, model, { workers: 0 })).toThrow("workers is 0");
  });
});

test("features without names are f0, f1, …; more of them than memory holds are counted, and refused as names", () => {
  const wide = (featureCount: number) => ({ ...modelOf("xgboost"), featureCount, featureNames: null });
  using forest = new Forest(kernel, wide(2 ** 20));
  expect([forest.featureCount, forest.features.length, forest.features.at(-1)]).toEqual([2 ** 20, 2 ** 20, "f1048575"]);
  using widest = new Forest(kernel, wide(2 ** 28 - 16));
  expect(widest.featureCount).toBe(2 ** 28 - 16);
  expect(() => widest.features).toThrow(expect.objectContaining({ code: "MGV_MODEL_UNSUPPORTED", message: expect.stringContaining("268435440 features without names") as string }));
});

test("a call allocates nothing when out is given", () => {
  const model = modelOf("xgboost", { outputs: 3 });
  using forest = new Forest(kernel, model);
  const row = new Float32Array(6);
  const out = new Float32Array(3);
  const bytesACall = (call: () => unknown) => {
    const of = (count: number) => {
      const before = process.memoryUsage().heapUsed;
      for (let i = 0; i < count; i++) call();
      return Math.abs(process.memoryUsage().heapUsed - before) / count;
    };
    of(20_000);
    // a collection in between, or another thread of the engine, disturbs a try: the least of some is what the calls need
    return Math.min(...Array.from({ length: 8 }, () => of(2000)));
  };
  // an array would be more than these; engines box a number here and there
  expect(bytesACall(() => forest.margins(row, out))).toBeLessThan(200);
  expect(bytesACall(() => forest.predict(row, out))).toBeLessThan(200);
});

test("the best iteration of early stopping is all that is used when asked for", () => {
  const model: ForestModel = { ...modelOf("xgboost"), roundStarts: Uint32Array.from({ length: 41 }, (_, round) => round), attributes: { best_iteration: "9" } };
  using best = new Forest(kernel, model, { rounds: "best" });
  using first = new Forest(kernel, { ...model, trees: model.trees.slice(0, 10), roundStarts: model.roundStarts.slice(0, 11), attributes: {} });
  const rows = randomRows(random(2), model, 50);
  expect(best.trees).toBe(10);
  expect(best.margins(rows)).toEqual(first.margins(rows));
  expect(() => new Forest(kernel, { ...model, attributes: { best_iteration: "40" } }, { rounds: "best" })).toThrow("best_iteration");
});

test("a forest saved and opened again scores the same; unknown extensions and files are refused", async () => {
  await using folder = await temporaryFolder();
  const model = modelOf("xgboost", { special: "weights" });
  const rows = randomRows(random(2), model, 50);
  using forest = new Forest(kernel, model);
  for (const name of ["model.json", "model.ubj"]) {
    await forest.save(folder.file(name));
    using again = await Forest.open(folder.file(name));
    expect(again.margins(rows)).toEqual(forest.margins(rows));
    expect([again.features.length, again.outputs, again.trees, again.objective]).toEqual([6, 1, 40, "reg:squarederror"]);
  }
  await expect(forest.save(folder.file("model.docx"))).rejects.toMatchObject({ code: "MGV_USAGE" });
  await expect(forest.save(folder.file("absent/model.json"))).rejects.toMatchObject({ code: "MGV_FILE_WRITE" });
  await expect(Forest.open(folder.file("absent.json"))).rejects.toMatchObject({ code: "MGV_FILE_READ" });
  await expect(Forest.open(new TextEncoder().encode("hello"))).rejects.toMatchObject({ code: "MGV_MODEL_FORMAT" });
});

test("code generated for a forest in use takes over, and gives the same bits", async () => {
  const model = modelOf("lightgbm", { trees: 100 });
  const rows = randomRows(random(2), model, 5000);
  using forest = new Forest(kernel, model);
  expect(forest.tier).toBe("interpreter");
  const before = forest.margins(rows);
  await forest.ready();
  expect(forest.margins(rows)).toEqual(before);
  expect(forest.margins(rows.subarray(0, 6))).toEqual(before.subarray(0, 1));
});

test.each([undefined, "generated"] as const)("a forest closed while its code is generated stays closed and keeps no memory (tier %s)", async (tier) => {
  const own = await loadKernel();
  const bytes: number[] = [];
  for (let i = 0; i < 60; i++) {
    const forest = new Forest(own, modelOf("xgboost"), tier && { tier });
    const ready = forest.ready();
    forest.close();
    await ready;
    expect(forest.tier).toBe("interpreter");
    bytes.push(own.calls.memory.buffer.byteLength);
  }
  expect(bytes.at(-1)).toBe(bytes[5]);
});

test("a closed forest refuses to score, and closing twice is nothing", async () => {
  const forest = new Forest(kernel, modelOf("xgboost"));
  forest.close();
  forest.close();
  const refused = expect.objectContaining({ code: "MGV_ARGUMENT", message: expect.stringContaining("closed") as string });
  for (const call of [() => forest.margins(new Float32Array(6)), () => forest.predict(new Float32Array(6)), () => forest.leaves(new Float32Array(6)), () => forest.predictAt(0, 1)]) {
    expect(call).toThrow(refused);
  }
  await expect(forest.ready()).rejects.toEqual(refused);
});

test("many outputs or features, cuts or columns change who scores, never the bits", async () => {
  const cases: { changes: Partial<Parameters<typeof randomForest>[1]>; tier: string }[] = [
    { changes: { features: 1, trees: 2, leaves: 256 }, tier: "interpreter" },
    { changes: { features: 2, trees: 20, leaves: 256 }, tier: "interpreter" },
    { changes: { features: 4000, trees: 20, leaves: 200 }, tier: "interpreter" },
    { changes: { features: 20_000, trees: 40, leaves: 200 }, tier: "walk" },
    { changes: { outputs: 2048, trees: 2100, leaves: 3 }, tier: "interpreter" },
    { changes: { outputs: 2049, trees: 2100, leaves: 3 }, tier: "walk" },
  ];
  for (const { changes, tier } of cases) {
    const model = modelOf("xgboost", changes);
    const rows = randomRows(random(3), model, 40);
    using forest = new Forest(kernel, model, { tier: "interpreter" });
    expect([changes, forest.tier]).toEqual([changes, tier]);
    const expected = Array.from({ length: 40 }, (_, i) => referenceMargins(model, rows.subarray(i * model.featureCount, (i + 1) * model.featureCount))).flat();
    expect([...forest.margins(rows)]).toEqual(expected);
  }
});
