import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { root } from "./program.ts";

const candidates = [join(root, "test", "parity", ".venv", "bin", "python"), "python3", "python"];

/** A Python that can import the module, if there is one. */
export function pythonWith(module: string): string | undefined {
  const can = (python: string) => spawnSync(python, ["-c", `import numpy, scipy, ${module}`], { stdio: "ignore" }).status === 0;
  return candidates.find((python) => (!isAbsolute(python) || existsSync(python)) && can(python));
}
