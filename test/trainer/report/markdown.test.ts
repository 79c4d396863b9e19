import { expect, test } from "vitest";
import { markdown, markdownTable } from "../../../trainer/report/markdown.ts";

test("text is no markup, in a table neither", () => {
  expect(markdown("a*b*\n# <i> [x](y) `c` |d| _e_ f_g & \\ ! ~")).toBe(String.raw`a\*b\* \# \<i\> \[x\](y) \`c\` \|d\| \_e\_ f_g \& \\ \! \~`);
  expect(markdownTable(["a|b", "c"], [["1", "<2>"]])).toBe(String.raw`| a\|b | c |
| --- | ---: |
| 1 | \<2\> |`);
});
