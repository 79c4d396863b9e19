import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import { MangroveError } from "../kernel-as/errors.ts";
import { root } from "./program.ts";

const own = join(root, "bench", "peers", ".venv");
const candidates = [join(own, "bin", "python"), join(root, "test", "parity", ".venv", "bin", "python"), "python3", "python"];

/** A Python that can import the module, if there is one. */
export function pythonWith(module: string): string | undefined {
  const can = (python: string) => spawnSync(python, ["-c", `import numpy, scipy, ${module}`], { stdio: "ignore" }).status === 0;
  return candidates.find((python) => (!isAbsolute(python) || existsSync(python)) && can(python));
}

/** Makes a Python environment of `folder` with the packages of a list, unless it has them. */
export async function installPackages(folder: string, list: string): Promise<void> {
  const stamp = join(folder, "installed.txt");
  const wanted = await readFile(list, "utf8");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted) return;
  const run = promisify(execFile);
  await run("python3", ["-m", "venv", "--clear", folder]);
  await run(join(folder, "bin", "python"), ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", list], { maxBuffer: 2 ** 26 });
  await writeFile(stamp, wanted);
}

/** The peers that are called from Python. Throws `MGV_USAGE` where they cannot be had. */
export async function installPeers(): Promise<void> {
  try {
    await installPackages(own, join(root, "bench", "peers", "requirements.txt"));
  } catch (cause) {
    throw new MangroveError("MGV_USAGE", `The peers could not be installed into bench/peers/.venv; they need Python 3.10 to 3.12 with venv, and a package index: ${(cause as Error).message.trim().split("\n").at(-1)}`, { cause });
  }
}
