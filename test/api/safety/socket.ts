import { connect } from "node:net";
import { serveApp } from "../../../api/server.ts";
import { startService, type Service } from "../service.ts";
import type { AppOptions } from "../../../api/options.ts";

export interface Served extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly service: Service;
}

/** The service over a socket of this machine. */
export async function serve(app: Partial<AppOptions> = {}): Promise<Served> {
  const service = await startService({ app });
  const server = await serveApp(service.app, { host: "127.0.0.1", port: 0 });
  return {
    url: server.url,
    port: server.port,
    service,
    async [Symbol.asyncDispose]() {
      await server.close();
      await service[Symbol.asyncDispose]();
    },
  };
}

/** What is answered to bytes that no well-behaved client would send: all of it until the other end closes; empty where it only closes. */
export function send(port: number, ...pieces: (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(port, "127.0.0.1");
    const end = () => {
      socket.destroy();
      resolve(text);
    };
    socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
    socket.once("end", end).once("error", end).once("close", end).setTimeout(60_000, end);
    socket.once("connect", () => {
      for (const piece of pieces) socket.write(piece);
    });
  });
}

/** The status of the answer; 0 where there is none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
