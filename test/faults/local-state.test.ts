import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { writeStump } from "../fixtures/model.ts";
import { filesOf, query } from "../fixtures/query.ts";
import { random } from "../fixtures/random.ts";
import { start, type RunningProgram } from "../fixtures/run.ts";
import type { RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { Feed } from "./feed.ts";
import { faultsPipeline } from "./pipeline.ts";
import { patienceMs } from "./short.ts";
import { until } from "./until.ts";

const ROUNDS = 60;
const SENSORS = 8;
const KILLS = 12;
/** On a slow machine more, or less, is done between two kills; and something is to be left after the last. */
const LEAST_KILLS = 4;

/** A feed as lines: sensors out of order, poison, and silence, of which a replay makes nothing. */
async function writeFeed(path: string, seed: number): Promise<number> {
  const feed = new Feed({ seed, partitions: 1, sensors: SENSORS, startMs: 1_700_000_000_000 });
  const rounds = Array.from({ length: ROUNDS }, (_, round) => (round === ROUNDS - 1 ? feed.flush() : feed.round(1_700_000_000_000)));
  const lines = rounds.flat().map(({ value }) => Buffer.from(value)).filter(({ length }) => length > 0);
  await writeFile(path, Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")])));
  return lines.length;
}

/** Every file of outputs, by name. */
async function outputsIn(directory: string): Promise<Map<string, string>> {
  const names = (await readdir(directory)).sort();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), "utf8")] as const)));
}

function historyIn(directory: string) {
  return Promise.all(["readings", "predictions"].map((kind) => query(`SELECT * EXCLUDE (file_row_number) FROM ${filesOf(directory, kind)} ORDER BY partition, "offset"`)));
}

test.each<[RuntimeName]>([["node"], ["bun"], ["deno"]])("a replay on %s whose engine is killed again and again leaves the outputs, windows and history of one that nothing disturbs", async (runtime) => {
  await using folder = await temporaryFolder();
  const seed = Date.now() % 1_000_000_000;
  console.log(`feed and kills of seed ${seed}`);
  const next = random(seed);
  const records = await writeFeed(folder.file("feed.jsonl"), seed);
  await writeStump(folder.file("model.json"), faultsPipeline("local"), "value - mean 10s", 35);
  const engine = (name: string, ...words: string[]): RunningProgram => {
    const places = ["--state", name, "--history", `${name}-history`, "--out", `${name}-out`, "--model-path", "model.json"];
    const intervals = ["--commit-interval", "20", "--snapshot-interval", "60"];
    return start(runtime, ["mangrove.ts", "engine", join(import.meta.dirname, "pipeline.ts"), "--source", "replay", "--data", "feed.jsonl", "--until-end", ...places, ...intervals, ...words], { cwd: folder.path, env: { FAULTS_RUN: "local" } });
  };

  const written = () => stat(folder.file("killed-out/local-predictions-0.jsonl")).then(({ size }) => size, () => 0);
  const committedNow = async () => (await outputsIn(folder.file("killed-out"))).get("local-predictions-0.jsonl")?.split("\n").length ?? 0;
  const isEnough = async (kills: number) => {
    const committed = await committedNow();
    return committed >= records / 2 || (kills >= KILLS && committed > records / 50);
  };
  for (let kill = 0; kill < LEAST_KILLS || !(await isEnough(kill)); kill++) {
    const before = await written();
    await using killed = engine("killed", "--speed", "6000");
    await killed.seen(/engine {2}replay/);
    // now and then while its state is put back
    if (kill % 3 !== 2) await until("the engine writes", async () => (await written()) > before, { withinMs: 120_000 });
    await delay(Math.floor(next() * 150));
    // disposing kills it
  }
  const committed = await committedNow();
  expect(committed, "the run is void: nothing was committed, or nothing was left").toBeGreaterThan(records / 50);
  expect(committed, "the run is void: nothing was left to do").toBeLessThan(records * 0.95);
  for (const name of ["killed", "calm"]) {
    await using last = engine(name, "--speed", "max");
    expect(await last.ended, last.stderr()).toBe(0);
  }
  const [killed, calm] = [await outputsIn(folder.file("killed-out")), await outputsIn(folder.file("calm-out"))];
  expect([...killed.keys()]).toEqual([...calm.keys()]);
  for (const [name, text] of calm) expect(killed.get(name) === text, `${name} differs`).toBe(true);
  for (const kind of ["predictions", "windows", "updates", "running", "late", "bounds", "alerts", "dead"]) expect(calm.get(`local-${kind}-0.jsonl`), kind).not.toBe("");
  expect(await historyIn(folder.file("killed-history"))).toEqual(await historyIn(folder.file("calm-history")));
}, patienceMs);
