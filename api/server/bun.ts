import type { Serve } from "./listening.ts";

/** A connection on which nothing comes and goes is closed after this time, whether it asks something or not. */
const IDLE_S = 20;

/** Of what Bun exports, what is used here. */
interface BunRuntime {
  serve(options: {
    readonly hostname: string;
    readonly port: number;
    readonly idleTimeout: number;
    readonly maxRequestBodySize: number;
    fetch(request: Request, server: BunServer): Response | Promise<Response>;
  }): BunServer;
}

interface BunServer {
  readonly port: number;
  requestIP(request: Request): { readonly address: string } | null;
  stop(closeActive?: boolean): Promise<void>;
}

const bun = (globalThis as { Bun?: BunRuntime }).Bun;

/** By Bun's own server; null elsewhere. */
export const serveOnBun: Serve | null =
  bun === undefined
    ? null
    : async (app, { host, port }) => {
        const server = bun.serve({
          hostname: host,
          port,
          idleTimeout: IDLE_S,
          maxRequestBodySize: Number.MAX_SAFE_INTEGER, // the app says what is too much, and is heard
          fetch: (request, { requestIP }) =>
            app.fetch(request, {
              get remoteAddress() {
                return requestIP.call(server, request)?.address;
              },
            }),
        });
        return { port: server.port, end: () => server.stop(), cut: () => void server.stop(true) };
      };
