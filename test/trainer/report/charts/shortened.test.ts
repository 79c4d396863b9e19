import { expect, test } from "vitest";
import { shortened } from "../../../../trainer/report/charts/shortened.ts";

test("long names lose their middle, short ones nothing", () => {
  expect(shortened("Raw H2", 150)).toBe("Raw H2");
  const short = shortened("a very long name of a field - mean 300s", 150);
  expect(short).toMatch(/^a very.*….*300s$/);
  expect(short.length).toBeLessThanOrEqual(24);
  expect(shortened("温".repeat(40), 150).length).toBeLessThanOrEqual(13);
  expect(shortened("abc", 1)).toBe("…");
});
