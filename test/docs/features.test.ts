import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { featureGuide } from "../../pipelines/feature-guide.ts";

test("the guide of features is what their table makes", () => {
  expect(readFileSync(new URL("../../docs/features.md", import.meta.url), "utf8")).toBe(featureGuide());
});
