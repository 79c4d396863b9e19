import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { projectRoot, runtimes } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const COMPILER = 'require("node:fs").writeFileSync(`kernel-as/build/${process.argv.at(-1)}.wasm`, "")';

/** A clone in which nothing is installed. Its `npm` keeps what it is told and lays down what is in `packages`; both of its `node` only tell what they would run. */
async function clone() {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const put = async (name: string, text: string) => {
    await mkdir(join(folder.file(name), ".."), { recursive: true });
    await writeFile(folder.file(name), text, { mode: 0o755 });
  };
  for (const name of ["ready.mjs", "start_system.sh"]) await copyFile(join(projectRoot, name), folder.file(name));
  for (const name of ["package-lock.json", "asconfig.json", "kernel-as/assembly/index.ts"]) await put(name, "{}");
  await put("packages/assemblyscript/bin/asc.js", COMPILER);
  await put("packages/.bin/node", '#!/bin/sh\nshift\necho "runs $*"\n');
  await put("programs/npm", '#!/bin/sh\necho "$@" >> told\nrm -rf node_modules && cp -R packages node_modules\n');
  await put("programs/node", '#!/bin/sh\necho "looks by $(basename "$*")"\n');
  const env = { ...process.env, PATH: `${folder.file("programs")}${delimiter}${process.env["PATH"]}` };
  const ran = (command: string, ...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(command, words, { cwd: folder.path, env, encoding: "utf8" });
    return { code: status, stdout, stderr };
  };
  return {
    ready: (...words: string[]) => ran(runtimes.node[0], folder.file("ready.mjs"), ...words),
    system: (...words: string[]) => ran("bash", folder.file("start_system.sh"), ...words).stdout.trim().split("\n"),
    install: () => ran("sh", folder.file("programs/npm")),
    forget: (name: string) => rm(folder.file(name)),
    read: (name: string) => readFile(folder.file(name), "utf8").catch(() => null),
  };
}

test("what npm's settings would leave out is installed all the same, and once", async () => {
  const { ready, read } = await clone();
  expect(ready()).toMatchObject({ code: 0, stderr: expect.stringMatching(/installing[\s\S]*building/) as string });
  expect(ready()).toMatchObject({ code: 0, stderr: "" });
  expect(await read("told")).toBe("ci --include=dev --include=optional --no-audit --no-fund --loglevel=error\n");
  expect(await read("kernel-as/build/release.wasm")).toBe("");
});

test.each(["assemblyscript/bin/asc.js", ".bin/node"])("an installation without %s is not taken for whole", async (lacking) => {
  const { ready, install, forget, read } = await clone();
  install();
  await forget(`node_modules/${lacking}`);
  expect(ready("--prepare").code).toBe(0);
  expect(await read("node_modules/.mangrove-installed")).toBeNull();
  expect(ready().code).toBe(0);
  expect(await read("node_modules/.mangrove-installed")).not.toBeNull();
  await forget(`packages/${lacking}`);
  await forget(`node_modules/${lacking}`);
  expect(ready()).toMatchObject({ code: 1, stderr: expect.stringContaining("`npm ci --ignore-scripts=false` installs both") as string });
  expect(await read("node_modules/.mangrove-installed")).toBeNull();
});

test("who steers a system that runs does not have anything installed beneath it", async () => {
  const { ready, system, forget } = await clone();
  expect(ready().code).toBe(0);
  for (const verb of ["status", "stop", "logs"]) expect(system(verb, "engine")).toEqual([`runs system ${verb} engine`]);
  expect(system("restart", "engine")).toEqual(["looks by ready.mjs --kernel", "runs system restart engine"]);
  expect(system("setup")).toEqual(["looks by ready.mjs", "runs system setup"]);
  expect(system("--detach")).toEqual(["looks by ready.mjs", "runs system start --detach"]);
  await forget("kernel-as/build/release.wasm");
  expect(system("status")).toEqual(["looks by ready.mjs", "runs system status"]);
});
