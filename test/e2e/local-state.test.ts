import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import smoke from "../../pipelines/smoke.ts";
import { message } from "../api/service.ts";
import { writeStump } from "../fixtures/model.ts";
import { filesOf, query } from "../fixtures/query.ts";
import { start } from "../fixtures/run.ts";
import { runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

type Folder = Awaited<ReturnType<typeof temporaryFolder>>;

async function withModel(): Promise<Folder> {
  const folder = await temporaryFolder();
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);
  return folder;
}

const posted = (sequence: number) => message({ UTC: 1_654_733_331 + sequence, "eCO2[ppm]": 400 + sequence, sensor_id: "room" });

test("no reading is lost that was acknowledged, though the process is killed at once, and each is scored once", async () => {
  await using folder = await withModel();
  const up = () => start("node", ["mangrove.ts", "up", "--port", "0", "--source", "http", "--state", "state", "--out", "out", "--model-path", "model.json", "--commit-interval", "50", "--snapshot-interval", "100"], { cwd: folder.path });
  let acknowledged = 0;
  const post = async (url: string, count: number) => {
    const body = Array.from({ length: count }, () => JSON.stringify(posted(acknowledged++))).join("\n");
    const answer = await fetch(`${url}/readings`, { method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body });
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: count, topic: smoke.readings, refused: [] }]);
  };
  for (let kill = 0; kill < 5; kill++) {
    await using killed = up();
    const [, url] = await killed.seen(/api {5}(http:\S+)/);
    for (let i = 0; i <= kill; i++) await post(url!, 1 + i * 7);
    // disposing kills it
  }
  await using last = up();
  const [, url] = await last.seen(/api {5}(http:\S+)/);
  await post(url!, 3);
  const predictions = async () => (await readFile(folder.file("out/smoke_predictions-1.jsonl"), "utf8").catch(() => "")).split("\n").slice(0, -1).map((line) => (JSON.parse(line) as Record<string, any>)["sensor_data"]["eCO2[ppm]"] as number);
  await expect.poll(async () => (await predictions()).length).toBe(acknowledged);
  expect(await predictions()).toEqual(Array.from({ length: acknowledged }, (_, i) => 400 + i));
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ guarantee: "exactly-once" });
  last.signal("SIGTERM");
  expect(await last.ended, last.stderr()).toBe(0);
  const kept = await query(`SELECT "eCO2[ppm]" AS value FROM ${filesOf(folder.file("history"), "readings")} ORDER BY "offset"`);
  expect(kept.map(({ value }) => Number(value))).toEqual(Array.from({ length: acknowledged }, (_, i) => 400 + i));
});

test.each(Object.keys(runtimes) as RuntimeName[])("a directory that an engine on %s holds is refused to others, and free once that was killed", async (runtime) => {
  await using folder = await withModel();
  const engine = (on: RuntimeName) => start(on, ["engine/main.ts", "--source", "simulate", "--state", "state", "--model-path", "model.json"], { cwd: folder.path });
  {
    await using holder = engine(runtime);
    await holder.seen(/exactly once by the state in state/);
    await using other = engine("node");
    expect(await other.ended).toBe(2);
    expect(other.stderr()).toMatch(/^MGV_USAGE: The directory state is in use by another process, \d+: .*--state/m);
  }
  await using next = engine(runtime);
  await next.seen(/partition 0 goes on at offset/);
  next.signal("SIGTERM");
  expect(await next.ended, next.stderr()).toBe(0);
});

test("a simulation that is stopped goes on in its directory, message by message, as if it had not been", async () => {
  await using folder = await withModel();
  const engine = (name: string, ...words: string[]) => start("node", ["engine/main.ts", "--source", "simulate", "--duration", "900", "--until-end", "--state", name, "--out", `${name}-out`, "--history", `${name}-history`, "--model-path", "model.json", ...words], { cwd: folder.path });
  {
    await using calm = engine("calm", "--speed", "max");
    expect(await calm.ended, calm.stderr()).toBe(0);
  }
  for (const end of ["SIGTERM", "SIGINT"] as const) {
    await using stopped = engine("stopped", "--speed", "max");
    await stopped.seen(/engine {2}simulation/);
    stopped.signal(end);
    expect(await stopped.ended, stopped.stderr()).toBe(0);
  }
  await using stopped = engine("stopped", "--speed", "max");
  expect(await stopped.ended, stopped.stderr()).toBe(0);
  for (const topic of smoke.outputTopics) {
    const [one, other] = await Promise.all(["calm", "stopped"].map((name) => readFile(folder.file(join(`${name}-out`, `${topic}-0.jsonl`)), "utf8")));
    expect(one === other, `${topic} differs`).toBe(true);
  }
});

test("what a directory was begun with stays", async () => {
  await using folder = await withModel();
  const ended = async (...words: string[]) => {
    await using engine = start("node", ["engine/main.ts", "--until-end", "--speed", "max", "--state", "state", "--model-path", "model.json", ...words], { cwd: folder.path });
    return { code: await engine.ended, said: engine.stderr() };
  };
  const csv = ["UTC,Temperature[C],Humidity[%],TVOC[ppb],eCO2[ppm],Raw H2,Raw Ethanol,Pressure[hPa],PM1.0,PM2.5,NC0.5,NC1.0,NC2.5", ...Array.from({ length: 4 }, (_, i) => `${1_654_733_331 + i},20,50,10,400,12900,19700,937,1,1,8,1,0`), ""];
  await writeFile(folder.file("a.csv"), csv.join("\n"));
  await writeFile(folder.file("b.csv"), csv.join("\n"));
  expect(await ended("--data", "a.csv")).toMatchObject({ code: 0 });
  // predictions are in the history
  expect((await readdir(folder.file("state/outputs"))).sort()).toEqual(["smoke_alerts", "smoke_analytics", "smoke_dead_letter"].flatMap((name) => [`${name}-0.jsonl`, `${name}-1.jsonl`]));
  expect(await ended("--data", "b.csv")).toMatchObject({ code: 2, said: expect.stringMatching(/MGV_USAGE: state was begun with something else: its file was ".*a\.csv", and is ".*b\.csv"\. .*--state/) as string });
  expect(await ended("--source", "simulate", "--duration", "60")).toMatchObject({ code: 2, said: expect.stringContaining('its source was "replay", and is "simulate"') as string });
  await writeFile(folder.file("a.csv"), csv.slice(0, 3).join("\n"));
  expect(await ended("--data", "a.csv")).toMatchObject({ code: 2, said: expect.stringMatching(/a\.csv has 2 records, and 4 of it were taken in before/) as string });
  await writeFile(folder.file("a.csv"), csv.join("\n").replace("UTC,", "utc,"));
  expect(await ended("--data", "a.csv")).toMatchObject({ code: 2, said: expect.stringContaining("its header was") as string });
  await writeFile(folder.file("state/state.json"), (await readFile(folder.file("state/state.json"), "utf8")).replace('"mangrove": 1', '"mangrove": 2'));
  expect(await ended("--data", "a.csv")).toMatchObject({ code: 2, said: expect.stringContaining("is a state of version 2, and this is version 1") as string });
});
