import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { endTrial, readTrialOrder, writeTrialOrder } from "../../../engine/model/trial-order.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

test("an order is read as it was written, and gone when the trial has ended", async () => {
  await using folder = await temporaryFolder();
  const champion = folder.file("machines.json");
  expect(await readTrialOrder(champion)).toBeNull();
  const order = { mode: "split", share: 0.1, path: folder.file("versions/abc.json") } as const;
  await writeTrialOrder(champion, order);
  expect(await readTrialOrder(champion)).toEqual(order);
  expect([await endTrial(champion), await endTrial(champion)]).toEqual([true, false]);
  expect(await readTrialOrder(champion)).toBeNull();
});

test("an order goes with its folder, unless the model lies elsewhere", async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file("models"));
  const order = { mode: "shadow", share: 1 } as const;
  await writeTrialOrder(folder.file("models/m.json"), { ...order, path: folder.file("models/versions/abc.json") });
  await rename(folder.file("models"), folder.file("moved"));
  expect(await readTrialOrder(folder.file("moved/m.json"))).toEqual({ ...order, path: folder.file("moved/versions/abc.json") });
  await writeTrialOrder(folder.file("moved/m.json"), { ...order, path: folder.file("else/abc.json") });
  expect(JSON.parse(await readFile(folder.file("moved/m.trial.json"), "utf8"))).toEqual({ ...order, model: folder.file("else/abc.json") });
});

test.each(["", "[]", "null", "{}", '{"mode":"both","share":1,"model":"x"}', '{"mode":"split","share":0,"model":"x"}', '{"mode":"split","share":1.5,"model":"x"}', '{"mode":"split","share":0.5}'])("what is no order is refused, with what to do: %j", async (text) => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("m.trial.json"), text);
  await expect(readTrialOrder(folder.file("m.json"))).rejects.toMatchObject({ code: "MGV_JSON", message: expect.stringMatching(/mangrove model trial/) });
});
