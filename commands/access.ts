import { followKeys } from "../api/access/key-file.ts";
import { KeyRing } from "../api/access/key-ring.ts";
import { isLoopback } from "../api/local-only.ts";
import type { AnsweredRequest, AppOptions } from "../api/options.ts";
import { RATE_LIMIT, type Config } from "../engine/config.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { actOf, openAudit } from "./audit.ts";
import type { Arguments, Flag } from "./command.ts";
import { isLogged } from "./log-line.ts";
import type { Runtime } from "./runtime.ts";
import { printable, tell } from "./terminal.ts";

export const accessFlags: readonly Flag[] = [
  { name: "open", help: "lets other machines use it without an API key, if there are none (MANGROVE_API_OPEN)" },
  { name: "cors", value: "ORIGIN", isList: true, help: "origins whose pages may have the answers, separated by commas; * is every origin (MANGROVE_CORS, else none)" },
];

/** What the API asks of those who call it, and what is told of them. */
export type Access = Pick<AppOptions, "keys" | "rateLimit" | "corsOrigins" | "isLocalOnly" | "onRequest" | "onError" | "audit">;

/** Reads the keys, and follows their file until the signal aborts. Throws `MGV_CONFIG` where other machines would come in without a key and nobody has said that they may. */
export async function openAccess(given: Arguments, { config, models }: Runtime, { host, signal }: { host: string; signal: AbortSignal }): Promise<Access> {
  const keys = new KeyRing();
  await followKeys(config.apiKeysPath, keys, { signal, onProblem: ({ code, message }) => tell(`api     ${code}: ${message} The keys of before stay.`, { level: "error", event: "keys.problem" }) });
  const isLocal = isLoopback(host);
  if (!isLocal && !keys.asks && !config.apiIsOpen && !given.has("open")) {
    throw new MangroveError("MGV_CONFIG", `${host} can be reached from other machines, and there is no API key in ${config.apiKeysPath}. Make one with \`mangrove keys add --role admin --name NAME\`, or say --open (MANGROVE_API_OPEN=true) to let everybody in.`);
  }
  const audit = openAudit(models.path);
  return {
    keys,
    isLocalOnly: isLocal,
    rateLimit: () => config.rateLimit ?? (isLocal && !keys.asks ? 0 : RATE_LIMIT),
    corsOrigins: given.text("cors")?.split(",").map((each) => each.trim()).filter(Boolean) ?? config.corsOrigins,
    ...requestLog(config),
    onError: (error, { id, method, path }) => tell(`Request ${id} failed: ${method} ${printable(path)}`, { level: "error", event: "request.failed", fields: { request_id: id, method, path }, stack: error instanceof Error ? error.stack : String(error) }),
    audit: (request) => void audit(actOf(request)),
  };
}

/** A line for each request, if anybody wants to see it. */
function requestLog({ logRequests }: Config): Pick<AppOptions, "onRequest"> {
  const level = logRequests ? "info" : "debug";
  if (!isLogged(level)) return {};
  return {
    onRequest({ id, traceId, by, method, path, status, tookMs }: AnsweredRequest) {
      const ms = Number(tookMs.toFixed(3));
      tell(`request ${printable(`${method} ${path}`)} ${status} in ${ms} ms for ${by} (${id})`, { level, event: "request", fields: { request_id: id, by, method, path, status, took_ms: ms, ...(traceId !== null && { trace_id: traceId }) } });
    },
  };
}
