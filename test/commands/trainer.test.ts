import { writeFile } from "node:fs/promises";
import { afterEach, expect, test, vi } from "vitest";
import { readModelFile } from "../../commands/model/file.ts";
import { trainerCommand } from "../../commands/trainer.ts";
import { message, START_MS } from "../api/service.ts";
import { runUntil } from "../fixtures/command.ts";
import { csvOf } from "../fixtures/rooms.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Two hours of a sensor that is in a fire every other quarter of an hour. */
const readings = Array.from({ length: 720 }, (_, i) => {
  const fire = Math.floor(i / 90) % 2;
  return { ...message({ UTC: START_MS / 1000 + i * 10, "TVOC[ppb]": fire * 300 + (i % 17), "Temperature[C]": 20 + fire * 9 + (i % 5) }), "Fire Alarm": fire };
});

test.each(["--data", "DATASET"])("the first model of the smoke pipeline learns from the readings that %s names", async (how) => {
  await using folder = await temporaryFolder();
  const [data, model] = [folder.file("labelled.csv"), folder.file("model.json")];
  await writeFile(data, csvOf(readings));
  const environment = { MODEL_PATH: model, ML_TRAINING_INTERVAL_HOURS: "0", MANGROVE_JOBS: "false", PROMETHEUS_PORT: "", MANGROVE_REPORTS_DIR: folder.path, DATASET: how === "DATASET" ? data : "" };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { code, stderr } = await runUntil(/trainer ready/, trainerCommand, ...(how === "DATASET" ? [] : ["--data", data]));
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`training the first one on ${data}`);
  expect((await readModelFile(model)).card).toMatchObject({ rows: 720, positives: 360, trainedOn: { kind: "readings" } });
});
