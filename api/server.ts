import type { Server } from "node:http";
import { isIP, type AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { MangroveError } from "../kernel-as/errors.ts";

/** How long running requests may go on after `close`. */
const DRAIN_MS = 5_000;

/** How often connections that have become idle are looked for while draining. */
const IDLE_CHECK_MS = 20;

interface App {
  fetch(request: Request): Response | Promise<Response>;
}

export interface RunningServer {
  /** Where a client on this machine finds it. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets running requests end for at most `drainMs`, then closes everything. */
  close(): Promise<void>;
}

/** Serves the app on Node, Bun and Deno alike; port 0 takes a free one. Rejects with `MGV_PORT_BUSY` when it is taken. */
export async function serveApp(app: App, options: { host: string; port: number; drainMs?: number }): Promise<RunningServer> {
  const { host, port, drainMs = DRAIN_MS } = options;
  const server = createAdaptorServer({ fetch: (request) => app.fetch(request), hostname: host }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, port)));
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return { url: `http://${reachable(host)}:${bound}`, port: bound, close: () => (closing ??= drain(server, drainMs)) };
}

function drain(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const idleCheck = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    const deadline = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearInterval(idleCheck);
      clearTimeout(deadline);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** What a failure to listen means to the user who chose host and port. */
export function listenError(cause: NodeJS.ErrnoException, host: string, port: number): MangroveError {
  if (cause.code === "EADDRINUSE") {
    const message = `Port ${port} on ${host} is taken by another program. Stop it, or choose another port with --port or FLASK_PORT.`;
    return new MangroveError("MGV_PORT_BUSY", message, { cause });
  }
  return new MangroveError("MGV_CONFIG", `Cannot listen on port ${port} of ${host}: ${cause.message}`, { cause });
}

/** The host to put into a URL: loopback for the addresses that mean all interfaces. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::" || host === "") return "127.0.0.1";
  return isIP(host) === 6 ? `[${host}]` : host;
}
