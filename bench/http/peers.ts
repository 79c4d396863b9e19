import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { smokeSchema } from "../../pipelines/smoke-schema.ts";
import { freePorts } from "../../test/broker/start.ts";
import { root } from "../program.ts";
import { ServerProcess } from "./server-process.ts";

const folder = join(root, "bench", "peers", "http");
const bin = join(folder, ".venv", "bin");
const run = promisify(execFile);

const fields = smokeSchema.fields.filter(({ feature }) => feature);

export interface Peer {
  readonly name: string;
  start(model: string): Promise<ServerProcess>;
}

/** Fetches the peers' packages the first time; says why where there are none. */
export async function preparePeers(): Promise<string | null> {
  try {
    if (!existsSync(join(bin, "gunicorn"))) {
      await run("python3", ["-m", "venv", join(folder, ".venv")]);
      await run(join(bin, "python"), ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", join(folder, "requirements.txt")]);
    }
    return null;
  } catch (thrown) {
    return `absent (needs Python 3.10 or later with venv: ${(thrown as Error).message.split("\n")[0]})`;
  }
}

export const peers: readonly Peer[] = [
  { name: "FastAPI + XGBoost, uvicorn", start: (model) => startPeer("uvicorn", (port) => ["--port", String(port), "--no-access-log", "fastapi_xgboost:app"], model) },
  { name: "Flask + random forest", start: (model) => startPeer("python", () => ["flask_forest.py"], model) },
  { name: "Flask + random forest, gunicorn -w 2", start: (model) => startPeer("gunicorn", (port) => ["-w", "2", "-b", `127.0.0.1:${port}`, "flask_forest:app"], model) },
];

async function startPeer(program: string, words: (port: number) => string[], model: string): Promise<ServerProcess> {
  const [port] = (await freePorts(1)) as [number];
  const env = { MODEL: model, PORT: String(port), FIELDS: JSON.stringify(fields.map(({ name }) => name)), RANGES: JSON.stringify(fields.map(({ min, max }) => [min, max])), OMP_NUM_THREADS: "1" };
  return ServerProcess.start({ command: join(bin, program), words: words(port), cwd: folder, env, url: `http://127.0.0.1:${port}` });
}
