import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { KeyRing } from "../../../api/access/key-ring.ts";
import { newKey } from "../../../api/access/key.ts";
import type { Problem } from "../../../api/contract.ts";
import { MangroveError } from "../../../kernel-as/errors.ts";
import { bodyOf, message, startService, START_MS, type Service } from "../service.ts";

const SAFE = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
};

const headersOf = (response: Response, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, response.headers.get(name)]));

test("every answer says to browsers what may be done with it, whatever it is", async () => {
  await using service = await startService({ app: { newId: () => "id-1", onError: () => {} } });
  service.app.get("/broken", () => {
    throw new Error("inside");
  });
  const answers = [
    await service.post(message()),
    await service.post({}),
    await service.app.request("/nothing"),
    await service.app.request("/predict"),
    await service.app.request("/metrics"),
    await service.app.request("/health", { method: "HEAD" }),
    await service.app.request("/train", { method: "POST" }),
    await service.app.request("/broken"),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 422, 404, 405, 200, 200, 403, 500]);
  for (const answer of answers) {
    expect(headersOf(answer, Object.keys(SAFE))).toEqual(SAFE);
    expect(answer.headers.get("X-Request-Id")).toBe("id-1");
    expect(answer.headers.has("Access-Control-Allow-Origin")).toBe(false);
  }
});

test("a page may load what the service serves; what a route says of its caches and its policy stays", async () => {
  await using service = await startService();
  service.app.get("/page", (c) => c.html("<p>"));
  service.app.get("/own", (c) => c.html("<p>", 200, { "Content-Security-Policy": "default-src 'self' 'sha256-x'", "Cache-Control": "max-age=60" }));
  expect((await service.app.request("/page")).headers.get("Content-Security-Policy")).toMatch(/^default-src 'self';.* frame-ancestors 'none'$/);
  const own = await service.app.request("/own");
  expect(headersOf(own, ["Content-Security-Policy", "Cache-Control"])).toEqual({ "Content-Security-Policy": "default-src 'self' 'sha256-x'", "Cache-Control": "max-age=60" });
});

