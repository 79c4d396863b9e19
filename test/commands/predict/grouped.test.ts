import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { evaluateCommand } from "../../../commands/evaluate.ts";
import { modelDiffCommand } from "../../../commands/model-diff.ts";
import { predictCommand } from "../../../commands/predict.ts";
import { trainCommand } from "../../../commands/train.ts";
import { featureNames } from "../../../engine/features/features.ts";
import { referenceFeatures } from "../../../engine/features/reference.ts";
import { ReplaySource } from "../../../engine/source/replay.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { cardOf, withCard } from "../../../kernel-as/model/card.ts";
import { readModel } from "../../../kernel-as/model/formats/formats.ts";
import { xgboostJson } from "../../../kernel-as/model/formats/xgboost/json.ts";
import smoke from "../../../pipelines/smoke.ts";
import { readDataset } from "../../../trainer/dataset.ts";
import { pipelineFor } from "../../../trainer/schema.ts";
import { run } from "../../fixtures/command.ts";
import { randomForest } from "../../fixtures/forests.ts";
import { stumpModel } from "../../fixtures/model.ts";
import { random } from "../../fixtures/random.ts";
import { batchOf } from "../../fixtures/readings.ts";
import { csvOf, roomRows } from "../../fixtures/rooms.ts";
import { withRooms } from "../../fixtures/rooms-training.ts";
import { score } from "../../fixtures/scoring.ts";

/** Rooms in turn, and a model that was trained on them with `--group room`. */
async function grouped() {
  const folder = await withRooms();
  const { code, stderr } = await folder.train();
  expect(code, stderr).toBe(0);
  const { model } = readModel(await readFile(folder.file("rooms.json")));
  const words = (data: string) => ["--model", folder.file("rooms.json"), "--data", folder.file(data)];
  return { ...folder, model, words, margins: async (data: string) => marginsIn(await run(predictCommand, ...words(data), "--margin")) };
}

function marginsIn({ code, stdout, stderr }: Awaited<ReturnType<typeof run>>): Float32Array {
  expect(code, stderr).toBe(0);
  return Float32Array.from(stdout.trimEnd().split("\n").slice(1).map(Number));
}

const rows = roomRows(3, 4, 300);
const roomless = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== "room")));

test("a model that was trained with --group looks back over the readings of each group alone, as its training did", async () => {
  await using folder = await grouped();
  expect(cardOf(folder.model)!.group).toBe("room");
  const margins = await folder.margins("rooms.csv");
  const { pipeline } = await pipelineFor(smoke, folder.file("rooms.csv"), "fire", "room");
  const { dataset } = await readDataset(await loadKernel(), pipeline, new ReplaySource({ path: folder.file("rooms.csv"), schema: pipeline.schema, topic: "", speed: "max" }));
  expect(margins).toEqual((await score(folder.model, dataset.features)).margins);
  expect(new Set(margins).size).toBeGreaterThan(100);

  await writeFile(folder.file("one.csv"), csvOf(rows.filter(({ room }) => room === "room 2")));
  expect(await folder.margins("one.csv")).toEqual(margins.filter((_, row) => rows[row]!.room === "room 2"));
  await writeFile(folder.file("rooms.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  expect(await folder.margins("rooms.jsonl")).toEqual(margins);
});

test("it is judged and compared by those groups too, unless others are named", async () => {
  await using folder = await grouped();
  const judged = async (data: string, ...words: string[]) => {
    const { code, stdout, stderr } = await run(evaluateCommand, ...folder.words(data), "--label", "fire", "--json", ...words);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as { warning: string | null; data: { recordings: string[] }; split: object };
  };
  const own = await judged("rooms.csv");
  expect(own).toMatchObject({ warning: expect.stringContaining("These figures flatter") as string, data: { recordings: ["room 0", "room 1", "room 2", "room 3"] } });
  await writeFile(folder.file("flats.csv"), csvOf(rows.map(({ room, ...row }) => ({ flat: room, ...row }))));
  expect((await judged("flats.csv", "--group", "flat")).split).toEqual(own.split);

  const { threshold } = cardOf(folder.model)!;
  const predicted = (await run(predictCommand, ...folder.words("rooms.csv"))).stdout.trimEnd().split("\n").slice(1).map(Number);
  const { stdout } = await run(modelDiffCommand, folder.file("rooms.json"), folder.file("rooms.json"), "--data", folder.file("rooms.csv"), "--json");
  expect(JSON.parse(stdout)).toMatchObject({ agreement: { rows: rows.length, unscored: 0, both: predicted.filter((each) => each >= threshold).length } });
});

test("readings that do not tell their group are refused", async () => {
  await using folder = await grouped();
  const refusal = /MGV_CSV_COLUMN: .*rows\.csv has no column "room", by which the model tells sensors apart since its training with --group\..* Its columns are "UTC"/;
  await writeFile(folder.file("rows.csv"), csvOf(roomless));
  const model = folder.file("rooms.json");
  const refused = [await run(predictCommand, ...folder.words("rows.csv")), await run(evaluateCommand, ...folder.words("rows.csv"), "--label", "fire"), await run(modelDiffCommand, model, model, "--data", folder.file("rows.csv"))];
  for (const { code, stdout, stderr } of refused) expect([code, stdout, stderr]).toEqual([null, "", expect.stringMatching(refusal)]);
  await writeFile(folder.file("rows.jsonl"), roomless.map((row) => JSON.stringify(row)).join("\n"));
  expect((await run(predictCommand, ...folder.words("rows.jsonl"))).stderr).toMatch(/MGV_FIELD_MISSING: .*has no key "room"/);
});

test("a card tells of no group where none was given", async () => {
  await using folder = await withRooms();
  await run(trainCommand, "--data", folder.file("rooms.csv"), "--label", "fire", "--rounds", "2", "--split", "random", "--out", folder.file("plain.json"));
  expect(cardOf(readModel(await readFile(folder.file("plain.json"))).model)).not.toHaveProperty("group");
});

test("a model of the smoke pipeline looks back by its group too", async () => {
  await using folder = await withRooms();
  const names = featureNames(smoke);
  const model = withCard(randomForest(random(11), { family: "xgboost", features: names.length, trees: 30, leaves: 12, outputs: 1, categorical: 0, special: "none" }), { ...stumpModel(smoke, "eCO2[ppm]", 420).card, group: "room" });
  const readings = Array.from({ length: 200 }, (_, i) => [`room ${i % 2}`, (1000 + i) * 1000, 20 + (i % 2) * 10 + Math.sin(i), 50, 10, 400, 12_900, 19_700, 937, 1, 1, 8, 1.5, 0.1, NaN] as const);
  const fields = smoke.schema.fields.map(({ name }) => name).slice(0, 12);
  await writeFile(folder.file("model.json"), xgboostJson.write(model));
  await writeFile(folder.file("rows.csv"), `room,UTC,${fields.join(",")}\n${readings.map(([room, timeMs, ...values]) => [room, timeMs / 1000, ...values.slice(0, 12)].join(",")).join("\n")}\n`);
  const margins = marginsIn(await run(predictCommand, "--model", folder.file("model.json"), "--data", folder.file("rows.csv"), "--margin"));
  expect(margins).toEqual((await score(model, referenceFeatures(smoke, batchOf(readings)))).margins);
});
