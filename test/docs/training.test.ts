import { readFileSync } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { parseArguments } from "../../commands/command.ts";
import { evaluateCommand } from "../../commands/evaluate.ts";
import { retrainCommand } from "../../commands/retrain.ts";
import { searchCommand } from "../../commands/search.ts";
import { trainCommand } from "../../commands/train.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/training.md", root), "utf8");
const modules = { '"mangrove"': "engine/index.ts", '"mangrove/trainer"': "trainer/index.ts" };
const withUrls = (code: string) => Object.entries(modules).reduce((text, [name, path]) => text.replaceAll(name, JSON.stringify(new URL(path, root).href)), code);
const commands = [trainCommand, evaluateCommand, searchCommand, retrainCommand];
const examples = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => withUrls(code!));

test("the guide's commands have the flags that it names", () => {
  const lines = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block]) => block!.trim().split("\n"));
  const named = lines.map((line) => /^npm run (?:-s mangrove -- )?(train|evaluate|search|retrain) (?:-- )?(.*)$/.exec(line)!);
  expect(named.map(([, name]) => name)).toEqual(expect.arrayContaining(["train", "evaluate", "search"]));
  for (const [, name, words] of named) expect(() => parseArguments(commands.find((command) => command.name === name)!, words!.split(" "))).not.toThrow();
});

test("the guide's trainings run, and save their models", async () => {
  expect(examples.length).toBeGreaterThanOrEqual(2);
  await using folder = await temporaryFolder();
  for (const [i, code] of examples.entries()) {
    const file = folder.file(`example-${i}.ts`);
    const placed = code.replaceAll(/"(\w+)\.json"/g, (_, name: string) => JSON.stringify(folder.file(`${name}.json`)));
    await writeFile(file, placed.replaceAll("console.error(", "void ("));
    await import(pathToFileURL(file).href);
  }
  for (const name of ["model.json", "first.json"]) expect((await stat(folder.file(name))).size).toBeGreaterThan(1000);
});
