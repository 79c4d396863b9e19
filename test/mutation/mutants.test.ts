import { expect, test } from "vitest";
import { mutantsOf, mutated } from "./mutants.ts";

const all = (text: string) => mutantsOf(text).map((mutant) => mutated(text, mutant));

test("each operator of conditions, arithmetic and logic becomes another, one at a time", () => {
  expect(all("x = a < b && c == 1 - d;")).toEqual([
    ";",
    "x = a <= b && c == 1 - d;",
    "x = a >= b && c == 1 - d;",
    "x = a < b || c == 1 - d;",
    "x = a < b && c != 1 - d;",
    "x = a < b && c == 1 + d;",
  ]);
});

test("negations, truths, extremes, calls and jumps are changed too", () => {
  expect(all("if (!done) { push(Math.max(a, 2), true); continue; }")).toEqual([
    "if (done) { push(Math.max(a, 2), true); continue; }",
    "if (!done) { ; continue; }",
    "if (!done) { push(Math.min(a, 2), true); continue; }",
    "if (!done) { push(Math.max(a, 2), false); continue; }",
    "if (!done) { push(Math.max(a, 2), true); ; }",
  ]);
});

test("types, imports, assertions, errors and sums of texts are left alone", () => {
  expect(all(`import { a } from "b"; const x: A<true> = 1; assert(x < 2); throw new Error("a" + !x); const y = "a" + x;`)).toEqual([]);
});

test("a mutant knows its line", () => {
  expect(mutantsOf("let a = 1;\n\na += 2;").map(({ line, what }) => `${line} ${what}`)).toEqual(["3 += becomes -="]);
});
