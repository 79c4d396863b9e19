import { join } from "node:path";
import { root } from "../program.ts";
import { runtimes, type RuntimeName } from "../kafka/engine-process.ts";
import { ServerProcess } from "./server-process.ts";

/** `mangrove api` as a user starts it, with the model `model.json` of a folder. */
export function startApi(runtime: RuntimeName, folder: string): Promise<ServerProcess> {
  return start(runtime, [join(root, "mangrove.ts"), "api", "--port", "0", "--model-path", join(folder, "model.json")], folder);
}

/** A bare Hono app on the same runtime. */
export function startEcho(runtime: RuntimeName, folder: string): Promise<ServerProcess> {
  return start(runtime, [join(root, "bench", "http", "echo.ts")], folder);
}

function start(runtime: RuntimeName, words: readonly string[], cwd: string): Promise<ServerProcess> {
  return ServerProcess.start({ command: join(root, "node_modules", ".bin", runtime), words: [...runtimes[runtime], ...words], cwd });
}
