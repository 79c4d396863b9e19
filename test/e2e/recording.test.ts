import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import smoke from "../../pipelines/smoke.ts";
import { writeStump } from "../fixtures/model.ts";
import { recordingAbsent, recordingPath } from "../fixtures/recording.ts";
import { start } from "../fixtures/run.ts";
import { runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

if (recordingAbsent) console.log(`tests of the real recording SKIPPED: ${recordingAbsent}`);

/*
 * The main job on the real recording with a model that can be followed by hand: fire where eCO2 is 420 ppm or more.
 * The counts below were taken from the CSV with awk, not with this project.
 */
describe.skipIf(recordingAbsent)("the engine on the real recording", () => {
  const names = Object.keys(runtimes) as RuntimeName[];
  const outputs = new Map<RuntimeName, { line: Record<string, unknown>; folder: string }>();
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const model = folder.file("model.json");
    await writeStump(model, smoke, "eCO2[ppm]", 420);
    for (const name of names) {
      const out = folder.file(name);
      const args = ["engine/main.ts", "--source", "replay", "--data", recordingPath, "--speed", "max", "--until-end", "--json"];
      await using engine = start(name, [...args, "--out", out, "--history", `${out}/history`, "--model-path", model], { cwd: folder.path });
      expect(await engine.ended, engine.stderr()).toBe(0);
      outputs.set(name, { line: JSON.parse(engine.stdout()) as Record<string, unknown>, folder: out });
    }
  });

  afterAll(() => folder[Symbol.asyncDispose]());

  const lines = async (name: RuntimeName, topic: string) => {
    const text = await readFile(`${outputs.get(name)!.folder}/${topic}.jsonl`, "utf8");
    return text.split("\n").filter(Boolean).map((line) => JSON.parse(line) as Record<string, any>);
  };

  test.each(names)("%s reads 62,630 readings, rejects none, and predicts each once", async (name) => {
    expect(outputs.get(name)!.line).toMatchObject({ readings: 62_630, rejected: 0, late: 0, predictions: 62_630, alerts: 15 });
    const predictions = await lines(name, "smoke_predictions");
    expect(new Set(predictions.map(({ stream_metadata }) => stream_metadata.prediction_id)).size).toBe(62_630);
    expect(await lines(name, "smoke_dead_letter")).toEqual([]);
  });

  test("the five recordings, their readings of fire and their alerts are those that were counted by hand", async () => {
    const counts = (records: Record<string, any>[], sensor: string) =>
      Object.fromEntries(["R1", "R2", "R3", "R4", "R5"].map((name) => [name, records.filter((record) => record[sensor] === name).length]));
    const predictions = await lines("node", "smoke_predictions");
    expect(counts(predictions, "sensor_id")).toEqual({ R1: 24_994, R2: 24_994, R3: 1154, R4: 5744, R5: 5744 });
    expect(counts(predictions.filter(({ prediction }) => prediction === 1), "sensor_id")).toEqual({ R1: 7393, R2: 7393, R3: 1092, R4: 2093, R5: 2093 });
    expect(counts(await lines("node", "smoke_alerts"), "sensor")).toEqual({ R1: 4, R2: 4, R3: 1, R4: 3, R5: 3 });
  });

  test("the three runtimes write the same bytes", async () => {
    for (const topic of ["smoke_predictions", "smoke_alerts", "smoke_dead_letter"]) {
      const hashes = await Promise.all(
        names.map(async (name) => createHash("sha256").update(await readFile(`${outputs.get(name)!.folder}/${topic}.jsonl`)).digest("hex")),
      );
      expect(new Set(hashes).size, topic).toBe(1);
    }
  });

  test("the history holds every reading and every prediction once, by its date", async () => {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const history = `${outputs.get("bun")!.folder}/history`;
    const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
    for (const kind of ["readings", "predictions"]) {
      const from = `read_parquet('${history}/kind=${kind}/*/*.parquet', hive_partitioning = true)`;
      expect(await query(`SELECT count(*)::INT, count(DISTINCT "offset")::INT, min("offset")::INT, max("offset")::INT FROM ${from}`)).toEqual([[62_630, 62_630, 0, 62_629]]);
    }
    expect(await query(`SELECT sum(label)::INT, sum("TVOC[ppb]")::BIGINT::VARCHAR FROM read_parquet('${history}/kind=readings/*/*.parquet')`)).toEqual([[44_757, "121631063"]]);
    expect(await query(`SELECT sensor, count(*)::INT FROM read_parquet('${history}/kind=alerts/*/*.parquet') GROUP BY 1 ORDER BY 1`)).toEqual([["R1", 4], ["R2", 4], ["R3", 1], ["R4", 3], ["R5", 3]]);
    const { length } = (await readFile(`${outputs.get("bun")!.folder}/smoke_analytics.jsonl`, "utf8")).trimEnd().split("\n");
    expect(await query(`SELECT count(*)::INT, count(DISTINCT (sensor, window_start))::INT FROM read_parquet('${history}/kind=analytics/*/*.parquet')`)).toEqual([[length, length]]);
    expect((await readdir(`${history}/kind=readings`)).sort()).toEqual(["date=2022-06-08", "date=2022-06-09", "date=2022-06-10", "date=2022-06-13"]);
    connection.closeSync();
    instance.closeSync();
  });
});
