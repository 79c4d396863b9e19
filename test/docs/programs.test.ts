import { execFile } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { projectRoot, runtimes } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { fencedBlocks } from "./fenced-blocks.ts";
import { runBy } from "./not-run.ts";

const run = promisify(execFile);
const node = runtimes.node[0];

/** What stands before a piece of a program, and behind it, so that it is whole. */
const around: Readonly<Record<string, readonly [string, string]>> = {
  "README.md": ['import { history, hopping, model, pipeline, topic, trailing } from "mangrove";\nimport { smokeSchema } from "./pipelines/smoke-schema.ts";\nimport { smokeStatistics } from "./pipelines/smoke-statistics.ts";\n', ""],
  "docs/features.md": [
    'import { pipeline, topic, trailing } from "mangrove";\nimport { smokeSchema } from "./pipelines/smoke-schema.ts";\nimport { ratios, travelling } from "./pipelines/travelling.ts";\nconst stream = pipeline("smoke").from(topic("smoke_sensor_data"), smokeSchema).eventTime("UTC").keyBy("sensor_id");\nvoid [\n',
    "];\n",
  ],
  "docs/models.md": ['import { readFile } from "node:fs/promises";\nconst [bytes, report, manifest] = [await readFile("model.json"), {}, {}];\n', ""],
};

const programs = fencedBlocks.filter(({ language }) => language === "ts").map((block, i) => {
  const [first, last] = around[block.file] ?? ["", ""];
  const text = block.file === "docs/features.md" ? block.text.replaceAll(/^(\..*?)( *\/\/.*)?$/gm, "stream$1,$2") : block.text;
  const isPiece = !text.includes("bytes") && block.file === "docs/models.md";
  return { ...block, name: `${block.file.replaceAll(/\W/g, "-")}-${i}.ts`, text: isPiece ? text : `${first}${text}${last}` };
});

const entries = { mangrove: "engine/index.ts", "mangrove/testing": "engine/testing.ts", "mangrove/trainer": "trainer/index.ts", "mangrove/api": "api/index.ts", "mangrove/kernel": "kernel-as/index.ts" };

test("the documents' TypeScript compiles under the project's own rules", async () => {
  await using folder = await temporaryFolder();
  for (const { name, text } of programs) await writeFile(folder.file(name), `${text}\nexport {};\n`);
  const bearings = programs.find(({ file }) => file === "docs/pipelines.md");
  await writeFile(folder.file("bearings.ts"), bearings!.text);
  const paths = { ...Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, [join(projectRoot, path)]])), "./pipelines/*": [join(projectRoot, "pipelines/*")] };
  const compilerOptions = { paths, typeRoots: [join(projectRoot, "node_modules/@types")], noUnusedLocals: false };
  await mkdir(folder.file("pipelines"));
  for (const each of ["smoke-schema", "smoke-statistics", "travelling"]) await writeFile(folder.file(`pipelines/${each}.ts`), `export * from ${JSON.stringify(join(projectRoot, `pipelines/${each}.ts`))};\n`);
  await writeFile(folder.file("tsconfig.json"), JSON.stringify({ extends: join(projectRoot, "tsconfig.json"), compilerOptions, include: ["*.ts", join(projectRoot, "kernel-as/*.d.ts"), join(projectRoot, "kernel-as/host/*.d.ts")] }));
  await writeFile(folder.file("package.json"), '{"type":"module"}');
  const { stdout } = await run(node, [join(projectRoot, "node_modules/typescript/bin/tsc"), "-p", folder.path]).catch((thrown: unknown) => thrown as { stdout: string });
  expect(stdout).toBe("");
});

test("those that no other test runs come to their end", async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file("models"));
  await copyFile(join(projectRoot, "test/goldens/xgboost/logistic.json"), folder.file("model.json"));
  await copyFile(join(projectRoot, "test/goldens/xgboost/logistic-3.0.ubj"), folder.file("model.ubj"));
  await writeFile(folder.file("package.json"), '{"type":"module"}');
  for (const { name, text, file, language } of programs.filter((each) => !(`${each.file} ${each.language}` in runBy))) {
    const placed = Object.entries(entries).reduce((program, [entry, path]) => program.replaceAll(`"${entry}"`, JSON.stringify(join(projectRoot, path))), text).replaceAll('"./pipelines/', `"${projectRoot}/pipelines/`);
    await writeFile(folder.file(name), placed.replace("Float64Array.of(20.1, 12439, 83.3, 21.5, 13947, NaN)", "new Float64Array(forest.featureCount)"));
    const { stderr } = await run(node, [folder.file(name)], { cwd: folder.path });
    expect(stderr, `${file} ${language}`).toBe("");
  }
});
