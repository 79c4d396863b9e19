import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { AddressInfo } from "node:net";
import { writeWhole } from "../../engine/write-whole.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { ProcessStatus } from "./process-spec.ts";

/** What a running system tells of itself. */
export interface SystemStatus {
  readonly pid: number;
  readonly state: "starting" | "ready" | "stopping";
  /** Where its API answers. */
  readonly api: string;
  readonly processes: readonly ProcessStatus[];
}

export interface Controlled {
  status(): SystemStatus;
  /** False: there is no process of the name. */
  restart(name: string): boolean;
  stop(): void;
}

const fileOf = (directory: string) => join(directory, "system.json");

/** Lets other commands of this user steer the system: they are told in a file where it listens, and a word that nobody else knows. So no command ever ends a process by a number that may be another's by now. */
export async function serveControl(directory: string, system: Controlled): Promise<AsyncDisposable> {
  const word = randomBytes(24).toString("base64url");
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) => response.writeHead(status, { "Content-Type": "application/json", Connection: "close" }).end(JSON.stringify(body));
    if (request.headers.authorization !== `Bearer ${word}`) return void answer(401, {});
    const [what, name = ""] = request.url!.slice(1).split("/");
    if (request.method === "POST" && what === "stop") system.stop();
    else if (request.method === "POST" && what === "restart" && !system.restart(name)) return void answer(404, {});
    answer(200, system.status());
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  await writeWhole(fileOf(directory), JSON.stringify({ pid: process.pid, port: (server.address() as AddressInfo).port, word }), { mode: 0o600 });
  return {
    async [Symbol.asyncDispose]() {
      await rm(fileOf(directory), { force: true });
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Asks the system of a directory; null where none runs. Throws `MGV_USAGE` for a process that it does not have. */
export async function askSystem(directory: string, path: string, method: "GET" | "POST" = "GET"): Promise<SystemStatus | null> {
  const text = await readFile(fileOf(directory), "utf8").catch(() => null);
  if (text === null) return null;
  const { port, word } = JSON.parse(text) as { port: number; word: string };
  const response = await fetch(`http://127.0.0.1:${port}/${path}`, { method, headers: { Authorization: `Bearer ${word}` }, signal: AbortSignal.timeout(10_000) }).catch(() => null);
  if (response?.status === 404) {
    const names = (await askSystem(directory, "status"))?.processes.map(({ name }) => name) ?? [];
    throw new MangroveError("MGV_USAGE", `The system has no process ${path.split("/")[1]}: there are ${names.join(", ")}.`);
  }
  return response?.ok ? ((await response.json()) as SystemStatus) : null;
}
