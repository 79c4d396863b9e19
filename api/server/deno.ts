import type { Serve } from "./listening.ts";

/** Of what Deno exports, what is used here. */
interface DenoRuntime {
  serve(
    options: { readonly hostname: string; readonly port: number; onListen(): void },
    handler: (request: Request, info: { readonly remoteAddr: { readonly hostname: string } }) => Response | Promise<Response>,
  ): DenoServer;
}

interface DenoServer {
  readonly addr: { readonly port: number };
  shutdown(): Promise<void>;
}

const deno = (globalThis as { Deno?: DenoRuntime }).Deno;

/** By Deno's own server; null elsewhere. */
export const serveOnDeno: Serve | null =
  deno === undefined
    ? null
    : async (app, { host, port }) => {
        const asked = new Requests();
        const server = deno.serve({ hostname: host, port, onListen() {} }, (request, { remoteAddr }) =>
          asked.answer(
            app.fetch(request, {
              get remoteAddress() {
                return remoteAddr.hostname;
              },
            }),
          ),
        );
        return { port: server.addr.port, end: () => server.shutdown(), cut: () => asked.cut() };
      };

/** Requests that are not answered yet: they get a 503, since Deno's server has no way to break them off. */
class Requests {
  readonly #waiting = new Set<(response: Response) => void>();

  answer(response: Response | Promise<Response>): Response | Promise<Response> {
    if (response instanceof Response) return response;
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      response.then(
        (answer) => (this.#waiting.delete(resolve), resolve(answer)),
        (thrown: unknown) => (this.#waiting.delete(resolve), reject(thrown)),
      );
    });
  }

  cut(): void {
    for (const resolve of this.#waiting) resolve(new Response(null, { status: 503, headers: { Connection: "close" } }));
  }
}
