import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const candidates = [fileURLToPath(new URL("./.venv/bin/python", import.meta.url)), "python3", "python"];

/** A Python that can import the module, or the reason why there is none. Throws in CI, where it must be there. */
export function pythonWith(module: string): { python: string; reason: null } | { python: null; reason: string } {
  for (const python of candidates) {
    if (python.startsWith("/") && !existsSync(python)) continue;
    if (spawnSync(python, ["-c", `import ${module}`], { stdio: "ignore" }).status === 0) return { python, reason: null };
  }
  const reason = `no Python with ${module}: python3 -m venv test/parity/.venv && test/parity/.venv/bin/pip install -r test/parity/requirements.txt`;
  if (process.env["CI"] === "true") throw new Error(reason);
  console.log(`comparison with ${module} SKIPPED: ${reason}`);
  return { python: null, reason };
}

/** Runs a script of this folder on bytes, and returns the f32 numbers that it prints. */
export function runPython(python: string, script: string, args: readonly string[], input: Float32Array): Float32Array {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const printed = execFileSync(python, [path, ...args], { input: new Uint8Array(input.buffer, input.byteOffset, input.byteLength), maxBuffer: 1 << 30 });
  return new Float32Array(new Uint8Array(printed).buffer);
}
