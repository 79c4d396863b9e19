import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import smoke from "../../pipelines/smoke.ts";
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
console.log(String([pipeline, train, createApp, PipelineDriver].every((each) => typeof each === "function")), (await loadKernel()).constructor.name);
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
}, 300_000);

test("of the package's sources only what runs is packed", async () => {
  const { stdout } = await run("tar", ["-tzf", packed]);
  const files = stdout.trim().split("\n").map((path) => path.replace("package/", ""));
  expect(files).toEqual(expect.arrayContaining(["README.md", "LICENSE", "bin.mjs", "mangrove.ts", "dist/mangrove.js", "dist/engine/index.d.ts", "kernel-as/build/release.wasm", "dist/kernel-as/build/release.wasm", "dist/api/ui/docs.css"]));
  expect(files.filter((path) => /^(test|bench|models|history|node_modules)\/|\.test\.|debug\.wasm|\.parquet$/.test(path))).toEqual([]);
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
}, 60_000);

test("what reads packages finds nothing wrong with this one", async () => {
  const publint = await run("npm", ["exec", "--yes", "--package", "publint@0.3.25", "--", "publint", "run", packed, "--strict"], { cwd: installed.path });
  expect(publint.stdout).toContain("All good!");
  // ends with 1 where it finds something
  const types = await run("npm", ["exec", "--yes", "--package", "@arethetypeswrong/cli@0.18.5", "--", "attw", packed, "--profile", "esm-only"], { cwd: installed.path });
  expect(types.stdout).toContain("mangrove v0.1.0");
}, 120_000);
