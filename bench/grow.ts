import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { MangroveError } from "../kernel-as/errors.ts";
import type { BoostingData } from "./data.ts";
import { root } from "./program.ts";
import { pythonWith } from "./python.ts";

export interface Growth extends BoostingData {
  /** Whose forest it is to be. */
  readonly family: "xgboost" | "lightgbm";
  /** What `peers/grow.py` and the peers are told. */
  readonly task: object;
}

/** Writes the data of a bench into the folder, and has the library grow its forest there. Throws `MGV_USAGE` where there is no such library. */
export async function growForest(folder: string, { family, features, labels, task }: Growth): Promise<void> {
  const python = pythonWith(family);
  if (python === undefined) throw new MangroveError("MGV_USAGE", `The forest of this bench is grown by ${family}: add --peers, which installs it into bench/peers/.venv, or name benches that need none.`);
  await writeFile(join(folder, "features.f32"), features);
  await writeFile(join(folder, "labels.f32"), labels);
  await writeFile(join(folder, "task.json"), JSON.stringify(task));
  const grown = spawnSync(python, [join(root, "bench", "peers", "grow.py"), folder], { encoding: "utf8", env: { ...process.env, OMP_NUM_THREADS: "1" } });
  if (grown.status !== 0) throw new MangroveError("MGV_INTERNAL", `No forest was grown: ${grown.stderr.slice(-1000)}`);
}
