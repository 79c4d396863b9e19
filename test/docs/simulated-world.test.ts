import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { worldGuide } from "../../engine/simulator/world-guide.ts";

test("the guide of the simulated world is what its parameters make", () => {
  expect(readFileSync(new URL("../../docs/simulated-world.md", import.meta.url), "utf8")).toBe(worldGuide());
});
