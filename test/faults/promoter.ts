import process from "node:process";
import { MangroveError } from "../../kernel-as/errors.ts";
import { Registry } from "../../trainer/registry/registry.ts";
import { modelBytes } from "../fixtures/registry.ts";
import { random } from "../fixtures/random.ts";

/*
 * Keeps, promotes and rolls back models of a registry, by a seed and without end: `promoter.ts FOLDER NAME SEED`. Says on stdout what has been acknowledged, a line each; whoever started it kills it.
 */
const [folder, name, seed] = process.argv.slice(2);
const next = random(Number(seed));
const registry = await Registry.open({ path: `${folder}/m.json`, now: Date.now });
for (let act = 0; ; act++) {
  const about = { by: name!, reason: `act ${act}` };
  const number = 1 + Math.floor(next() * 6);
  const isBack = next() < 0.3;
  try {
    const { version } = await registry.keep(modelBytes(number), { by: name!, verdict: "challenger", reasons: [about.reason], card: `# ${number}` });
    const { promoted } = await (isBack ? registry.rollback(about) : registry.promote(version, about));
    // nothing is done where it is the champion already, or another writer has been faster since
    if (promoted?.by === name && promoted?.reason === about.reason) process.stdout.write(`${about.reason}\n`);
  } catch (thrown) {
    if (MangroveError.from(thrown).code !== "MGV_MODEL_MISSING") throw thrown;
  }
}
