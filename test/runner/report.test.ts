import { expect, test } from "vitest";
import { reportPage } from "./report.ts";
import { failuresOf, type Result } from "./run-tests.ts";

const result: Result = {
  runtime: "bun",
  passed: 1,
  failed: 2,
  skipped: 1,
  seconds: 75,
  files: [
    { path: "test/a.test.ts", seconds: 0.25, message: "", tests: [{ name: "adds <one>", status: "passed", seconds: 0.002, messages: [] }, { name: "takes", status: "failed", seconds: 1.5, messages: ["expected 1 & got 2"] }] },
    { path: "test/b.test.ts", seconds: 3, message: "Cannot find module", tests: [] },
  ],
};

test("a page shows counts, times and every failure, and escapes what tests are called", () => {
  const page = reportPage({ suite: "unit", results: [result], date: new Date(Date.UTC(2026, 1, 28, 6, 30)) });
  expect(page).toContain("2026-02-28 06:30 UTC");
  expect(page).toContain("1 min 15 s");
  expect(page).toContain("adds &#60;one&#62;");
  expect(page).toContain("expected 1 &#38; got 2");
  expect(page).toContain("Cannot find module");
  expect(page.indexOf("test/b.test.ts: 0 tests")).toBeLessThan(page.indexOf("test/a.test.ts: 2 tests")); // the slower one first
});

test("failures are told by file and name, and files that did not load by themselves", () => {
  expect(failuresOf(result)).toEqual(["test/a.test.ts > takes", "test/b.test.ts"]);
});
