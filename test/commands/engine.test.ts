import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { engineCommand } from "../../commands/engine.ts";
import { HistoryReader } from "../../engine/history/reader.ts";
import { Messages } from "../../engine/simulator/messages.ts";
import smoke from "../../pipelines/smoke.ts";
import { boundsOfHistory, historySql } from "../../trainer/history-query.ts";
import { run } from "../fixtures/command.ts";
import { writeStump } from "../fixtures/model.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

/** Runs an engine without state once for each list of words, into one history; the readings of it as a training reads them. */
async function learnedAfter(runs: readonly (readonly string[])[], files: Readonly<Record<string, string>> = {}) {
  await using folder = await temporaryFolder();
  const model = folder.file("model.json");
  await writeStump(model, smoke, "eCO2[ppm]", 420);
  for (const [name, text] of Object.entries(files)) await writeFile(folder.file(name), text);
  for (const words of runs) {
    const { code, stderr } = await run(engineCommand, ...words.map((word) => (word in files ? folder.file(word) : word)), "--until-end", "--model-path", model, "--history", folder.file("history"));
    expect(code, stderr).toBe(0);
  }
  await using reader = await HistoryReader.open({ directory: folder.file("history"), threads: 1 });
  const bounds = await boundsOfHistory(reader, smoke);
  if (bounds === null) throw new Error("nothing was kept");
  const predicted = await reader.rows(`SELECT count(*)::INTEGER AS count FROM predictions JOIN readings USING (topic, partition, "offset", event_time)`);
  return { rows: await reader.rows(historySql(smoke, bounds)), bounds, predictions: predicted[0]!["count"] };
}

test("simulations of the present that share a history lie in it one after the other, not one in another", async () => {
  const words = (seed: string) => ["--source", "simulate", "--sensors", "3", "--rate", "20", "--duration", "1", "--seed", seed];
  const { rows, bounds, predictions } = await learnedAfter([words("5"), words("6")]);
  expect(rows.map((row) => row["offset"])).toEqual(Array.from({ length: 120 }, (_, offset) => offset));
  const times = rows.map((row) => row["time_ms"] as number);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(bounds.partitions).toEqual([{ partition: 0, lastOffset: 119 }]);
  expect(predictions).toBe(120);
});

test("a file that is told twice keeps its places, so that a training knows that its readings are the same", async () => {
  const texts: string[] = [];
  const messages = new Messages({ sensors: 1, durationMs: 5000 });
  while (messages.next([], texts));
  const words = ["--source", "replay", "--speed", "max", "--data", "rows.jsonl"];
  const { rows } = await learnedAfter([words, words], { "rows.jsonl": texts.join("\n") });
  expect(rows.map((row) => row["offset"])).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
});
