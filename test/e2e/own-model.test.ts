import { join } from "node:path";
import { expect, test } from "vitest";
import { versionOf } from "../../engine/model/version.ts";
import machine from "../../pipelines/machine.ts";
import { Registry } from "../../trainer/registry/registry.ts";
import { stumpModel } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import { projectRoot } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const FILE = join(projectRoot, "pipelines/machine.ts");
const model = (split: number) => new TextEncoder().encode(stumpModel(machine, "vibration_rms", split).text);

test("versions and aliases of a pipeline of one's own are those beside its own model", async () => {
  await using folder = await temporaryFolder();
  const registry = await Registry.open({ path: folder.file("models/machine.json"), now: Date.now });
  const [first, second] = [model(3), model(5)];
  for (const bytes of [first, second]) await registry.keep(bytes, { by: "ada", verdict: "challenger", reasons: ["to be looked at"] });
  await registry.promote(versionOf(first), { by: "ada", reason: "the first" });

  const mangrove = async (...words: string[]) => {
    await using program = start("node", ["mangrove.ts", ...words], { cwd: folder.path });
    const code = await program.ended;
    return { code, stdout: program.stdout(), stderr: program.stderr() };
  };
  const info = await mangrove("model", "info", "challenger", FILE, "--json");
  expect(JSON.parse(info.stdout || info.stderr)).toMatchObject({ version: versionOf(second) });
  const trial = await mangrove("model", "trial", "challenger", FILE, "--json");
  expect(JSON.parse(trial.stdout || trial.stderr)).toMatchObject({ trial: { mode: "shadow", file: expect.stringContaining(join("models/versions/machine", `${versionOf(second)}.json`)) as string } });
  // both models are found; what is lacking is what they are compared by
  const compared = await mangrove("backtest", versionOf(second).slice(0, 6), FILE, "--against", "champion");
  expect(compared.stderr).toMatch(/MGV_TRAIN_DATA: The history in .* holds no reading/);
});
