import { rename } from "node:fs/promises";
import { expect, test } from "vitest";
import smoke from "../../pipelines/smoke.ts";
import { writeStump } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import { runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const api = (...words: string[]) => ["mangrove.ts", "api", "--port", "0", "--model-path", "model.json", ...words];

test.each(Object.keys(runtimes) as RuntimeName[])("api --wait-for-model on %s listens once the model is there", async (runtime) => {
  await using folder = await temporaryFolder();
  await using program = start(runtime, api("--wait-for-model"), { cwd: folder.path });
  await program.seen(/model {3}waiting for one at model\.json: 0\.0 of 30 minutes/);
  expect(program.stderr()).not.toContain("api     http");
  await writeStump(folder.file("ready"), smoke, "TVOC[ppb]", 100);
  await rename(folder.file("ready"), folder.file("model.json"));
  const [, url] = await program.seen(/api {5}(http:\S+)/);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  program.signal("SIGINT");
  expect(await program.ended).toBe(0);
});

test("when the time is up it ends with a sentence and exit code 1, and has not listened", async () => {
  await using folder = await temporaryFolder();
  await using program = start("node", api("--wait-for-model", "--max-wait-minutes", "0.01"), { cwd: folder.path });
  expect(await program.ended).toBe(1);
  expect(program.stderr().trim().split("\n").at(-1)).toMatch(/^MGV_MODEL_MISSING: No model after 0\.01 minutes of waiting\. .*model\.json/);
  expect(program.stderr()).not.toContain("api     http");
});

test("Ctrl-C ends the waiting at once", async () => {
  await using folder = await temporaryFolder();
  await using program = start("node", api("--wait-for-model"), { cwd: folder.path });
  await program.seen(/waiting for one/);
  program.signal("SIGINT");
  expect(await program.ended).toBe(0);
});

test.each([
  [["--max-wait-minutes", "5"], /--wait-for-model too/],
  [["--skip-model-check", "--wait-for-model"], /--skip-model-check listens without a model/],
  [["--wait-for-model", "--max-wait-minutes", "-1"], /--max-wait-minutes must be/],
])("%j are refused as wrong use", async (words, sentence) => {
  await using folder = await temporaryFolder();
  await using program = start("node", api(...words), { cwd: folder.path });
  expect(await program.ended).toBe(2);
  expect(program.stderr()).toMatch(sentence);
});
