import { expect, test } from "vitest";
import { engineCommand } from "../../commands/engine.ts";
import { HistoryReader } from "../../engine/history/reader.ts";
import { Messages } from "../../engine/simulator/messages.ts";
import smoke from "../../pipelines/smoke.ts";
import { run } from "../fixtures/command.ts";
import { writeStump } from "../fixtures/model.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

test("runs without state that share a history lie in it one after the other, not one in another", async () => {
  await using folder = await temporaryFolder();
  const model = folder.file("model.json");
  await writeStump(model, smoke, "eCO2[ppm]", 420);
  const texts: string[] = [];
  for (const seed of [5, 6]) {
    const { code, stderr } = await run(engineCommand, "--source", "simulate", "--sensors", "3", "--seed", String(seed), "--duration", "40", "--speed", "max", "--until-end", "--model-path", model, "--history", folder.file("history"));
    expect(code, stderr).toBe(0);
    const messages = new Messages({ sensors: 3, seed, durationMs: 40_000 });
    while (messages.next([], texts));
  }

  await using reader = await HistoryReader.open({ directory: folder.file("history"), threads: 1 });
  const rows = await reader.rows(`SELECT CAST("offset" AS DOUBLE) AS "offset", sensor, "Temperature[C]" AS celsius FROM readings ORDER BY partition, "offset"`);
  const sent = texts.map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(rows).toHaveLength(240);
  expect(rows).toEqual(sent.map((message, offset) => ({ offset, sensor: message["sensor_id"], celsius: message["Temperature[C]"] })));
  const predicted = await reader.rows(`SELECT count(*)::INTEGER AS count FROM predictions JOIN readings USING (topic, partition, "offset")`);
  expect(predicted).toEqual([{ count: 240 }]);
});
