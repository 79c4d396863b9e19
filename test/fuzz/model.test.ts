import { expect, test } from "vitest";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { corpus, fuzzModels } from "./model.ts";

test("ten thousand broken model files are refused in words or score as the oracle does, each in bounded time", async () => {
  const seed = Date.now() % 1_000_000_000;
  console.log(`mutations of ${corpus().length} models from seed ${seed}`);
  const { refused, scored } = await fuzzModels(await loadKernel(), 10_000, seed);
  expect(refused + scored).toBe(10_000);
  expect(refused).toBeGreaterThan(1000);
  expect(scored).toBeGreaterThan(100);
});
