import { readFile, readdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { featuresCommand } from "../../commands/features.ts";
import { featureNames } from "../../engine/features/features.ts";
import smoke from "../../pipelines/smoke.ts";
import { run } from "../fixtures/command.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const fields = smoke.schema.fields.map(({ name }) => name);
const row = (second: number, temperature: string, label: string) => [1_700_000_000 + second, temperature, ...fields.slice(1).map((_, i) => (fields[i + 1] === "Humidity[%]" ? 40 : 400 + i)), label].join(",");

test("the table has who, when, the label and every feature in the model's order, of the labelled readings alone", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), [["UTC", ...fields, smoke.schema.label].join(","), row(0, "20.5", "0"), row(1, "", "1"), row(2, "21", "")].join("\n"));
  const { code, stderr } = await run(featuresCommand, "--data", folder.file("rows.csv"), "--out", folder.file("out.csv"));
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`2 labelled readings with ${featureNames(smoke).length} features`);
  const [header, first, second, ...none] = (await readFile(folder.file("out.csv"), "utf8")).trimEnd().split("\n");
  expect(header!.split(",")).toEqual(["sensor", "event_time", "label", ...featureNames(smoke)].map((name) => (/[ ,]/.test(name) ? expect.stringContaining(name) : name)));
  expect(first).toMatch(/^[^,]+,2023-11-14 22:13:20,0,20\.5,/);
  expect(second).toMatch(/^[^,]+,2023-11-14 22:13:21,1,,/);
  expect(none).toEqual([]);
});

test("what cannot be written leaves nothing behind", async () => {
  await using folder = await temporaryFolder();
  const told = async (...words: string[]) => (await run(featuresCommand, ...words)).stderr;
  expect(await told("--out", folder.file("out.txt"))).toMatch(/^MGV_USAGE: features needs --out/);
  expect(await told("--history", folder.file("none"), "--out", folder.file("x.csv"))).toMatch(/^MGV_TRAIN_DATA: /);
  await writeFile(folder.file("rows.csv"), [["UTC", ...fields, smoke.schema.label].join(","), row(0, "20.5", "0")].join("\n"));
  expect(await told("--data", folder.file("rows.csv"), "--out", folder.file("none/x.csv"))).toMatch(/^MGV_FILE_WRITE: /);
  expect(await readdir(folder.path)).toEqual(["rows.csv"]);
});
