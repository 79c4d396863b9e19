import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { serveApp } from "../../api/server.ts";
import { otlpSender } from "../../engine/monitoring/trace/otlp.ts";
import { Tracer } from "../../engine/monitoring/trace/tracer.ts";
import { message, startService } from "./service.ts";

interface Received {
  readonly path: string | undefined;
  readonly type: string | undefined;
  readonly key: unknown;
  readonly body: { resourceSpans: { resource: object; scopeSpans: { spans: Record<string, unknown>[] }[] }[] };
}

/** A collector as OpenTelemetry's are seen from here: what was sent to it. */
async function collector(status = 200): Promise<AsyncDisposable & { url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      received.push({ path: request.url, type: request.headers["content-type"], key: request.headers["x-key"], body: JSON.parse(text) as Received["body"] });
      response.writeHead(status, { "Content-Type": "application/json", Connection: "close" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    received,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function tracerTo(url: string, problems: string[] = []): Tracer {
  const send = otlpSender({ url, headers: { "x-key": "k" }, resource: { "service.name": "mangrove" }, onProblem: (problem) => problems.push(problem) });
  return new Tracer({ share: 1, followsParents: true, send, now: Date.now, randomBytes });
}

test("a request over a socket is a span in the trace that it comes with, and the collector has it as OTLP", async () => {
  await using at = await collector();
  const tracer = tracerTo(at.url);
  await using service = await startService({ app: { tracer, newId: () => "id-1" } });
  const server = await serveApp(service.app, { host: "127.0.0.1", port: 0 });
  try {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const headers = { "Content-Type": "application/json", traceparent: `00-${traceId}-00f067aa0ba902b7-01`, Authorization: "Bearer mgv_secret" };
    const answer = await fetch(`${server.url}/predict?token=hidden`, { method: "POST", headers, body: JSON.stringify(message()) });
    await answer.arrayBuffer();
    const [, given, spanId] = answer.headers.get("traceparent")!.split("-");
    expect(given).toBe(traceId);
    await (await fetch(`${server.url}/livez`)).arrayBuffer();
    await tracer[Symbol.asyncDispose]();

    expect(at.received).toHaveLength(1);
    const [{ path, type, key, body }] = at.received as [Received];
    expect([path, type, key]).toEqual(["/v1/traces", "application/json", "k"]);
    expect(body.resourceSpans[0]!.resource).toEqual({ attributes: [{ key: "service.name", value: { stringValue: "mangrove" } }] });
    const spans = body.resourceSpans[0]!.scopeSpans[0]!.spans;
    expect(spans).toHaveLength(1);
    expect(spans[0]).toMatchObject({ traceId, spanId, parentSpanId: "00f067aa0ba902b7", name: "POST /predict", kind: 2, status: {} });
    expect(Number(spans[0]!["endTimeUnixNano"])).toBeGreaterThanOrEqual(Number(spans[0]!["startTimeUnixNano"]));
    expect(spans[0]!["attributes"]).toEqual(
      expect.arrayContaining([
        { key: "http.route", value: { stringValue: "/predict" } },
        { key: "http.response.status_code", value: { intValue: "200" } },
        { key: "mangrove.request_id", value: { stringValue: "id-1" } },
      ]),
    );
    expect(JSON.stringify(body)).not.toMatch(/secret|hidden/);
  } finally {
    await server.close();
  }
});

test("a request that fails inside is a failed span", async () => {
  await using at = await collector();
  const tracer = tracerTo(at.url);
  await using service = await startService({ model: false, app: { tracer } });
  await service.app.request("/model/info");
  await tracer[Symbol.asyncDispose]();
  expect(at.received[0]?.body.resourceSpans[0]!.scopeSpans[0]!.spans[0]).toMatchObject({ name: "GET /model/info", status: { code: 2 } });
});

test("a collector that refuses or is not there is told of once, and requests are answered", async () => {
  const refusing = await collector(500);
  const problems: string[] = [];
  const tracer = tracerTo(refusing.url, problems);
  await using service = await startService({ app: { tracer } });
  for (let i = 0; i < 2; i++) {
    expect((await service.post(message())).status).toBe(200);
    await tracer.flush();
  }
  await refusing[Symbol.asyncDispose]();
  expect((await service.post(message())).status).toBe(200);
  await tracer[Symbol.asyncDispose]();
  expect(problems).toEqual([`The traces cannot be sent to ${refusing.url}: it answers 500.`]);
});

test("a collector that breaks off amid its answer is told of, and the next spans are sent", async () => {
  let isBreaking = true;
  const sockets = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "Content-Length": "100", Connection: "close" });
      if (isBreaking) response.write("{", () => response.destroy());
      else response.end("{}".padEnd(100));
    });
  });
  await new Promise<void>((resolve) => sockets.listen(0, "127.0.0.1", resolve));
  const problems: string[] = [];
  const url = `http://127.0.0.1:${(sockets.address() as AddressInfo).port}/`;
  const tracer = tracerTo(url, problems);
  const done = () => tracer.start("internal").end({ name: "work" });
  done();
  await tracer.flush();
  expect(problems).toEqual([expect.stringContaining(`cannot be sent to ${url}`)]);
  isBreaking = false;
  done();
  await tracer.flush();
  isBreaking = true;
  done();
  await tracer[Symbol.asyncDispose]();
  expect(problems).toHaveLength(2);
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
});
