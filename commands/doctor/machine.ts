import { access, constants, statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { runtimeName } from "../runtime-name.ts";
import { fails, weak, well, type Finding } from "./finding.ts";

/** Older ones lack what the program is written in. */
const LEAST_NODE = 24;

/** Below this an engine may stop for want of room within a day. */
const LITTLE_BYTES = 2e9;

export async function machineFindings(folders: readonly { readonly what: string; readonly path: string }[]): Promise<Finding[]> {
  return [runtimeFinding(), await kernelFinding(), memoryFinding(), ...(await Promise.all(folders.map(folderFinding)))];
}

function runtimeFinding(): Finding {
  const { runtime, runtimeVersion } = runtimeName();
  if (runtime === "Node" && Number(runtimeVersion.split(".")[0]) < LEAST_NODE) return fails("runtime", `Node ${runtimeVersion}`, `Node ${LEAST_NODE} or newer, Bun or Deno: npm start brings a Node of its own.`);
  return well("runtime", `${runtime} ${runtimeVersion}`);
}

async function kernelFinding(): Promise<Finding> {
  try {
    await loadKernel();
    return well("kernel", "loads");
  } catch (thrown) {
    return fails("kernel", MangroveError.from(thrown).message, "npm run build:kernel");
  }
}

function memoryFinding(): Finding {
  const gigabytes = totalmem() / 1e9;
  const says = `${gigabytes.toFixed(1)} GB in this machine`;
  return gigabytes < 1 ? weak("memory", says, "An engine wants about 300 MB, a training on a month of readings some times that.") : well("memory", says);
}

/** The folder itself, or the first above it that is there. */
async function folderFinding({ what, path }: { readonly what: string; readonly path: string }): Promise<Finding> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const isThere = await access(folder).then(() => true, () => false);
    if (!isThere && folder !== dirname(folder)) continue;
    const isWritable = await access(folder, constants.W_OK).then(() => true, () => false);
    if (!isWritable) return fails(what, `${path}: this user cannot write in ${folder}`, "Give the user the right to, or name another folder.");
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const says = `${path}: ${(free / 1e9).toFixed(1)} GB are free`;
    return free < LITTLE_BYTES ? weak(what, says, "Make room: a million readings with predictions take about 60 MB. MANGROVE_HISTORY_RETENTION_DAYS lets old days go.") : well(what, says);
  }
}
