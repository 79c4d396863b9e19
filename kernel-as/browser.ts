/** @module Forests in a page: what imports no file system, no threads and no package, so that a browser loads it as it is. */
import { MangroveError } from "./errors.ts";
import { Kernel, type KernelExports } from "./host/instance.ts";
import { KernelForest, type KernelForestOptions } from "./host/kernel-forest.ts";

export { MangroveError, errorCodes, type ErrorCode } from "./errors.ts";
export type { Floats, ForestModel } from "./model/forest.ts";
export type { Kernel } from "./host/instance.ts";

const RELEASE = new URL("./build/release.wasm", import.meta.url);

/** Fetches the kernel, by default the one that lies beside this module, or takes its bytes. A page needs one. Throws `MGV_KERNEL`. */
export async function loadKernel(source: string | URL | Uint8Array = RELEASE): Promise<Kernel> {
  const bytes = await bytesOf(source);
  try {
    const { instance } = await WebAssembly.instantiate(bytes, {});
    return new Kernel(instance.exports as KernelExports);
  } catch (cause) {
    throw new MangroveError("MGV_KERNEL", `The kernel cannot be begun: ${(cause as Error).message}. Does the page's policy allow 'wasm-unsafe-eval'?`, { cause });
  }
}

let shared: Promise<Kernel> | null = null;

function sharedKernel(): Promise<Kernel> {
  shared ??= loadKernel().catch((cause: unknown) => {
    shared = null; // the network may be back for whoever asks next
    throw cause;
  });
  return shared;
}

/** {@link KernelForest}, from an address. */
export class Forest extends KernelForest {
  /** Reads a model from an address that the page may fetch, or from the bytes of a file. Throws `MGV_FILE_READ`, `MGV_MODEL_FORMAT`, `MGV_MODEL_UNSUPPORTED`, `MGV_KERNEL`. */
  static override async open(source: string | URL | Uint8Array, options: KernelForestOptions & { kernel?: Kernel } = {}): Promise<KernelForest> {
    const [bytes, kernel] = await Promise.all([bytesOf(source), options.kernel ?? sharedKernel()]);
    return super.open(bytes, { ...options, kernel });
  }
}

async function bytesOf(source: string | URL | Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof Uint8Array) return new Uint8Array(source);
  const answer = await fetch(source).catch((cause: unknown) => {
    throw new MangroveError("MGV_FILE_READ", `${String(source)} cannot be fetched: ${(cause as Error).message}.`, { cause });
  });
  if (!answer.ok) throw new MangroveError("MGV_FILE_READ", `${String(source)} cannot be fetched: the server answers ${answer.status}.`);
  return new Uint8Array(await answer.arrayBuffer());
}
