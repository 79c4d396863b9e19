import process from "node:process";
import { readConfig } from "../../engine/config.ts";
import { MangroveError, errorCodes } from "../../kernel-as/errors.ts";
import type { Arguments, Flag } from "../command.ts";

/** An answer that takes longer is none. */
const TIMEOUT_MS = 30_000;

export const urlFlag: Flag = { name: "url", value: "URL", help: "the service to ask (http://127.0.0.1 and FLASK_PORT, else http://127.0.0.1:5000; MANGROVE_CLIENT_KEY is the API key to show)" };

/** Asks a running service. Throws `MGV_USAGE`, `MGV_NOT_READY` where nothing answers, and what it refuses with. */
export async function ask(given: Arguments, method: "GET" | "POST", path: string, body?: object): Promise<unknown> {
  const { port, clientKey } = readConfig(process.env);
  const base = given.text("url") ?? `http://127.0.0.1:${port}`;
  if (!URL.canParse(path, base)) throw new MangroveError("MGV_USAGE", `--url must be like http://127.0.0.1:5000, not "${base}".`);
  const headers = { ...(clientKey !== null && { Authorization: `Bearer ${clientKey}` }), ...(body && { "Content-Type": "application/json" }) };
  const response = await fetch(new URL(path, base), { method, headers, ...(body && { body: JSON.stringify(body) }), signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((cause: unknown) => {
    throw new MangroveError("MGV_NOT_READY", `Nothing answers at ${base}: is it running? npm start runs it; --url names another.`, { cause });
  });
  const answer = (await response.json().catch(() => null)) as { code?: unknown; detail?: unknown } | null;
  if (response.ok) return answer;
  const code = errorCodes.find((each) => each === answer?.code) ?? "MGV_INTERNAL";
  throw new MangroveError(code, typeof answer?.detail === "string" ? answer.detail : `${base} answers ${response.status}.`);
}
