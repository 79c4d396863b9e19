import { readdir, rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { HistorySink } from "../../../engine/history/history-sink.ts";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { history, model, topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { writeStump } from "../../fixtures/model.ts";
import { query } from "../../fixtures/query.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const kernel = await loadKernel();
const small = pipeline("small").from(topic("readings"), smallSchema).score(model("small")).to(topic("small_predictions"), history());

async function task(path: string) {
  await writeStump(path, small, "b", 5);
  const models = new ModelStore({ kernel, pipeline: small, path, now: () => 0 });
  await models.refresh();
  return new Task({ kernel, pipeline: small, models, format: { kind: "json" } });
}

const DAY_S = 86_400;

test("what went in comes out, one file a date, missing values as NULL", async () => {
  await using folder = await temporaryFolder();
  const history = folder.file("it's history");
  using one = await task(folder.file("m.json"));
  {
    await using sink = await HistorySink.open({ pipeline: small, directory: history, run: "r1" });
    await sink.write(one.process(recordsOf([`{"t":${DAY_S - 1},"a":null,"b":7,"label":"1"}`, `{"t":${DAY_S}.5,"a":-0.25,"b":1}`], { keys: ["s'1", "s2"] })));
    await sink.flush();
  }
  const from = (kind: string) => `read_parquet('${history.replaceAll("'", "''")}/kind=${kind}/*/*.parquet', hive_partitioning = true) ORDER BY "offset"`;
  expect(await query(`SELECT sensor, event_time, topic, "partition", "offset", append_time, "a[C]", b, n, label, date FROM ${from("readings")}`)).toEqual([
    { sensor: "s'1", event_time: "1970-01-01 23:59:59", topic: "readings", partition: 0, offset: "0", append_time: null, "a[C]": null, b: 7, n: null, label: 1, date: "1970-01-01" },
    { sensor: "s2", event_time: "1970-01-02 00:00:00.5", topic: "readings", partition: 0, offset: "1", append_time: null, "a[C]": -0.25, b: 1, n: null, label: null, date: "1970-01-02" },
  ]);
  expect(await query(`SELECT sensor, prediction, probability, margin, late, alert_level, date FROM ${from("predictions")}`)).toEqual([
    { sensor: "s'1", prediction: 1, probability: expect.closeTo(0.8808, 4), margin: 2, late: false, alert_level: "HIGH", date: "1970-01-01" },
    { sensor: "s2", prediction: 0, probability: expect.closeTo(0.1192, 4), margin: -2, late: false, alert_level: "NONE", date: "1970-01-02" },
  ]);
  expect(await readdir(`${history}/kind=readings/date=1970-01-01`)).toEqual(["readings-0-0-1-r1.parquet"]);
});

test("a reader sees whole segments only, while they are being written", async () => {
  await using folder = await temporaryFolder();
  using one = await task(folder.file("m.json"));
  await using sink = await HistorySink.open({ pipeline: small, directory: folder.path, run: "r1" });
  const rows = 4096;
  let written = 0;
  const counts: number[] = [];
  for (let batch = 0; batch < 48; batch++) {
    const records = recordsOf(Array.from({ length: rows }, (_, i) => `{"t":${i},"a":1,"b":1}`));
    records.offsets.forEach((offset, i) => (records.offsets[i] = offset + batch * rows));
    await sink.write(one.process(records));
    written += rows;
    const seen = await query(`SELECT count(*)::INTEGER AS n FROM read_parquet('${folder.path}/*/*/*.parquet', hive_partitioning = true) WHERE kind = 'readings'`).catch(() => [{ n: 0 }]);
    counts.push(Number(seen[0]!["n"]));
  }
  await sink.flush();
  const [last] = await query(`SELECT count(*)::INTEGER AS n, count(DISTINCT "offset")::INTEGER AS offsets FROM read_parquet('${folder.path}/kind=readings/*/*.parquet')`);
  expect(last).toEqual({ n: written, offsets: written });
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(counts.every((count) => count % rows === 0)).toBe(true);
  expect(counts.some((count) => count > 0)).toBe(true);
});

test("a field by the name of a column of the history is refused before anything is read", async () => {
  await using folder = await temporaryFolder();
  const clash = pipeline("clash").from(topic("readings"), { ...smallSchema, fields: [{ ...smallSchema.fields[0]!, name: "Offset" }] });
  await expect(HistorySink.open({ pipeline: clash, directory: folder.path, run: "r" })).rejects.toMatchObject({ code: "MGV_HISTORY" });
});

test("a folder that cannot be made, or that vanishes, is told as MGV_HISTORY", async () => {
  await using folder = await temporaryFolder();
  const file = folder.file("file");
  await writeStump(file, small, "b", 1);
  await expect(HistorySink.open({ pipeline: small, directory: `${file}/below`, run: "r" })).rejects.toMatchObject({ code: "MGV_HISTORY" });

  using one = await task(folder.file("m.json"));
  await using sink = await HistorySink.open({ pipeline: small, directory: folder.file("history"), run: "r" });
  await rm(folder.file("history"), { recursive: true });
  await writeStump(folder.file("history"), small, "b", 1);
  await sink.write(one.process(recordsOf(['{"t":1,"a":1,"b":1}'])));
  await expect(sink.flush()).rejects.toMatchObject({ code: "MGV_HISTORY" });
});
