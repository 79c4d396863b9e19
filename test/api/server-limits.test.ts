import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { serveApp } from "../../api/server.ts";
import { serveOnBun } from "../../api/server/bun.ts";
import { message, startService } from "./service.ts";

/** Longer than any limit on a connection. */
const PATIENCE_MS = 45_000;

// what a machine's own users may do to Deno's server, which listens to nobody else, is theirs to know
const everybody = "0.0.0.0";

async function opened(port: number, text: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  await once(socket, "connect");
  socket.write(text);
  return socket;
}

/** Resolves to the seconds until the other end closes; it is sent a byte every second. */
async function trickled(port: number, text: string, piece: string): Promise<number> {
  const startedMs = performance.now();
  const socket = await opened(port, text);
  const timer = setInterval(() => socket.readableEnded || socket.destroyed || socket.write(piece), 1000);
  await once(socket, "close").finally(() => clearInterval(timer));
  return (performance.now() - startedMs) / 1000;
}

const body = JSON.stringify(message());
const head = `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;

//  0 s                10 s              20 s             45 s
//  ├─ headers ─────────┤ 408             │                │
//  ├─ a body, a byte a second ───────────┤ 408            │
//  └─ others are answered all the while ──────────────────┘
test("who sends headers or a body a byte a second, or nothing at all, is cut off while others are answered", async () => {
  await using service = await startService();
  const server = await serveApp(service.app, { host: everybody, port: 0 });
  try {
    const slow = Promise.all([trickled(server.port, "POST /predict HTTP/1.1\r\nHost: a\r\nX-Slow: ", "a"), trickled(server.port, `${head}\r\n`, "{"), trickled(server.port, "", "")]);
    const sockets = await Promise.all(Array.from({ length: 200 }, () => opened(server.port, head)));
    for (let i = 0; i < 20; i++) {
      const response = await fetch(`http://127.0.0.1:${server.port}/predict`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
      expect(response.status).toBe(200);
    }
    for (const seconds of await slow) expect(seconds).toBeLessThan(PATIENCE_MS / 1000);
    for (const socket of sockets) socket.destroy();
  } finally {
    await server.close();
  }
}, PATIENCE_MS + 15_000);

test.skipIf(serveOnBun !== null)("more than two thousand connections are closed as they come (Bun's server counts none)", async () => {
  await using service = await startService();
  const server = await serveApp(service.app, { host: everybody, port: 0 });
  const sockets: Socket[] = [];
  let closed = 0;
  try {
    for (let i = 0; i < 2100; i++) {
      const openedMs = performance.now();
      // one that says nothing is closed after ten seconds in any case
      const socket = connect(server.port, "127.0.0.1").on("error", () => {}).on("close", () => (closed += Number(performance.now() - openedMs < 9_000)));
      socket.resume();
      sockets.push(socket);
      if (i % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await expect.poll(() => closed).toBe(100);
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.close();
  }
});