const preflight = (service: Service, origin: string) =>
  service.app.request("/predict", { method: "OPTIONS", headers: { Origin: origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-api-key" } });

test("pages of other origins may have answers only where they are named", async () => {
  await using closed = await startService();
  const refused = await preflight(closed, "http://a.example");
  expect([refused.status, refused.headers.get("Access-Control-Allow-Origin")]).toEqual([405, null]);

  await using some = await startService({ app: { corsOrigins: ["http://a.example", "http://b.example"] } });
  const allowed = await preflight(some, "http://b.example");
  expect([allowed.status, allowed.headers.get("Access-Control-Allow-Origin"), allowed.headers.get("Vary")]).toEqual([204, "http://b.example", expect.stringContaining("Origin")]);
  expect(allowed.headers.get("Access-Control-Allow-Headers")).toMatch(/X-API-Key/i);
  expect((await preflight(some, "http://c.example")).headers.get("Access-Control-Allow-Origin")).toBeNull();
  const answer = await some.app.request("/nothing", { headers: { Origin: "http://a.example" } });
  expect(headersOf(answer, ["Access-Control-Allow-Origin", "Cross-Origin-Resource-Policy"])).toEqual({ "Access-Control-Allow-Origin": "http://a.example", "Cross-Origin-Resource-Policy": "cross-origin" });

  await using all = await startService({ app: { corsOrigins: ["*"] } });
  const open = await all.app.request("/health", { headers: { Origin: "http://any.example" } });
  expect([open.headers.get("Access-Control-Allow-Origin"), open.headers.get("Access-Control-Allow-Credentials")]).toEqual(["*", null]);
});

test("who asks too often is told when to come back, by both families of headers", async () => {
  await using service = await startService({ app: { rateLimit: () => 3 } });
  const ask = (address: string) => service.app.request("/health", {}, { remoteAddress: address });
  const answers = [await ask("192.0.2.1"), await ask("192.0.2.1"), await ask("192.0.2.1"), await ask("192.0.2.1")];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(headersOf(answers[0]!, ["RateLimit-Policy", "RateLimit", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"])).toEqual({
    "RateLimit-Policy": '"default";q=3;w=60',
    RateLimit: '"default";r=2;t=20',
    "X-RateLimit-Limit": "3",
    "X-RateLimit-Remaining": "2",
    "X-RateLimit-Reset": String((START_MS + 90_000 + 20_000) / 1_000),
    "Retry-After": null,
  });
  expect([answers[3]!.headers.get("Retry-After"), answers[3]!.headers.get("RateLimit")]).toEqual(["20", '"default";r=0;t=60']);
  expect(await bodyOf<Problem>(answers[3]!)).toMatchObject({ status: 429, code: "MGV_RATE_LIMIT" });
  expect((await ask("192.0.2.2")).status).toBe(200);
});

test("a key has its own allowance, wherever it is used from, and addresses have theirs", async () => {
  const { key, secret } = newKey({ name: "ada", role: "read" }, { nowMs: START_MS, randomBytes });
  const keys = new KeyRing();
  keys.replace([key]);
  await using service = await startService({ app: { keys, rateLimit: () => 2 } });
  const ask = async (address: string, headers: Record<string, string>) => (await service.app.request("/health", { headers }, { remoteAddress: address })).status;
  const held = { "X-API-Key": secret };
  expect([await ask("192.0.2.1", held), await ask("192.0.2.2", held), await ask("192.0.2.3", held)]).toEqual([200, 200, 429]);
  expect([await ask("2001:db8::1", {}), await ask("2001:db8::2", {}), await ask("2001:db8::3", {}), await ask("2001:db8:0:1::3", {})]).toEqual([200, 200, 429, 200]);
});

test("probes are answered, whoever floods the service from their address, and take nothing of its allowance", async () => {
  const keys = new KeyRing();
  keys.replace([newKey({ name: "ada", role: "read" }, { nowMs: START_MS, randomBytes }).key]);
  await using service = await startService({ app: { keys, rateLimit: () => 2 } });
  const ask = (path: string, headers: Record<string, string> = {}) => service.app.request(path, { headers }, { remoteAddress: "192.0.2.1" });
  const probe = async () => {
    for (const path of ["/livez", "/readyz", "/v2/health/live", "/v2/health/ready"]) {
      const answer = await ask(path);
      expect([path, answer.status, answer.headers.get("RateLimit")]).toEqual([path, 200, null]);
    }
  };
  await probe();
  expect([(await ask("/health")).status, (await ask("/health")).status, (await ask("/health")).status]).toEqual([200, 200, 429]);
  for (let tries = 0; tries < 12; tries++) expect((await ask("/livez", { "X-API-Key": "wrong" })).status).toBe(200);
  await probe();
});

test("without a limit no answer speaks of one", async () => {
  await using service = await startService();
  expect([...(await service.post(message())).headers.keys()].filter((name) => name.includes("ratelimit"))).toEqual([]);
});

test("an answer that takes too long is a 503, and the process goes on", async () => {
  let nowMs = START_MS;
  await using service = await startService({ app: { now: () => nowMs, limitMs: 1_000 } });
  const gate = Promise.withResolvers<void>();
  service.app.get("/slow", async (c) => {
    await gate.promise;
    return c.text("late");
  });
  const asked = Promise.resolve(service.app.request("/slow"));
  nowMs += 1_001;
  const answer = await asked;
  expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "5"]);
  expect(await bodyOf<Problem>(answer)).toMatchObject({ code: "MGV_TIMEOUT", detail: expect.stringContaining("GET /slow has taken longer than 1 s") as string });
  gate.resolve();
  expect((await service.app.request("/livez")).status).toBe(200);
});

test.each([
  [new MangroveError("MGV_FILE_WRITE", "Cannot write /srv/models/x.json: ENOSPC"), 503],
  [new MangroveError("MGV_HISTORY", "The history in /srv/history cannot be written: EROFS"), 503],
  [new Error("ENOENT: no such file or directory, open '/srv/secret'"), 500],
])("no answer tells where files lie, or what the code looks like (%#)", async (thrown, status) => {
  const told: unknown[] = [];
  await using service = await startService({ app: { onError: (error) => told.push(error) } });
  service.app.get("/broken", () => {
    throw thrown;
  });
  const answer = await service.app.request("/broken");
  expect(answer.status).toBe(status);
  expect(JSON.stringify([...answer.headers]) + (await answer.text())).not.toMatch(/\/srv|\.ts|at .*\(|node_modules/);
  expect(told).toEqual([thrown]);
});
