import { createServer, type AddressInfo } from "node:net";
import { access, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import smoke from "../../pipelines/smoke.ts";
import { writeStump } from "../fixtures/model.ts";
import { recordingAbsent, recordingPath } from "../fixtures/recording.ts";
import { start } from "../fixtures/run.ts";
import { runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const reading = { "Temperature[C]": 20, "Humidity[%]": 50, "TVOC[ppb]": 10, "eCO2[ppm]": 400, "Raw H2": 12_900, "Raw Ethanol": 19_700, "Pressure[hPa]": 937, "PM1.0": 1, "PM2.5": 1, "NC0.5": 8, "NC1.0": 1.5, "NC2.5": 0.1 };

test.each(Object.keys(runtimes) as RuntimeName[])("up on %s trains the first model, serves it, scores the simulation, and drains on Ctrl-C", async (runtime) => {
  await using folder = await temporaryFolder();
  await using up = start(runtime, ["mangrove.ts", "up", "--port", "0"], { cwd: folder.path });
  const [, url] = await up.seen(/api {5}(http:\S+)/);
  await up.seen(/engine {2}simulation/);
  await access(folder.file("models/smoke_detection_model.json"));
  expect(await readFile(folder.file("models/smoke_detection_model.card.md"), "utf8")).toContain("**Trained on simulated readings.**");
  const answer = await fetch(`${url}/predict`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(reading) });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ prediction_label: expect.stringMatching(/^(no_)?fire$/), model_info: { trained_on: "simulated" } });
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  await expect.poll(async () => Number(/^mangrove_readings_total (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1])).toBeGreaterThan(12);
  up.signal("SIGINT");
  expect(await up.ended, up.stderr()).toBe(0);
  expect(up.stderr()).toMatch(/engine {2}drained: \d+ readings/);
});

test("a port that is taken is one clear sentence and exit code 1, before anything is trained", async () => {
  await using folder = await temporaryFolder();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  await using up = start("node", ["mangrove.ts", "up", "--port", String(port)], { cwd: folder.path });
  expect(await up.ended).toBe(1);
  other.close();
  expect(up.stderr()).toMatch(new RegExp(`MGV_PORT_BUSY: Port ${port} .* --port`));
  expect(up.stderr()).not.toContain("training");
});

