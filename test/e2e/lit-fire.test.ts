import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import smoke from "../../pipelines/smoke.ts";
import { writeStump } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const simulated = ["--source", "simulate", "--sensors", "12", "--speed", "max"];

test("a fire that was lit burns again after kill -9, and the run equals one that nothing disturbed with the same fire", async () => {
  await using folder = await temporaryFolder();
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);
  const words = (name: string, seconds: number) => [...simulated, "--duration", String(seconds), "--until-end", "--state", name, "--out", `${name}-out`, "--history", `${name}-history`, "--model-path", "model.json", "--commit-interval", "100", "--snapshot-interval", "300"];
  const seconds = 20_000;
  const light = async (url: string, sensor: string) => {
    const post = () => fetch(`${url}/simulation/fires`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ sensor_id: sensor }) });
    await expect.poll(async () => (await post()).status).toBe(200);
  };
  for (const sensor of ["sensor-03", "sensor-08"]) {
    await using killed = start("node", ["mangrove.ts", "up", "--port", "0", ...words("disturbed", seconds)], { cwd: folder.path });
    const [, url] = await killed.seen(/api {5}(http:\S+)/);
    await light(url!, sensor);
    // disposing kills it
  }
  const fires = JSON.parse(await readFile(folder.file("disturbed/fires.json"), "utf8")) as { fires: { sensor: string; step: number }[] };
  expect(fires.fires.map(({ sensor }) => sensor)).toEqual(["sensor-03", "sensor-08"]);
  expect(fires.fires[0]!.step).toBeGreaterThan(0);
  expect(fires.fires[1]!.step).toBeLessThan(seconds);
  const run = async (...given: string[]) => {
    await using engine = start("node", ["engine/main.ts", ...given], { cwd: folder.path });
    expect(await engine.ended, engine.stderr()).toBe(0);
  };
  await run(...words("disturbed", seconds));
  // a state that holds the fires before its first reading
  await mkdir(folder.file("calm"));
  for (const name of ["state.json", "fires.json"]) await copyFile(folder.file(`disturbed/${name}`), folder.file(`calm/${name}`));
  await run(...words("calm", seconds));
  for (const topic of smoke.outputTopics) {
    const [one, other] = await Promise.all(["calm", "disturbed"].map((name) => readFile(folder.file(join(`${name}-out`, `${topic}-0.jsonl`)), "utf8")));
    expect(one === other, `${topic} differs`).toBe(true);
    expect(one!.length > 0 || topic === smoke.deadLetters).toBe(true);
  }
});
