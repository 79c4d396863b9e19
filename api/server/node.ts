import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { serveOnDeno } from "./deno.ts";
import type { Serve } from "./listening.ts";

/** Headers that take longer are answered with 408. */
const HEADERS_MS = 10_000;

/** A connection that asks nothing more is closed after this time. */
const IDLE_MS = 10_000;

/** How often connections are looked at. */
const CHECK_MS = 1_000;

/** More are closed as they come. */
const MOST_CONNECTIONS = 2_000;

/** How often connections that have become idle are looked for while draining. */
const IDLE_CHECK_MS = 20;

/** By node:http, which all three runtimes have. Bodies may come for as long as the app reads them: see `api/body.ts`. */
export const serveOnNode: Serve = async (app, { host, port }) => {
  const server = createAdaptorServer({
    fetch: (request, { incoming }) =>
      app.fetch(request, {
        get remoteAddress() {
          return incoming.socket.remoteAddress;
        },
      }),
    hostname: host,
    overrideGlobalObjects: serveOnDeno === null, // whose own server takes no Response but its own
    serverOptions: { headersTimeout: HEADERS_MS, requestTimeout: 0, keepAliveTimeout: IDLE_MS, connectionsCheckingInterval: CHECK_MS },
  }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    end: () =>
      new Promise((resolve) => {
        const idleCheck = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
        server.close(() => {
          clearInterval(idleCheck);
          resolve();
        });
        server.closeIdleConnections();
      }),
    cut: () => server.closeAllConnections(),
  };
};
