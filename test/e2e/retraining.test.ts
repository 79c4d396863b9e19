import { readFile, writeFile } from "node:fs/promises";
import { expect, inject, test } from "vitest";
import { parseArguments } from "../../commands/command.ts";
import { drainLabels } from "../../commands/labels/drain.ts";
import { openLabelKeeper } from "../../commands/labels/keeper.ts";
import { retrainCommand } from "../../commands/retrain.ts";
import { readConfig } from "../../engine/config.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { HistoryReader } from "../../engine/history/reader.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import smoke from "../../pipelines/smoke.ts";
import { run } from "../fixtures/command.ts";
import { stumpModel } from "../fixtures/model.ts";
import { smallSchema } from "../fixtures/readings.ts";
import { start } from "../fixtures/run.ts";
import { runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { keep, ofDay, simulatedWeek } from "../fixtures/week.ts";

const { servers, reason } = inject("kafka");
const kernel = await loadKernel();
const week = await simulatedWeek(kernel, { seed: 5, driftFrom: 8 });

/** A history of three days, and a champion that tells little and gives its successor a few trees. */
async function folderToRetrain({ rounds = 8 } = {}) {
  const folder = await temporaryFolder();
  for (const day of [1, 2, 3]) await keep(folder.file("history"), ofDay(week, day));
  const { forest, card } = stumpModel(smoke, "eCO2[ppm]", 420);
  await writeFile(folder.file("model.json"), xgboostJson.write(withCard(forest, { ...card, parameters: { ...card.parameters, rounds } })));
  return folder;
}

const versionOf = async (url: string) => ((await (await fetch(`${url}/health`)).json()) as { model_version: string }).model_version;

test.each(Object.keys(runtimes) as RuntimeName[])("on %s, POST /feedback keeps labels, and POST /train puts a better model in use, in a process of its own", async (runtime) => {
  await using folder = await folderToRetrain();
  // not while the test runs
  const hour = String((new Date(Date.now() + 9 * 3_600_000).getUTCHours() + 12) % 24);
  await using up = start(runtime, ["mangrove.ts", "up", "--port", "0", "--source", "http", "--state", "state", "--history", "history", "--model-path", "model.json"], { cwd: folder.path, env: { MODEL_RELOAD_INTERVAL: "0.2", MANGROVE_TIME_ZONE: "Asia/Tokyo", ML_RETRAIN_HOUR: hour } });
  expect((await up.seen(/train {3}next (.*)/))[1]).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\d ${hour.padStart(2, "0")}:00:00, Asia/Tokyo$`));
  const [, url] = await up.seen(/api {5}(http:\S+)/);
  const said = { sensor: "kitchen", from: 1_654_733_331, to: 1_654_733_400, label: 1, who: "Ada" };
  const feedback = await fetch(`${url}/feedback`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(said) });
  expect([feedback.status, await feedback.json()]).toEqual([202, { accepted: 1 }]);
  const before = await versionOf(url!);

  const train = () => fetch(`${url}/train`, { method: "POST" });
  expect((await train()).status).toBe(202);
  expect((await train()).status).toBe(409);
  const [, version] = await up.seen(/train {3}version (\w+) is the champion now/);
  await expect.poll(() => versionOf(url!)).toBe(version);
  expect(version).not.toBe(before);
  const manifest = JSON.parse(await readFile(folder.file(`versions/model/${version}.manifest.json`), "utf8")) as object;
  expect(manifest).toMatchObject({ model: version, source: { kind: "history", labels: 1 }, training: { parameters: { rounds: 8 } } });
  await expect.poll(async () => (await train()).status).toBe(202);
  await up.seen(/nothing to learn: No reading and no label is new since version \w+ was trained/);
  up.signal("SIGTERM");
  expect(await up.ended, up.stderr()).toBe(0);
});

test("two processes never retrain one model at once, and a second retraining finds nothing new", async () => {
  await using folder = await folderToRetrain({ rounds: 150 }); // so many that the first is still at it when the second comes
  const words = ["--history", folder.file("history"), "--model-path", folder.file("model.json"), "--json"];
  await using first = start("bun", ["mangrove.ts", "retrain", ...words], { cwd: folder.path });
  await first.seen(/judges by the newest day/);
  expect(await run(retrainCommand, ...words)).toMatchObject({ code: null, stderr: expect.stringMatching(/^MGV_NOT_READY: Another process, \d+, is training .*model\.json/) as string });
  expect(await first.ended, first.stderr()).toBe(0);
  expect(JSON.parse(first.stdout())).toMatchObject({ kind: "promoted", report: { isPassed: true, heldOut: { days: 1 } } });
  expect(JSON.parse((await run(retrainCommand, ...words)).stdout)).toMatchObject({ kind: "nothing", reason: expect.stringContaining("is new since version") as string });
});

test("a history without labels, or without readings, is no failure", async () => {
  await using folder = await temporaryFolder();
  const words = ["--history", folder.file("history"), "--model-path", folder.file("model.json")];
  expect(await run(retrainCommand, ...words)).toMatchObject({ code: 0, stderr: expect.stringMatching(/nothing to learn: The history in .* holds no reading of smoke_sensor_data/) as string });
  await keep(folder.file("history"), ofDay(week, 1, () => NaN));
  expect(await run(retrainCommand, ...words)).toMatchObject({ code: 0, stderr: expect.stringMatching(/nothing to learn: No reading has a label yet: rules and z-scores go on without/) as string });
});

test.skipIf(reason)("on Kafka labels go to their topic, and from there into the history once", async () => {
  await using folder = await temporaryFolder();
  const config = readConfig({ KAFKA_BOOTSTRAP_SERVERS: servers!, MANGROVE_APP_ID: `labels-${process.pid}-${Date.now()}` });
  const own = pipeline(config.appId!).from(topic("readings"), smallSchema);
  const given = parseArguments(retrainCommand, []);
  await using keeper = openLabelKeeper(given, { config, pipeline: own }, { isKafka: true, now: () => 0 });
  const label = { sensor: "kitchen", fromMs: 1000, toMs: 2000, label: 1, who: "Ada" } as const;
  await keeper.keep([label, { ...label, label: 0 }]);
  const { signal } = new AbortController();
  expect(await drainLabels(given, { config, pipeline: own }, folder.path, signal)).toBe(2);
  expect(await drainLabels(given, { config, pipeline: own }, folder.path, signal)).toBe(0);
  await keeper.keep([label]);
  expect(await drainLabels(given, { config, pipeline: own }, folder.path, signal)).toBe(1);
  await using reader = await HistoryReader.open({ directory: folder.path });
  const rows = await reader.rows("SELECT label, number FROM labels ORDER BY number");
  expect(rows.map(({ label: said, number }) => [said, Number(number)])).toEqual([[1, 0], [0, 1], [1, 2]]);
});
