import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { featureNames } from "../../engine/features/features.ts";
import smoke from "../../pipelines/smoke.ts";
import { pipelineFor } from "../../trainer/schema.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

async function inferred(text: string, label: string | null, group: string | null = null) {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("data.csv"), text);
  return await pipelineFor(smoke, folder.file("data.csv"), label, group);
}

test("a CSV of another kind gives its numeric columns; texts, empty columns and row counters are left out", async () => {
  const { pipeline, leftOut } = await inferred(",id,speed,color,void,failed\n0,7,1.5,red,,0\n1,8,NULL,blue,,1\n2,9,3,red,,0\n", "failed");
  expect(featureNames(pipeline)).toEqual(["speed"]);
  expect(leftOut).toEqual(['"" (counts rows)', '"id" (counts rows)', '"color" (not numbers)', '"void" (empty)']);
});

test("columns without a name, and a second one of a name, are left out; brackets alone are a name", async () => {
  const { pipeline, leftOut } = await inferred(",speed,speed,[1],failed\n7,1.5,1,4,0\n2,3,2,9,1\n9,2,2,5,0\n", "failed");
  expect(featureNames(pipeline)).toEqual(["speed", "[1]"]);
  expect(leftOut).toEqual(['"" (no name)', '"speed" (named as another)']);
});

test("with a time it gets trailing windows too", async () => {
  const { pipeline } = await inferred("UTC,speed,failed\n5,1,0\n7,5,1\n9,2,0\n", "failed");
  expect(featureNames(pipeline)).toEqual(["speed", "speed - mean 60s", "speed - mean 300s"]);
});

test("blanks around the names of columns are no part of them", async () => {
  const { pipeline } = await inferred("UTC, room, speed ,failed\n5,1,1,0\n7,2,5,1\n9,2,2,0\n", "failed", "room");
  expect(featureNames(pipeline)).toEqual(["speed", "speed - mean 60s", "speed - mean 300s"]);
});

test("UTC, CNT, row numbers and the label are never features of the smoke pipeline", () => {
  const names = featureNames(smoke).join(" | ");
  expect(featureNames(smoke)).toHaveLength(60);
  for (const never of ["UTC", "CNT", "Fire Alarm"]) expect(names).not.toContain(never);
});

test.each([
  ["an empty file", "", "failed", "MGV_CSV_EMPTY"],
  ["a header alone", "a,failed\n", "failed", "MGV_CSV_EMPTY"],
  ["a CSV without the label", "speed,faild\n1,0\n", "failed", "MGV_LABEL"],
  ["a CSV without the pipeline's own label", "speed\n1\n", null, "MGV_LABEL"],
  ["nothing to learn from", "color,failed\nred,0\n", "failed", "MGV_CSV_COLUMN"],
])("%s is refused", async (_, text, label, code) => {
  await expect(inferred(text, label)).rejects.toMatchObject({ code });
});

test("a label that is spelled nearly right is guessed in the message", async () => {
  await expect(inferred("speed,failed\n1,0\n", "faild")).rejects.toThrow(/Did you mean failed\?/);
});

test("a column to group by names the sensor and is no feature; one that is not there is refused", async () => {
  const csv = "UTC,room,speed,failed\n5,1,1,0\n7,2,5,1\n9,2,2,0\n";
  const { pipeline } = await inferred(csv, "failed", "room");
  expect(featureNames(pipeline)).toEqual(["speed", "speed - mean 60s", "speed - mean 300s"]);
  expect(pipeline.schema.sensorKeys[0]).toBe("room");
  await expect(inferred(csv, "failed", "rooom")).rejects.toMatchObject({ code: "MGV_CSV_COLUMN", message: expect.stringContaining("Did you mean room?") as string });
});
