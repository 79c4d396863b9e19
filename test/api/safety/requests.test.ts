import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createApp } from "../../../api/app.ts";
import { serveApp } from "../../../api/server.ts";
import { openRegistry } from "../../../commands/model/model-registry.ts";
import { modelShelf } from "../../../commands/model/model-shelf.ts";
import smoke from "../../../pipelines/smoke.ts";
import { START_MS } from "../service.ts";
import { send, serve, statusOf } from "./socket.ts";

const served = await serve({ newId: () => "new-id" });
afterAll(() => served[Symbol.asyncDispose]());

const request = (head: string, headers = "") => send(served.port, `${head} HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\nConnection: close\r\n${headers}\r\n`);

const isUp = async () => (await fetch(`${served.url}/livez`)).status === 200;

test.each(["a b", "<script>", "x".repeat(65), "a\tb", "caf\u00e9", '"', "a;b", "../../etc/passwd", ""])("the request id %j is not taken over", async (id) => {
  expect(await request("GET /livez", `X-Request-Id: ${id}\r\n`)).toMatch(/\r\nx-request-id: new-id\r\n/i);
});

test("a request id that is short and plain is taken over", async () => {
  expect(await request("GET /livez", "X-Request-Id: 4bf92f35:77b3.a=b+c-d_e\r\n")).toMatch(/\r\nx-request-id: 4bf92f35:77b3\.a=b\+c-d_e\r\n/i);
});

test.each(["/livez%0d%0aSet-Cookie:%20a=b", "/x%0d%0a%0d%0a<html>", "/%0aLocation:%20http://evil.example", "/predict?x=%0d%0aSet-Cookie:%20a=b"])("%s puts no header into the answer", async (path) => {
  const [head = ""] = (await request(`GET ${path}`)).split("\r\n\r\n");
  expect(head).not.toMatch(/\r?\n(set-cookie|location):/i);
  expect(statusOf(head)).toBeGreaterThanOrEqual(400);
});

test("a header that is folded over lines, or holds a line feed or a NUL, splits nothing", async () => {
  for (const value of ["a\r\n b", "a\nSet-Cookie: x=1", "a\0b", "a\rb"]) {
    const answer = await request("GET /livez", `X-Request-Id: ${value}\r\n`);
    expect(answer).not.toMatch(/\r\nset-cookie:/i);
    expect([0, 200, 400]).toContain(statusOf(answer));
  }
  expect(await isUp()).toBe(true);
});

test.each([
  ["a URL of 1 MB", `GET /${"x".repeat(2 ** 20)}`, ""],
  ["a query of 100 kB", `GET /livez?${"x".repeat(100_000)}`, ""],
  ["a header of 1 MB", "GET /livez", `X-Request-Id: ${"x".repeat(2 ** 20)}\r\n`],
  ["10,000 headers", "GET /livez", Array.from({ length: 10_000 }, (_, i) => `X-H${i}: ${i}\r\n`).join("")],
  ["a method of 10 kB", `${"X".repeat(10_000)} /livez`, ""],
])("%s harms nobody", async (_, head, headers) => {
  const answer = await request(head, headers);
  expect([0, 200, 400, 404, 405, 413, 414, 431]).toContain(statusOf(answer));
  expect(answer.length).toBeLessThan(300_000);
  expect(await isUp()).toBe(true);
});

test.each(["GET", "GET /livez", "GET /livez HTTP/9.9", "\0\0\0\0", "\u0016\u0003\u0001\u0002\0", "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6", "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: -1", "POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz"])("what is no request (%j) harms nobody", async (text) => {
  const answer = await Promise.race([send(served.port, `${text}\r\n\r\n`), new Promise<string>((resolve) => setTimeout(() => resolve(""), 500))]);
  expect(statusOf(answer)).not.toBe(500);
  expect(await isUp()).toBe(true);
});

test("HEAD answers as GET does, without the body", async () => {
  const [head = "", body] = (await request("HEAD /health")).split("\r\n\r\n");
  expect([statusOf(head), body]).toEqual([200, ""]);
});

test.each(["OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND"])("%s is answered by 405 with what is allowed", async (method) => {
  const answer = await request(`${method} /predict`);
  expect(statusOf(answer)).toBe(405);
  expect(answer).toMatch(/\r\nallow: POST\r\n/i);
});

test.each(["TRACE /livez", "CONNECT example.org:443", "CONNECT /livez"])("%s opens and reflects nothing", async (head) => {
  const answer = await request(head, "X-Secret: reflected\r\n");
  expect(answer).not.toContain("reflected");
  expect(statusOf(answer)).not.toBe(200);
  expect(await isUp()).toBe(true);
});

test("a name of a model is a name, not a way through the folders", async () => {
  const { kernel, models, metrics } = served.service;
  const app = createApp({ pipeline: smoke, kernel, models, metrics, now: () => START_MS, startedAtMs: START_MS, version: "1", shelf: modelShelf(() => openRegistry({ models, pipeline: smoke })) });
  const server = await serveApp(app, { host: "127.0.0.1", port: 0 });
  try {
    const folder = dirname(models.path);
    await (await fetch(`${server.url}/models`)).arrayBuffer();
    const before = await readdir(folder, { recursive: true });
    for (const name of ["..", "../..", "..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e%2fsmoke_detection_model.json", "..%5c..", "%00", "a%00.json", "champion", "__proto__", "constructor", "%ff", "x".repeat(5_000)]) {
      const answer = await send(server.port, `POST /models/${name}/promote HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      expect([name, statusOf(answer)]).toEqual([name, expect.toSatisfy((status: number) => status === 400 || status === 404 || status === 405)]);
      expect(answer).not.toMatch(/root:|learner|node_modules|\.ts:/);
    }
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(before.sort());
  } finally {
    await server.close();
  }
});
