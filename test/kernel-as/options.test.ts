import { expect, test } from "vitest";
import { mustTake } from "../../kernel-as/options.ts";

test("a word that is not taken is refused with the one that was meant, and those that are taken", () => {
  expect(() => mustTake("A training", { seed: 1, weight: [1] }, ["seed", "weights"])).toThrow(
    expect.objectContaining({ code: "MGV_ARGUMENT", message: 'A training does not take "weight". Did you mean weights? It takes seed, weights.' }),
  );
  expect(() => mustTake("A step", { x: 1 }, ["seed"], "MGV_USAGE")).toThrow(expect.objectContaining({ code: "MGV_USAGE" }));
});

test("words that are taken, and none, are well", () => {
  expect(mustTake("A training", { seed: undefined }, ["seed", "weights"])).toBeUndefined();
  expect(mustTake("A training", {}, [])).toBeUndefined();
});
