import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { engineCommand } from "../../commands/engine.ts";
import { simulateCommand } from "../../commands/simulate.ts";
import { topologyCommand } from "../../commands/topology.ts";
import { run } from "../fixtures/command.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const engine = JSON.stringify(new URL("../../engine/index.ts", import.meta.url).href);
const head = `import { field, pipeline, schema, sliding, records, topic } from ${engine};
  const level = schema({ fields: [field("level")], time: { keys: ["t"], unit: "s" }, sensorKeys: ["tank"], label: "leak" });
  const p = pipeline("levels").from(topic("levels"), level);
  const limits = { name: "limits", patterns: [], fields: [{ field: "level", bounds: [{ above: 3, severity: "HIGH" }] }] };`;

test("words that are no pipeline's file are refused with what they are, before they are imported", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("recording.csv"), "t,level\n1,2\n");
  await mkdir(folder.file("folder.ts"));
  for (const [word, told] of [
    ["", "MGV_USAGE: The pipeline's file is an empty word"],
    [folder.file("recording.csv"), "ends in .ts, .mts, .js, .mjs. Readings are named by --data."],
    [folder.file("folder.ts"), "is a folder: name the pipeline's file in it."],
    [folder.path, "is a folder"],
  ]) {
    for (const command of [topologyCommand, engineCommand]) expect(await run(command, word!), word).toMatchObject({ code: null, stderr: expect.stringContaining(told!) as string });
  }
});

test.each([
  ["thrown away", "p.rules(limits); p.to(topic(\"out\")); export default p;"],
  ["windows that are written nowhere", "export default p.window(sliding(\"1m\")).aggregate({ n: records() });"],
])("a pipeline that nobody hears of is refused: its steps are %s", async (_, steps) => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("levels.ts"), `${head}\n${steps}\n`);
  expect(await run(topologyCommand, folder.file("levels.ts"))).toMatchObject({ code: null, stderr: expect.stringMatching(/MGV_USAGE: .*writes nothing and tells nobody\. Each step gives a new stream: chain them, or export what the last one gives/) as string });
});

test.each(["p.rules(limits)", "p.anomalies({ fields: [\"level\"] })", "p.to(topic(\"out\"))", "p.branch((rows) => rows.to(topic(\"out\")))", "p.window(sliding(\"1m\"), { late: topic(\"late\") }).aggregate({ n: records() })"])("one that is heard of is taken: %s", async (steps) => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("levels.mts"), `${head}\nexport default ${steps};\n`);
  expect(await run(topologyCommand, folder.file("levels.mts"))).toMatchObject({ code: 0 });
});

test.each([
  ["an object", "{ next() {} }", "is no class"],
  ["a function without new", "() => ({ next() {} })", "is no class"],
  ["a class without next", "class { description = \"x\"; elapsedMs = 0; }", "has no next"],
])("a Simulation that is %s is refused", async (_, written, told) => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("levels.ts"), `${head}\nexport default p.to(topic("out"));\nexport const Simulation = ${written};\n`);
  expect(await run(simulateCommand, folder.file("levels.ts"), "--duration", "1", "--speed", "max")).toMatchObject({ code: null, stderr: expect.stringContaining(`${told}: export a class with description, elapsedMs and next(keys, texts)`) as string });
});

test("the machine's own simulation runs", async () => {
  expect(await run(simulateCommand, fileURLToPath(new URL("../../pipelines/machine.ts", import.meta.url)), "--duration", "1", "--speed", "max")).toMatchObject({ code: 0 });
});
