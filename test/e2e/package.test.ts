import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { Forest } from "../../kernel-as/host/forest.ts";
import smoke from "../../pipelines/smoke.ts";
import { chromiumAbsent, startChromium } from "../browser/chromium.ts";
import { visit } from "../browser/visit.ts";
import { writeStump } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import { projectRoot, runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const run = promisify(execFile);
const names = Object.keys(runtimes) as RuntimeName[];

const program = `
import { pipeline } from "mangrove";
import { train } from "mangrove/trainer";
import { createApp } from "mangrove/api";
import { PipelineDriver } from "mangrove/testing";
import { loadKernel } from "mangrove/kernel";
import { Forest } from "mangrove/browser";
console.log(String([pipeline, train, createApp, PipelineDriver, Forest.open].every((each) => typeof each === "function")), (await loadKernel()).constructor.name);
`;

let packed = "";
let installed: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  installed = await temporaryFolder();
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", installed.path], { cwd: projectRoot, maxBuffer: 64 << 20 });
  packed = installed.file((JSON.parse(stdout) as [{ filename: string }])[0].filename);
  await writeFile(installed.file("package.json"), JSON.stringify({ name: "theirs", type: "module" }));
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", packed], { cwd: installed.path });
  await writeFile(installed.file("theirs.js"), program);
  await writeStump(installed.file("model.json"), smoke, "TVOC[ppb]", 100);
  return () => installed[Symbol.asyncDispose]();
});

test("of the package's sources only what runs is packed", async () => {
  const { stdout } = await run("tar", ["-tzf", packed]);
  const files = stdout.trim().split("\n").map((path) => path.replace("package/", ""));
  expect(files).toEqual(expect.arrayContaining(["README.md", "LICENSE", "bin.mjs", "mangrove.ts", "dist/mangrove.js", "dist/engine/index.d.ts", "kernel-as/build/release.wasm", "dist/kernel-as/build/release.wasm", "dist/api/ui/docs.css"]));
  expect(files.filter((path) => /^(test|bench|examples|models|history|node_modules)\/|\.test\.|debug\.wasm|\.parquet$/.test(path))).toEqual([]);
});

test.each(names)("%s imports every entry of an installed package", async (runtime) => {
  const [command, ...words] = runtimes[runtime];
  const { stdout } = await run(command, [...words, "theirs.js"], { cwd: installed.path });
  expect(stdout.trim()).toBe("true Kernel");
});

test.each(names)("an installed mangrove up serves on %s, in a folder that has nothing else", async (runtime) => {
  await using up = start(runtime, [installed.file("node_modules/mangrove/bin.mjs"), "up", "--port", "0", "--model-path", "model.json"], { cwd: installed.path });
  const [, url] = await up.seen(/api {5}(http:\S+)/);
  await up.seen(/engine {2}simulation/);
  await expect.poll(async () => ((await (await fetch(`${url}/health`)).json()) as { model_loaded: boolean }).model_loaded).toBe(true);
  for (const path of ["/docs", "/ui/app.js", "/ui/uplot.js"]) expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 200]);
  expect(await (await fetch(`${url}/`, { headers: { Accept: "text/html" } })).text()).toContain("<title>Mangrove</title>");
  up.signal("SIGINT");
  expect(await up.ended, up.stderr()).toBe(0);
});

test.skipIf(chromiumAbsent !== null)("a page scores by the installed package, to the bit as Node does, and loads nothing but its files", async () => {
  const goldens = join(projectRoot, "test/goldens");
  await cp(join(projectRoot, "examples/browser"), installed.path, { recursive: true });
  await cp(join(goldens, "xgboost/logistic.json"), installed.file("model.json"));
  await cp(join(goldens, "lightgbm/binary.txt"), installed.file("model.txt"));
  await using server = start("node", [installed.file("serve.js")], { cwd: installed.path, env: { PORT: "0" } });
  const [, url] = await server.seen(/page {2}(http:\S+)\//);
  const browser = await startChromium();
  try {
    await using visited = await visit(browser, `${url}/`);
    await visited.page.locator("input").first().fill("0.5");
    await expect.poll(() => visited.page.locator("output").textContent()).toMatch(/^prediction 0\.\d+\n/);
    console.log(`the page loads ${visited.requests.length} files, ${visited.received()} bytes`);
    for (const model of ["model.json", "model.txt"]) {
      using forest = await Forest.open(await readFile(installed.file(model)));
      const rows = Float64Array.from({ length: forest.featureCount * 5000 }, (_, i) => (i % 11 === 0 ? NaN : ((i * 7919) % 2003) / 500 - 2));
      const seen = await visited.page.evaluate<Record<string, number[]>>(`(async () => {
        const { Forest } = await import("/mangrove/kernel-as/browser.js");
        const forest = await (await Forest.open("${model}")).ready();
        const rows = Float64Array.from({ length: forest.featureCount * 5000 }, (_, i) => (i % 11 === 0 ? NaN : ((i * 7919) % 2003) / 500 - 2));
        const missing = await Forest.open("nothing.json").catch(({ code }) => code);
        return { missing, margins: [...forest.margins(rows)], predictions: [...forest.predict(rows)], contributions: [...forest.contributions(rows.subarray(0, forest.featureCount * 40))] };
      })()`);
      const contributions = forest.contributions(rows.subarray(0, forest.featureCount * 40));
      expect(seen).toEqual({ missing: "MGV_FILE_READ", margins: [...forest.margins(rows)], predictions: [...forest.predict(rows)], contributions: [...contributions] });
    }
    expect(visited.requests.filter((each) => !each.startsWith(url!))).toEqual([]);
    expect(visited.complaints.filter((each) => !each.includes("404"))).toEqual([]);
  } finally {
    await browser.close();
  }
});

test("the server of the example answers what is no address, and goes on", async () => {
  await using server = start("node", ["examples/browser/serve.js"], { cwd: projectRoot, env: { PORT: "0" } });
  const [, url] = await server.seen(/page {2}(http:\S+)\//);
  for (const [path, status] of [["/%", 400], ["//", 400], ["/../serve.js", 200], ["/..%2f..%2fpackage.json", 404], ["/", 200]] as const) expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, status]);
});

test("what reads packages finds nothing wrong with this one", async () => {
  const publint = await run("npm", ["exec", "--yes", "--package", "publint@0.3.25", "--", "publint", "run", packed, "--strict"], { cwd: installed.path });
  expect(publint.stdout).toContain("All good!");
  // ends with 1 where it finds something
  const types = await run("npm", ["exec", "--yes", "--package", "@arethetypeswrong/cli@0.18.5", "--", "attw", packed, "--profile", "esm-only"], { cwd: installed.path });
  expect(types.stdout).toContain("mangrove v0.1.0");
});
