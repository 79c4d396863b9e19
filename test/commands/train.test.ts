import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { trainCommand } from "../../commands/train.ts";
import type { ModelCard } from "../../kernel-as/model/card.ts";
import { run } from "../fixtures/command.ts";
import { csvOf, roomRows } from "../fixtures/rooms.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

test.each([
  [["--split", "rooms"], /--split must be some of random, time, blocks, recordings, groups, separated by commas, not "rooms"/],
  [["--split", "random,time", "--split", "block"], /not "block"\. Did you mean blocks\?/],
  [["--false-alarms", "-1"], /--false-alarms must be a number, 0 or more/],
  [["--false-alarms", "few"], /--false-alarms must be a number/],
  [["--calibrate", "beta"], /--calibrate must be platt or isotonic, not "beta"/],
])("train %j is wrong use, and says what to do", async (words, sentence) => {
  const { code, stderr } = await run(trainCommand, "--out", "model.json", ...words);
  expect([code, stderr.startsWith("MGV_USAGE: ")]).toEqual([null, true]);
  expect(stderr).toMatch(sentence);
});

test("a training is judged by the splits that are asked for, with a threshold within a budget and a calibration, twice to the same bytes", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rooms.csv"), csvOf(roomRows(2, 6, 700).map(({ room, ...row }) => ({ house: room, ...row }))));
  const train = async (out: string) => {
    const words = ["--data", folder.file("rooms.csv"), "--label", "fire", "--group", "house", "--rounds", "10", "--split", "time", "--split", "groups", "--false-alarms", "100", "--calibrate", "isotonic"];
    const ran = await run(trainCommand, ...words, "--out", folder.file(out), "--json");
    expect(ran.code, ran.stderr).toBe(0);
    return ran;
  };
  const { stdout, stderr } = await train("one.json");
  const card = JSON.parse(stdout) as ModelCard;
  expect(card.splits.map(({ name }) => name)).toEqual(["time", "groups"]);
  expect(card).toMatchObject({ calibration: { kind: "isotonic" }, thresholdReason: expect.stringMatching(/false alarms a sensor and day/) as string });
  expect(stderr).toContain(`threshold: ${card.thresholdReason}`);
  expect(stderr).toMatch(/alarms: \d+ of \d+ fires found/);
  await train("other.json");
  expect(await readFile(folder.file("one.json"))).toEqual(await readFile(folder.file("other.json")));
});
