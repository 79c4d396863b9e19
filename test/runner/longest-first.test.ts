import { relative } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createVitest } from "vitest/node";
import { takingLong } from "./longest-first.ts";
import { root } from "./run-tests.ts";

test("a run of everything begins with the files that take long, and leaves none out", async () => {
  const vitest = await createVitest("test", { root, watch: false });
  onTestFinished(() => vitest.close());
  const found = await vitest.globTestSpecifications();
  const ordered = await new vitest.config.sequence.sequencer(vitest).sort([...found].reverse());
  const names = ordered.map(({ moduleId }) => relative(root, moduleId));
  expect(names.slice(0, takingLong.length)).toEqual(takingLong);
  expect(names.toSorted()).toEqual(found.map(({ moduleId }) => relative(root, moduleId)).toSorted());
});
