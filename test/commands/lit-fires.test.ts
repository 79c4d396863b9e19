import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readFires, writeFires } from "../../commands/lit-fires.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

test("fires are read as they were written, none where nobody has lit any, and damage is told", async () => {
  await using folder = await temporaryFolder();
  expect(await readFires(folder.path)).toEqual([]);
  const fires = [{ sensor: "sensor-02", step: 51 }, { sensor: "sensor-01", step: 70 }];
  await writeFires(folder.path, fires);
  expect(await readFires(folder.path)).toEqual(fires);
  for (const damaged of ['{"fires":[{"sen', "{}", '{"fires":[{"sensor":"a"}]}']) {
    await writeFile(folder.file("fires.json"), damaged);
    await expect(readFires(folder.path)).rejects.toMatchObject({ code: "MGV_FILE_READ", message: expect.stringContaining("fires.json") });
  }
});