test("a broker that is not there is one clear sentence and exit code 1, after the stated tries", async () => {
  await using folder = await temporaryFolder();
  await using up = start("node", ["mangrove.ts", "up", "--port", "0"], { cwd: folder.path, env: { KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1" } });
  expect(await up.ended).toBe(1);
  expect(up.stderr()).toContain("try 1 of 4 failed");
  expect(up.stderr().trim().split("\n").at(-1)).toMatch(/^MGV_BROKER: .*127\.0\.0\.1:1/);
});

test.each<[string, (folder: string) => Record<string, string>, boolean]>([
  ["an empty folder for what Node compiles is filled", (folder) => ({ NODE_COMPILE_CACHE: folder }), true],
  ["where Node is to keep nothing that it compiles, nothing is kept", (folder) => ({ NODE_COMPILE_CACHE: folder, NODE_DISABLE_COMPILE_CACHE: "1" }), false],
])("%s, and everything starts", async (_, environment, isKept) => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file("compiled"));
  await using api = start("node", ["mangrove.ts", "api", "--port", "0", "--model-path", await anyModel(folder)], { cwd: folder.path, env: environment(folder.file("compiled")) });
  const [, url] = await api.seen(/api {5}(http:\S+)/);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  api.signal("SIGINT");
  expect(await api.ended, api.stderr()).toBe(0);
  expect((await readdir(folder.file("compiled"))).length > 0).toBe(isKept);
});

const engine = (...args: string[]) => ["engine/main.ts", ...args];
const csv = "--data";

test.each<[string, string[], Record<string, string>, number, RegExp]>([
  ["a file that is not there", engine(csv, "nowhere.csv", "--until-end"), {}, 1, /MGV_FILE_READ: .*nowhere\.csv/],
  ["an empty file", engine(csv, "empty.csv", "--until-end"), {}, 1, /MGV_CSV_EMPTY: empty\.csv/],
  ["a CSV without the sensor's columns", engine(csv, "other.csv", "--until-end"), {}, 1, /MGV_CSV_COLUMN: .*Temperature/],
  ["a model that is cut short", engine("--model-path", "cut.json", "--source", "simulate"), {}, 1, /MGV_MODEL_FORMAT: .*cut short/],
  ["no model and no training", engine("--source", "simulate"), { ML_AUTO_TRAIN_ON_STARTUP: "false" }, 1, /MGV_MODEL_MISSING/],
  ["an unknown flag", engine("--sped", "max"), {}, 2, /Did you mean --speed\?/],
  ["an unknown fault", engine("--faults", "mising=0.1"), {}, 2, /missing/],
  ["an unknown variable", engine(), { MANGROVE_HISTORY: "x" }, 1, /MGV_CONFIG: There is no variable MANGROVE_HISTORY/],
  ["an unknown command", ["mangrove.ts", "trian"], {}, 2, /Did you mean train\?/],
  ["training on a CSV without the label", ["mangrove.ts", "train", csv, "other.csv"], {}, 1, /MGV_LABEL: .*"Fire Alarm"/],
  ["training another kind of data onto the smoke model", ["mangrove.ts", "train", csv, "other.csv", "--label", "y"], {}, 2, /--out/],
])("%s ends in a sentence with a code, and nothing crashes", async (_, args, env, code, sentence) => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("empty.csv"), "");
  await writeFile(folder.file("other.csv"), "x,y\n1,0\n2,1\n");
  await writeFile(folder.file("cut.json"), '{"learner":{"attri');
  if (!args.includes("--model-path") && args[0] === "engine/main.ts" && args.includes(csv)) args = [...args, "--model-path", await anyModel(folder)];
  await using program = start("node", args, { cwd: folder.path, env });
  expect(await program.ended, program.stderr()).toBe(code);
  expect(program.stderr()).toMatch(sentence);
  expect(program.stderr()).not.toMatch(/^\s+at /m);
});

async function anyModel(folder: { file(name: string): string }): Promise<string> {
  await writeStump(folder.file("model.json"), smoke, "PM2.5", 10);
  return folder.file("model.json");
}

test("train learns a CSV of another kind with --label and --out, and the file says what it was trained on", async () => {
  await using folder = await temporaryFolder();
  const rows = Array.from({ length: 400 }, (_, i) => `${i},${(i * 37) % 101},${(i * 53) % 89},${(i * 37) % 101 > 50 ? 1 : 0}`);
  await writeFile(folder.file("machines.csv"), `row,speed,load,failed\n${rows.join("\n")}\n`);
  await using train = start("node", ["mangrove.ts", "train", "--data", "machines.csv", "--label", "failed", "--out", "m.json", "--rounds", "10"], { cwd: folder.path });
  expect(await train.ended, train.stderr()).toBe(0);
  expect(train.stderr()).toMatch(/learning "failed" from speed, load/);
  const manifest = (await readdir(folder.file("versions/m"))).find((name) => name.endsWith(".manifest.json"));
  expect(await readFile(folder.file(`versions/m/${manifest}`), "utf8")).toContain("machines.csv");
});

test.skipIf(recordingAbsent)("train on the real recording gives the three splits, and the random one flatters", async () => {
  await using folder = await temporaryFolder();
  await using train = start("bun", ["mangrove.ts", "train", "--data", recordingPath, "--json"], { cwd: folder.path });
  expect(await train.ended, train.stderr()).toBe(0);
  const { trainedOn, rows, splits } = JSON.parse(train.stdout()) as { trainedOn: unknown; rows: number; splits: { name: string; metrics: { accuracy: number; auc: number } }[] };
  expect(rows).toBe(62_630);
  expect(trainedOn).toMatchObject({ kind: "readings", count: 62_630, firstMs: 1_654_712_187_000 });
  const [random, blocks, recordings] = splits.map(({ metrics }) => metrics);
  expect(random!.accuracy).toBeGreaterThan(0.999);
  expect(blocks!.accuracy).toBeGreaterThan(0.9);
  expect(blocks!.accuracy).toBeLessThan(0.99);
  expect(recordings!.auc).toBeLessThan(0.6);
  expect(train.stderr()).toContain("no better than chance");
  expect(train.stderr()).toContain("R2 = R1");
});

