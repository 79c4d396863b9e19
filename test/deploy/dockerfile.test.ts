import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { projectRoot } from "../fixtures/runtimes.ts";

test("the image has every folder of sources that the package has, all of it is let through, and its Node is the project's", async () => {
  const lines = (await readFile(join(projectRoot, "deploy/Dockerfile"), "utf8")).split("\n");
  const ignored = (await readFile(join(projectRoot, ".dockerignore"), "utf8")).split("\n");
  const copied = lines.filter((line) => line.startsWith("COPY ") && !line.includes("--from")).flatMap((line) => line.split(" ").slice(1, -1));
  const isThere = (path: string) => existsSync(join(projectRoot, path)) && ignored.includes(`!${path}`);
  expect(copied.filter((path) => !isThere(path))).toEqual([]);
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith("FROM ")));
  const sources = packageJson.files.map((path) => path.split("/")[0]!).filter((path) => !["bin.mjs", "dist", "CHANGELOG.md"].includes(path));
  expect(sources.filter((path) => !last.includes(`COPY ${path} ${path}`) && !last.some((line) => line.startsWith("COPY ") && line.split(" ").includes(path)))).toEqual([]);
  expect(last).toContain("USER node");
  expect(lines.filter((line) => line.startsWith("FROM ")).map((line) => line.split(" ")[1])).toEqual(Array(3).fill(`node:${packageJson.devDependencies.node}-slim`));
});
