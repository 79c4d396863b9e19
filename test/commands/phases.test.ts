import { expect, test } from "vitest";
import { Phases } from "../../commands/phases.ts";

test("each phase takes the time between its beginning and its end", async () => {
  let nowMs = 100;
  const phases = new Phases(() => nowMs);
  expect(await phases.of("first", () => (nowMs += 20))).toBe(120);
  nowMs += 1000;
  await phases.of("second", async () => {
    await Promise.resolve();
    nowMs += 3;
  });
  expect(phases.done).toEqual([{ name: "first", ms: 20 }, { name: "second", ms: 3 }]);
});

test("a phase that fails throws what it threw, and has no time", async () => {
  const phases = new Phases(() => 0);
  await expect(phases.of("fails", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(phases.done).toEqual([]);
});
