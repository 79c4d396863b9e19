import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { LabelledRows } from "../../../kernel-as/model/training.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { pythonWith } from "../python.ts";

export interface PeerTask {
  readonly width: number;
  readonly categorical: readonly number[];
  readonly learned: LabelledRows;
  /** Rows whose margins are asked for. */
  readonly predicted: Float32Array;
  readonly rounds: number;
  readonly xgboost: Readonly<Record<string, unknown>>;
  readonly lightgbm: Readonly<Record<string, unknown>>;
}

export interface PeerMargins {
  readonly xgboost: Float64Array;
  readonly lightgbm: Float64Array;
}

const { python, reason } = pythonWith("xgboost, lightgbm");

/** Why the peers cannot be asked; null where they can. */
export const peersAbsent = reason;

/** Margins by both libraries, trained on the same rows, a task each. One process, one thread. */
export async function marginsOfPeers(tasks: readonly PeerTask[]): Promise<PeerMargins[]> {
  await using folder = await temporaryFolder();
  for (const [i, { learned, predicted }] of tasks.entries()) {
    await writeFile(folder.file(`${i}.rows`), learned.features);
    await writeFile(folder.file(`${i}.labels`), learned.labels);
    if (learned.weights) await writeFile(folder.file(`${i}.weights`), learned.weights);
    await writeFile(folder.file(`${i}.others`), predicted);
  }
  const told = tasks.map(({ learned, width, categorical, rounds, xgboost, lightgbm }, i) => ({ name: String(i), weighted: Boolean(learned.weights), width, categorical, rounds, xgboost, lightgbm }));
  const script = fileURLToPath(new URL("./peers.py", import.meta.url));
  execFileSync(python!, [script, folder.path], { input: JSON.stringify(told), stdio: ["pipe", "ignore", "inherit"], env: { ...process.env, OMP_NUM_THREADS: "1" } });
  return tasks.map((_, i) => {
    const margins = (library: string) => new Float64Array(new Uint8Array(readFileSync(folder.file(`${i}.${library}`))).buffer);
    return { xgboost: margins("xgboost"), lightgbm: margins("lightgbm") };
  });
}
