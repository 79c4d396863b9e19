import { chmod, readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { setUpModelsDirectory } from "../../../commands/system/models-directory.ts";
import smoke from "../../../pipelines/smoke.ts";
import { writeStump } from "../../fixtures/model.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

test("the folder of models is made once, and says what is in it; what is there stays", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("models/m.json");
  expect(await setUpModelsDirectory(path)).toMatch(/models is made, and empty$/);
  expect(await setUpModelsDirectory(path)).toMatch(/^no model at .*m\.json yet, 0 versions kept$/);
  await writeStump(path, smoke, "PM2.5", 10);
  await writeFile(folder.file("models/README.md"), "mine");
  expect(await setUpModelsDirectory(path)).toMatch(/m\.json of \d{4}-.*Z, 0 versions kept$/);
  expect(await readFile(folder.file("models/README.md"), "utf8")).toBe("mine");
});

test("a place where no folder can be made is told of", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("models"), "a file");
  await chmod(folder.file("models"), 0o444);
  await expect(setUpModelsDirectory(folder.file("models/m.json"))).rejects.toThrow(expect.objectContaining({ code: "MGV_FILE_WRITE" }));
});
