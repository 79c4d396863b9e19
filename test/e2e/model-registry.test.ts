import { copyFile, readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { lightgbmText } from "../../kernel-as/model/formats/lightgbm/text.ts";
import smoke from "../../pipelines/smoke.ts";
import { versionOf } from "../../engine/model/version.ts";
import { stumpModel, writeStump } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import type { RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

/** So that what comes into use was watched, not polled. */
const env = { MODEL_RELOAD_INTERVAL: "86400" };

test.each<RuntimeName>(["node", "bun", "deno"])("an engine on %s goes over to a model that another process promotes, back by a rollback, and stays with it when the file is foreign", async (runtime) => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  await writeStump(path, smoke, "eCO2[ppm]", 420);
  const first = versionOf(await readFile(path));
  const imported = lightgbmText.write!(stumpModel(smoke, "eCO2[ppm]", 450).forest);
  await writeFile(folder.file("imported.txt"), imported);
  const command = async (...words: string[]) => {
    await using program = start("node", ["mangrove.ts", "model", ...words, "--model-path", path], { cwd: folder.path, env });
    expect(await program.ended, program.stderr()).toBe(0);
  };
  await using engine = start(runtime, ["engine/main.ts", "--source", "simulate", "--sensors", "3", "--rate", "20", "--model-path", path, "--out", folder.file("out")], { cwd: folder.path, env });
  await engine.seen(/engine {2}.* -> /);

  /** Of the predictions so far, each time that it changed. */
  const versions = async () => {
    const lines = (await readFile(folder.file("out/smoke_predictions.jsonl"), "utf8")).split("\n").slice(0, -1);
    return lines.map((line) => (JSON.parse(line) as { model_info: { version: string } }).model_info.version).filter((version, i, all) => version !== all[i - 1]);
  };
  const scoredBy = (...wanted: string[]) => expect.poll(() => versions()).toEqual(wanted);
  await scoredBy(first);
  await command("promote", folder.file("imported.txt"));
  await engine.seen(new RegExp(`version ${versionOf(imported)} is in use now`));
  await scoredBy(first, versionOf(imported));
  await command("rollback");
  await engine.seen(new RegExp(`version ${first} is in use now`));
  await scoredBy(first, versionOf(imported), first);
  await copyFile(folder.file("out/smoke_predictions.jsonl"), path);
  await engine.seen(new RegExp(`MGV_MODEL_FORMAT: .* Version ${first} stays in use`));
  engine.signal("SIGTERM");
  expect(await engine.ended, engine.stderr()).toBe(0);
  expect(await versions()).toEqual([first, versionOf(imported), first]);
});
