import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { serveApp } from "../../api/server.ts";
import { message, startService } from "./service.ts";

const host = "127.0.0.1";

/** A request over node:http, whose agent says when a connection is kept. */
function ask(url: string, options: { agent: Agent; method?: string; headers?: Record<string, string>; body?: Uint8Array[] }) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = httpRequest(url, { agent: options.agent, method: options.method ?? "GET", headers: options.headers ?? {} }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode!, text }));
    });
    request.on("error", reject);
    for (const chunk of options.body ?? []) request.write(chunk);
    request.end();
  });
}

/** An app of one slow route: it answers when the gate opens. */
function slowApp() {
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const fetch = async ({ url }: Request) => {
    if (!url.endsWith("/slow")) return new Response("fast");
    entered.resolve();
    await gate.promise;
    return new Response("slow");
  };
  return { fetch, entered: entered.promise, open: () => gate.resolve() };
}

test("a real server answers a reading as the app does", async () => {
  await using service = await startService();
  const server = await serveApp(service.app, { host, port: 0 });
  try {
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const response = await fetch(`${server.url}/predict`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(message()),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(await (await service.post(message())).json());
    expect((await fetch(`${server.url}/health`, { method: "HEAD" })).status).toBe(200);
    expect(await (await fetch(`${server.url}/nothing`)).json()).toMatchObject({ error: "Endpoint not found" });
  } finally {
    await server.close();
  }
});

test.each([
  ["with its length", (bytes: number) => ({ "Content-Length": String(bytes) })],
  ["in chunks", () => ({ "Transfer-Encoding": "chunked" })],
])("a body above 8 MiB sent %s is refused by a real server", async (_, lengthHeaders) => {
  await using service = await startService();
  const server = await serveApp(service.app, { host, port: 0 });
  const agent = new Agent();
  try {
    const body = Array.from({ length: 9 }, () => new Uint8Array(2 ** 20).fill(32));
    const headers = { "Content-Type": "application/json", ...lengthHeaders(9 * 2 ** 20) };
    const { status, text } = await ask(`${server.url}/predict`, { agent, method: "POST", headers, body });
    expect(status).toBe(413);
    expect(JSON.parse(text)).toMatchObject({ code: "MGV_HTTP_BODY" });
  } finally {
    agent.destroy();
    await server.close();
  }
});

test("a body sent in chunks is read", async () => {
  await using service = await startService();
  const server = await serveApp(service.app, { host, port: 0 });
  const agent = new Agent();
  try {
    const bytes = new TextEncoder().encode(JSON.stringify(message()));
    const headers = { "Content-Type": "application/json", "Transfer-Encoding": "chunked" };
    const body = [bytes.subarray(0, 50), bytes.subarray(50)];
    expect((await ask(`${server.url}/predict`, { agent, method: "POST", headers, body })).status).toBe(200);
  } finally {
    agent.destroy();
    await server.close();
  }
});

test("a port that is taken is said so, with the way out", async () => {
  const first = await serveApp(slowApp(), { host, port: 0 });
  try {
    const second = serveApp(slowApp(), { host, port: first.port });
    await expect(second).rejects.toMatchObject({
      code: "MGV_PORT_BUSY",
      message: `Port ${first.port} on 127.0.0.1 is taken by another program. Stop it, or choose another port with --port or FLASK_PORT.`,
    });
  } finally {
    await first.close();
  }
});

test("an address that is not this machine's cannot be served", async () => {
  await expect(serveApp(slowApp(), { host: "192.0.2.1", port: 0 })).rejects.toMatchObject({ code: "MGV_CONFIG" });
});

test("close lets a running request end and takes no new one", async () => {
  const app = slowApp();
  const server = await serveApp(app, { host, port: 0 });
  const agent = new Agent({ keepAlive: true });
  const running = ask(`${server.url}/slow`, { agent });
  await app.entered;
  let closed = false;
  const closing = server.close().then(() => (closed = true));
  const refused = await new Promise<boolean>((resolve) => {
    const socket = connect(server.port, host, () => resolve(false)).on("error", () => resolve(true));
    void closing.then(() => socket.destroy());
  });
  expect(refused).toBe(true);
  expect(closed).toBe(false);
  app.open();
  expect(await running).toEqual({ status: 200, text: "slow" });
  await closing;
  agent.destroy();
});

test("close does not wait for idle connections", async () => {
  const server = await serveApp(slowApp(), { host, port: 0, drainMs: 60_000 });
  const agent = new Agent({ keepAlive: true });
  expect((await ask(`${server.url}/fast`, { agent })).text).toBe("fast");
  await server.close();
  agent.destroy();
});

test("close ends a request that outlasts the drain, and may be called twice", async () => {
  const app = slowApp();
  const server = await serveApp(app, { host, port: 0, drainMs: 100 });
  const agent = new Agent({ keepAlive: true });
  const running = ask(`${server.url}/slow`, { agent }).then(
    ({ status }) => (status === 503 ? "cut off" : "answered"),
    () => "cut off",
  );
  await app.entered;
  await Promise.all([server.close(), server.close()]);
  expect(await running).toBe("cut off");
  app.open();
  agent.destroy();
});
