import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { Forest as PageForest, loadKernel, MangroveError } from "../../kernel-as/browser.ts";
import { Forest } from "../../kernel-as/host/forest.ts";

const root = new URL("../../kernel-as/", import.meta.url);
const model = await readFile(new URL("../test/goldens/xgboost/logistic.json", root));

/** What a module loads, itself included, each under its address; what is no file of ours by its name. */
async function loaded(module: URL, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(module.href)) return seen;
  seen.add(module.href);
  const text = await readFile(module, "utf8");
  for (const [, name] of text.matchAll(/^(?:import|export) (?!type\b)[^;]*?from "([^"]+)";|^import "([^"]+)";/gm)) {
    if (name!.startsWith(".")) await loaded(new URL(name!, module), seen);
    else seen.add(name!);
  }
  return seen;
}

test("what a page loads is files of ours alone", async () => {
  const all = await loaded(new URL("browser.ts", root));
  expect([...all].filter((each) => !each.startsWith("file:"))).toEqual([]);
  expect(all.size).toBeGreaterThan(50);
  expect([...(await loaded(new URL("index.ts", root)))]).toContain("node:fs/promises"); // the walk finds what it looks for
});

test("a forest from bytes is the one from a file, in a kernel from bytes", async () => {
  using ours = await Forest.open(model);
  const kernel = await loadKernel(await readFile(new URL("build/release.wasm", root)));
  using page = await PageForest.open(model, { kernel });
  const rows = Float64Array.from({ length: ours.featureCount * 300 }, (_, i) => (i % 7 === 0 ? NaN : ((i * 37) % 101) / 25 - 2));
  expect(page.margins(rows)).toEqual(ours.margins(rows));
  await page.ready();
  expect([page.predict(rows), page.contributions(rows)]).toEqual([ours.predict(rows), ours.contributions(rows)]);
});

test("what is no kernel is refused with what to look at", async () => {
  await expect(loadKernel(Uint8Array.of(0, 1, 2))).rejects.toThrow(MangroveError);
  await expect(loadKernel(Uint8Array.of(0, 1, 2))).rejects.toThrow("wasm-unsafe-eval");
});
