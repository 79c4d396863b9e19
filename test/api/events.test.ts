import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { KeyRing } from "../../api/access/key-ring.ts";
import { newKey } from "../../api/access/key.ts";
import { eventStream } from "../../api/event-stream.ts";
import { serveApp } from "../../api/server.ts";
import { LiveFeed } from "../../engine/live/live-feed.ts";
import { startService, START_MS } from "./service.ts";

interface Heard {
  event: string;
  id: string | null;
  data: Record<string, unknown>;
}

/** Connects as a browser would, and gives what is heard event by event. */
async function listen(url: string, headers: Record<string, string> = {}) {
  const stop = new AbortController();
  const response = await fetch(url, { headers, signal: stop.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (): Promise<Heard | null> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end !== -1) {
        const lines = Object.fromEntries(text.slice(0, end).split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2))) as Record<string, string>;
        text = text.slice(end + 2);
        return { event: lines["event"]!, id: lines["id"] ?? null, data: JSON.parse(lines["data"]!) as Record<string, unknown> };
      }
      const { done, value } = await reader.read().catch(() => ({ done: true, value: "" }));
      if (done) return null;
      text += value;
    }
  };
  return { response, next, stop: () => stop.abort() };
}

async function served(keys = new KeyRing()) {
  const live = new LiveFeed({ event: "fire", perSecond: 5, now: () => Date.now() });
  const service = await startService({ app: { feed: live, keys } });
  const server = await serveApp(service.app, { host: "127.0.0.1", port: 0 });
  const swap = (version: string) => live.model({ version, trainedOn: "simulated" });
  const nobody = () => expect.poll(() => live.listeners).toBe(0);
  return {
    live,
    server,
    service,
    swap,
    nobody,
    async [Symbol.asyncDispose]() {
      live.close();
      await server.close();
      await service[Symbol.asyncDispose]();
    },
  };
}

test("events come over a socket as they happen, and who connects again with the last id misses none", async () => {
  await using at = await served();
  const first = await listen(`${at.server.url}/events`);
  expect([first.response.status, first.response.headers.get("content-type"), first.response.headers.get("cache-control")]).toEqual([200, "text/event-stream", "no-store, no-transform"]);
  expect(await first.next()).toMatchObject({ event: "hello", id: expect.any(String), data: { pipeline: "smoke", model_version: at.service.models.current!.version, engine: false } });
  at.swap("one");
  const one = (await first.next())!;
  expect(one).toMatchObject({ event: "model", data: { model_version: "one", trained_on: "simulated" } });
  first.stop();
  await at.nobody();
  at.swap("two");
  const second = await listen(`${at.server.url}/events`, { "Last-Event-ID": one.id! });
  expect(await second.next()).toMatchObject({ event: "hello", id: null });
  expect(await second.next()).toMatchObject({ event: "model", data: { model_version: "two" } });
  const lost = await listen(`${at.server.url}/events`, { "Last-Event-ID": "of another process" });
  expect([await lost.next(), await lost.next()]).toMatchObject([{ event: "hello" }, { event: "gap", data: { missed: null } }]);
  at.live.close();
  expect(await second.next()).toBeNull();
});

test("a client that does not read is left behind: the others hear all, and it is told what it lost", async () => {
  await using at = await served();
  const socket = connect(at.server.port, "127.0.0.1");
  socket.pause();
  socket.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await expect.poll(() => at.live.listeners).toBe(1);
  const quick = await listen(`${at.server.url}/events`);
  await quick.next();
  const big = "v".repeat(20_000);
  for (let i = 0; i < 1500; i++) {
    at.swap(`${i} ${big}`);
    expect(String((await quick.next())!.data["model_version"]).startsWith(`${i} `)).toBe(true);
  }
  let text = "";
  socket.setEncoding("latin1").on("data", (piece: string) => (text += piece));
  socket.resume();
  const missed = () => Number(/event: gap\r?\ndata: {"missed":(\d+)}/.exec(text)?.[1]);
  await expect.poll(missed).toBeGreaterThan(100);
  await expect.poll(() => [...text.matchAll(/event: model\n/g)].length + missed()).toBe(1500);
  socket.destroy();
  quick.stop();
  await at.nobody();
});

test("HEAD leaves no listener behind, unknown kinds and a process without a feed are told", async () => {
  await using at = await served();
  expect((await fetch(`${at.server.url}/events`, { method: "HEAD" })).status).toBe(200);
  expect(at.live.listeners).toBe(0);
  const unknown = await at.service.app.request("/events?kind=noise");
  expect([unknown.status, await unknown.json()]).toMatchObject([400, { detail: expect.stringContaining("prediction, alert, window, model, stats") }]);
  for (const [query, detail] of [["kinds=alert", 'There is no parameter "kinds", only kind, sensor. Did you mean kind?'], ["sensor=", "sensor is empty"], ["sensor=kitchen&sensor=", "sensor is empty"], ["limit=1", 'There is no parameter "limit"']]) {
    const refused = await at.service.app.request(`/events?${query}`);
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: "MGV_USAGE", detail: expect.stringContaining(detail!) }]);
  }
  await using bare = await startService();
  expect((await bare.app.request("/events")).status).toBe(503);
});

const keyOf = (name: string) => newKey({ name, role: "read" }, { nowMs: START_MS, randomBytes });

test("a key that is removed hears nothing of what happens then, and others hear it", async () => {
  const [ada, bob] = [keyOf("ada"), keyOf("bob")];
  const keys = new KeyRing();
  keys.replace([ada.key, bob.key]);
  await using at = await served(keys);
  const [adas, bobs] = [await listen(`${at.server.url}/events`, { "X-API-Key": ada.secret }), await listen(`${at.server.url}/events`, { Authorization: `Bearer ${bob.secret}` })];
  expect([(await adas.next())?.event, (await bobs.next())?.event]).toEqual(["hello", "hello"]);
  keys.replace([bob.key]);
  at.swap("one");
  expect([await adas.next(), (await bobs.next())?.data]).toMatchObject([null, { model_version: "one" }]);
  expect(at.live.listeners).toBe(1);
  bobs.stop();
});

test("who came without a key hears nothing more once one is asked for", async () => {
  const keys = new KeyRing();
  await using at = await served(keys);
  const listening = await listen(`${at.server.url}/events`);
  await listening.next();
  keys.replace([]);
  at.swap("one");
  expect(await listening.next()).toMatchObject({ event: "model" });
  keys.replace([keyOf("ada").key]);
  at.swap("two");
  expect(await listening.next()).toBeNull();
  await at.nobody();
});

test("where nothing happens a stream that may not go on ends at the next heartbeat", async () => {
  const feed = new LiveFeed({ event: "fire", perSecond: 5, now: () => START_MS });
  let may = true;
  const listener = feed.listen({ kinds: new Set(["alert"]), sensors: null }, null)!;
  const reader = eventStream(listener, { hello: { event: "hello", data: "{}" }, now: () => START_MS, signal: new AbortController().signal, stillMay: () => may, heartbeatMs: 1 }).getReader();
  const next = async () => new TextDecoder().decode((await reader.read()).value);
  expect([await next(), await next()]).toEqual([expect.stringContaining("event: hello"), expect.stringContaining("event: heartbeat")]);
  may = false;
  expect((await reader.read()).done).toBe(true);
  expect(feed.listeners).toBe(0);
  feed.close();
});
