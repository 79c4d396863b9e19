import { MangroveError } from "../kernel-as/errors.ts";
import { urlOf } from "./address.ts";
import { isLoopback } from "./local-only.ts";
import { serveOnBun } from "./server/bun.ts";
import { serveOnDeno } from "./server/deno.ts";
import { listenError } from "./server/listen-error.ts";
import { serveOnNode } from "./server/node.ts";
import type { App, Listening } from "./server/listening.ts";

/** How long running requests may go on after `close`. */
const DRAIN_MS = 5_000;

export interface RunningServer {
  /** Where a client on this machine finds it. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets running requests end for at most `drainMs`, then closes everything. */
  close(): Promise<void>;
}

/**
 * Serves the app; port 0 takes a free one. Rejects with `MGV_PORT_BUSY` when it is taken. Bun and Deno have servers of their own, about twice as fast as node:http there. That of Deno puts no limit on how slowly
 * headers come in, so it serves this machine alone.
 */
export async function serveApp(app: App, options: { host: string; port: number; drainMs?: number }): Promise<RunningServer> {
  const { host, port, drainMs = DRAIN_MS } = options;
  const serve = serveOnBun ?? (isLoopback(host) ? serveOnDeno : null) ?? serveOnNode;
  let server: Listening;
  try {
    server = await serve(app, { host, port });
  } catch (thrown) {
    throw thrown instanceof MangroveError ? thrown : listenError(thrown as NodeJS.ErrnoException, host, port);
  }
  let closing: Promise<void> | undefined;
  return { url: urlOf({ host, port: server.port }), port: server.port, close: () => (closing ??= drain(server, drainMs)) };
}

async function drain(server: Listening, drainMs: number): Promise<void> {
  const deadline = setTimeout(() => server.cut(), drainMs);
  await server.end().finally(() => clearTimeout(deadline));
}
