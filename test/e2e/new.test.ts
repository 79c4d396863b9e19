import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { pumpsCsv } from "../fixtures/pumps.ts";
import { start } from "../fixtures/run.ts";
import { runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

test.each(Object.keys(runtimes) as RuntimeName[])("on %s a table that the project knows nothing of is learnt, served and watched without a line of code", async (runtime) => {
  await using folder = await temporaryFolder();
  const inFolder = { cwd: folder.path };
  await writeFile(folder.file("pumps.csv"), pumpsCsv({ seed: 11, rows: 6000 }));

  for (const words of [["new", "--from", "pumps.csv"], ["train", "pumps.ts", "--data", "pumps.csv", "--split", "random"]]) {
    await using program = start(runtime, ["mangrove.ts", ...words], inFolder);
    expect(await program.ended, program.stderr()).toBe(0);
  }
  await using engine = start(runtime, ["mangrove.ts", "engine", "pumps.ts", "--data", "pumps.csv", "--speed", "max", "--until-end", "--out", "out"], inFolder);
  expect(await engine.ended, engine.stderr()).toBe(0);
  expect(engine.stderr()).toMatch(/ALERT {3}\w+ at .*: [ABC] looks like leak/);
  const predictions = (await readFile(folder.file("out/pumps_predictions.jsonl"), "utf8")).trim().split("\n");
  expect(predictions).toHaveLength(6000);

  await using up = start(runtime, ["mangrove.ts", "up", "pumps.ts", "--data", "pumps.csv", "--speed", "1000", "--port", "0"], inFolder);
  const [, url] = await up.seen(/api {5}(http:\S+)/);
  const answer = await fetch(`${url}/predict`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ pump: "Z", no: 1, flow: 17, pressure: 3.5, motor_temp: 60 }) });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ prediction: 1, prediction_label: "leak", missing: [] });
  up.signal("SIGINT");
  expect(await up.ended, up.stderr()).toBe(0);
});

test("a pipeline of rules alone is served without a model, and one that nothing can be learnt for says so", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("pumps.csv"), pumpsCsv({ seed: 12, rows: 600 }));
  for (const words of [["--label", "none", "--out", "rules.ts"], ["--out", "scored.ts"]]) {
    await using made = start("node", ["mangrove.ts", "new", "--from", "pumps.csv", ...words], { cwd: folder.path });
    expect(await made.ended, made.stderr()).toBe(0);
  }
  await using up = start("node", ["mangrove.ts", "up", "rules.ts", "--data", "pumps.csv", "--port", "0"], { cwd: folder.path });
  const [, url] = await up.seen(/api {5}(http:\S+)/);
  await up.seen(/engine {2}replay/);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "healthy", model_loaded: false });
  expect(up.stderr()).not.toContain("train ");
  up.signal("SIGINT");
  expect(await up.ended, up.stderr()).toBe(0);
  await using lacking = start("node", ["mangrove.ts", "up", "scored.ts", "--source", "simulate", "--port", "0"], { cwd: folder.path });
  expect(await lacking.ended).toBe(1);
  expect(lacking.stderr()).toContain("MGV_MODEL_MISSING: There is no model at models/pumps.json, and nothing to learn one from: mangrove train scored.ts --data FILE.csv");
});
