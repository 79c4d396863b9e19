import { readdirSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { expect, test } from "vitest";
import { ofNodeAlone, onceIsEnough, suites } from "./suites.ts";
import { helpText, readWords } from "./words.ts";

test("without words everything runs on every runtime", () => {
  expect(readWords([])).toEqual({ suite: suites[0], runtimes: ["node", "bun", "deno"], report: false, coverage: false, isWhole: true, words: ["--reporter", "default"] });
});

test("every suite and flag of the system before is taken", () => {
  const names = ["unit", "integration", "kafka", "api", "flask", "spark", "ml", "performance", "ml-performance", "all", "quick"];
  for (const name of names) {
    expect(readWords([`--${name}`])?.suite.name).toBe(name);
    expect(helpText()).toContain(`--${name} `);
  }
  expect(readWords(["--kafka", "--html-report", "--coverage", "--parallel", "--verbose", "--maxfail", "3", "-k", "late"])).toMatchObject({
    suite: { name: "kafka" },
    report: true,
    coverage: true,
    words: expect.arrayContaining(["test/faults/", "-t", "late", "--bail", "3", "--maxWorkers", "100%", "verbose"]) as string[],
  });
});

test("paths and the flags of vitest's own spelling choose a part", () => {
  expect(readWords(["--only", "bun", "test/api", "-t", "port"])).toMatchObject({ runtimes: ["bun"], isWhole: false, words: ["test/api", "-t", "port", "--reporter", "default"] });
  expect(readWords(["--keyword=late reading", "--quiet"])).toMatchObject({ words: ["-t", "late reading", "--reporter", "dot", "--silent"] });
  expect(readWords(["--help"])).toBeNull();
});

test("what cannot be done is told in a sentence", () => {
  expect(() => readWords(["--quikc"])).toThrow("There is no --quikc. Did you mean --quick?");
  expect(() => readWords(["--api", "--ml"])).toThrow("One of --api and --ml, not several.");
  expect(() => readWords(["--only", "java"])).toThrow("--only takes node, bun, deno, not java.");
  expect(() => readWords(["--maxfail", "0"])).toThrow("--maxfail takes a whole number from 1, not 0.");
  expect(() => readWords(["-k"])).toThrow("-k takes TEXT.");
});

const files = readdirSync("test", { recursive: true }).map((path) => join("test", String(path))).filter((path) => path.endsWith(".test.ts"));

test("each path of a suite leads to tests", () => {
  for (const { name, paths } of suites) for (const path of paths) expect(files.some((file) => file.includes(path)), `${path} of --${name}`).toBe(true);
});

test("each pattern of what Node alone runs leads to tests, and --quick has those that need nothing else", () => {
  for (const pattern of [...onceIsEnough, ...ofNodeAlone]) expect(files.some((file) => matchesGlob(file, pattern)), pattern).toBe(true);
  const { without } = suites.find(({ name }) => name === "quick")!;
  expect(ofNodeAlone.filter((pattern) => without!.includes(pattern))).toEqual([]);
});
