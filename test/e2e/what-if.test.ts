import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { join } from "node:path";
import { expect, test } from "vitest";
import smoke from "../../pipelines/smoke.ts";
import { message } from "../api/service.ts";
import { writeStump } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import { projectRoot } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const linesOf = async (file: string) => (await readFile(file, "utf8").catch(() => "")).split("\n").slice(0, -1).map((line) => JSON.parse(line) as Record<string, any>);

const whyNoLimit = await promisify(execFile)("prlimit", ["--version"]).then(() => null, () => "prlimit, which bounds the size of files, is not there");

// Deno is ended by the signal that comes with the bound, and not with a disk that is full
test.skipIf(whyNoLimit).each(["node", "bun"] as const)("on %s a disk that is full refuses readings and loses none that it took, and the same process goes on once there is room", async (runtime) => {
  await using folder = await temporaryFolder();
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);
  await using up = start(runtime, ["mangrove.ts", "up", "--port", "0", "--source", "http", "--state", "state", "--out", "out", "--model-path", "model.json", "--commit-interval", "50"], { cwd: folder.path });
  const [, url] = await up.seen(/api {5}(http:\S+)/);
  const post = (number: number) => {
    const body = JSON.stringify(message({ UTC: 1_654_733_331 + number, "eCO2[ppm]": 400 + number, sensor_id: "room" }));
    return fetch(`${url}/readings`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  };
  const scored = async () => (await linesOf(folder.file("out/smoke_predictions-1.jsonl"))).map((line) => line["sensor_data"]["eCO2[ppm]"] as number);
  expect((await post(0)).status).toBe(202);
  await expect.poll(scored).toEqual([400]);

  await limitFiles(up.pid, 100);
  const refused = await post(1);
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: "MGV_FILE_WRITE" }]);
  await limitFiles(up.pid, "unlimited");

  await expect.poll(async () => (await post(2)).status).toBe(202);
  await expect.poll(async () => (await scored()).at(-1)).toBe(402);
  // of what was refused some may have been taken
  expect((await scored()).filter((value) => value !== 401 && value !== 402)).toEqual([400]);
  up.signal("SIGTERM");
  expect(await up.ended, up.stderr()).toBe(0);
});

/** No file of a process may become larger, as on a disk that is full: what is written beyond is cut off, and an error. */
async function limitFiles(pid: number, bytes: number | "unlimited"): Promise<void> {
  await promisify(execFile)("prlimit", ["--pid", String(pid), `--fsize=${bytes}:unlimited`]);
}

test("what a function of many rows throws ends the engine at each start, and no reading is lost once it is mended", async () => {
  await using folder = await temporaryFolder();
  const rows = Array.from({ length: 50 }, (_, i) => `${1_700_000_000 + i},room,${i}`);
  await writeFile(folder.file("levels.csv"), ["t,sensor,level", ...rows, ""].join("\n"));
  const engine = async (columns: string) => {
    await writeFile(
      folder.file("levels.ts"),
      `import { field, pipeline, schema, topic } from "${pathToFileURL(join(projectRoot, "engine/index.ts")).href}";
       const level = schema({ fields: [field("level")], time: { keys: ["t"], unit: "s" }, sensorKeys: ["sensor"], label: "fault" });
       export default pipeline("levels").from(topic("levels"), level).map("double", { adds: ["double"], columns: ${columns} }).to(topic("doubled"));`,
    );
    await using program = start("node", ["mangrove.ts", "engine", "levels.ts", "--data", "levels.csv", "--state", "state", "--out", "out", "--speed", "max", "--until-end"], { cwd: folder.path });
    return { code: await program.ended, said: program.stderr() };
  };
  const broken = `({ level }) => { if (level.includes(30)) throw new Error("thirty"); return { double: level.map((each) => each * 2) }; }`;
  for (let life = 0; life < 2; life++) {
    const { code, said } = await engine(broken);
    expect([code, said]).toEqual([1, expect.stringMatching(/^MGV_STEP: .*double.*thirty/m)]);
  }
  const { code, said } = await engine(`({ level }) => ({ double: level.map((each) => each * 2) })`);
  expect(code, said).toBe(0);
  expect((await linesOf(folder.file("out/doubled-0.jsonl"))).map((line) => line["double"] as number)).toEqual(rows.map((_, i) => 2 * i));
});