test("Ctrl-C during the first training stops with exit code 0 and leaves no model behind", async () => {
  await using folder = await temporaryFolder();
  await using up = start("node", ["mangrove.ts", "up", "--port", "0"], { cwd: folder.path });
  await up.seen(/training 10-minute blocks, 2 of 5/);
  up.signal("SIGINT");
  expect(await up.ended, up.stderr()).toBe(0);
  expect(up.stderr()).toMatch(/stopped\s*$/);
  await expect(access(folder.file("models/smoke_detection_model.json"))).rejects.toThrow("ENOENT");
});

test.each(Object.keys(runtimes) as RuntimeName[])("who reads stderr may be gone before an engine on %s has drained", async (runtime) => {
  await using folder = await temporaryFolder();
  await using engine = start(runtime, ["mangrove.ts", "engine", "--source", "simulate", "--speed", "100", "--history", "history", "--out", "out"], { cwd: folder.path, env: { ENABLE_ML_PREDICTIONS: "false" } });
  await engine.seen(/engine {2}simulation/);
  await expect.poll(() => readdir(folder.file("out")).catch(() => [])).not.toEqual([]);
  engine.turnAway();
  engine.signal("SIGINT");
  expect(await engine.ended).toBe(0);
});

test("api alone waits for a model, serves the one that a training puts there, and follows the next", async () => {
  await using folder = await temporaryFolder();
  await using api = start("bun", ["mangrove.ts", "api", "--port", "0"], { cwd: folder.path, env: { MODEL_RELOAD_INTERVAL: "0.2" } });
  const [, url] = await api.seen(/api {5}(http:\S+)/);
  await api.seen(/waits for a model/);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  const versionNow = async () => ((await (await fetch(`${url}/health`)).json()) as { model_version: string | null }).model_version;
  let before = await versionNow();
  for (const seed of ["1", "2"]) {
    await using train = start("node", ["mangrove.ts", "train", "--rooms", "12", "--rounds", "3", "--seed", seed], { cwd: folder.path });
    expect(await train.ended, train.stderr()).toBe(0);
    await expect.poll(versionNow).not.toBe(before);
    before = await versionNow();
  }
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  api.signal("SIGTERM");
  expect(await api.ended, api.stderr()).toBe(0);
});

test("too many dead letters are told once, counted, and a reason for health to be degraded", async () => {
  await using folder = await temporaryFolder();
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);
  await writeFile(folder.file("bad.jsonl"), `${JSON.stringify({ ...reading, UTC: 1 })}\n${'{"UTC":\n'.repeat(30)}`);
  const words = ["up", "--port", "0", "--model-path", folder.file("model.json"), "--data", folder.file("bad.jsonl"), "--speed", "max", "--dead-letter-limit", "29"];
  await using up = start("node", ["mangrove.ts", ...words], { cwd: folder.path });
  const [, url] = await up.seen(/api {5}(http:\S+)/);
  await up.seen(/engine {2}at the end of its source/);
  expect(up.stderr().match(/^ALERT .*$/gm)).toEqual(["ALERT   more than 29 dead letters in a minute, on smoke_dead_letter; the last one: MGV_JSON: not JSON"]);
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "degraded", reasons: ["30 dead letters in the last minute, more than 29"] });
  expect(await (await fetch(`${url}/metrics`)).text()).toContain("\nmangrove_dead_letter_alerts_total 1\n");
});
