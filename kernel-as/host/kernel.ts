import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { instantiate } from "@assemblyscript/loader";
import { MangroveError } from "../errors.ts";
import { Kernel, type KernelExports } from "./instance.ts";

export { Kernel, LARGEST_BLOCK, Scratch } from "./instance.ts";

/** Compiles and instantiates a build of the kernel. Throws `MGV_KERNEL` when it has not been built. */
export async function loadKernel(options: { build?: "release" | "debug" } = {}): Promise<Kernel> {
  const file = new URL(`../build/${options.build ?? "release"}.wasm`, import.meta.url);
  const wasm = await readFile(file).catch((cause: unknown) => {
    throw new MangroveError("MGV_KERNEL", `The kernel is not built: ${fileURLToPath(file)} is missing. Run \`npm run build:kernel\`.`, { cause });
  });
  const { exports } = await instantiate<KernelExports>(wasm);
  return new Kernel(exports);
}

let shared: Promise<Kernel> | null = null;

/** The kernel of those who bring none: one for the whole process. */
export function sharedKernel(): Promise<Kernel> {
  shared ??= loadKernel().catch((cause: unknown) => {
    shared = null; // whoever asks next may have built it
    throw cause;
  });
  return shared;
}
