import { expect, test } from "vitest";
import { parseTraceParent, traceParentText } from "../../../../engine/monitoring/trace/trace-parent.ts";
import { readTraceSettings } from "../../../../engine/monitoring/trace/trace-settings.ts";
import { Tracer, type Span } from "../../../../engine/monitoring/trace/tracer.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

test.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  [`cc-${TRACE}-${SPAN}-03-what-comes-later`, true],
])("%s is a parent", (header, isSampled) => {
  expect(parseTraceParent(header)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled });
  expect(traceParentText(parseTraceParent(header)!)).toBe(`00-${TRACE}-${SPAN}-0${isSampled ? 1 : 0}`);
});

test.each([undefined, "", "00", `ff-${TRACE}-${SPAN}-01`, `00-${"0".repeat(32)}-${SPAN}-01`, `00-${TRACE}-${"0".repeat(16)}-01`, `00-${TRACE.toUpperCase()}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01x`, ` 00-${TRACE}-${SPAN}-01`])("%s is none", (header) => {
  expect(parseTraceParent(header)).toBeNull();
});

/** Ids of the bytes 1, 2, 3, …; a clock that steps by 1 ms. */
function tracer(options: { share?: number; followsParents?: boolean } = {}) {
  const sent: Span[][] = [];
  let [byte, nowMs] = [0, 1_000];
  const made = new Tracer({
    share: 1,
    followsParents: true,
    send: (spans) => Promise.resolve(void sent.push([...spans])),
    now: () => ++nowMs,
    randomBytes: (length) => new Uint8Array(length).fill(++byte),
    ...options,
  });
  return { tracer: made, sent };
}

test("a span continues the trace of its parent, or begins one", async () => {
  const { tracer: made, sent } = tracer();
  const root = made.start("internal");
  const child = made.start("server", root.parent);
  child.end({ name: "GET /x", attributes: { n: 1 }, hasFailed: true });
  root.end({ name: "train" });
  await made[Symbol.asyncDispose]();
  const traceId = "01".repeat(16);
  expect(sent).toEqual([
    [
      { name: "GET /x", kind: "server", traceId, spanId: "03".repeat(8), parentId: "02".repeat(8), startMs: 1_002, endMs: 1_003, attributes: { n: 1 }, hasFailed: true },
      { name: "train", kind: "internal", traceId, spanId: "02".repeat(8), parentId: null, startMs: 1_001, endMs: 1_004, attributes: {}, hasFailed: false },
    ],
  ]);
});

test("what is not recorded at its parent is not recorded here, unless the sampler looks at no parents", async () => {
  const parent = { traceId: TRACE, spanId: SPAN, isSampled: false };
  for (const [followsParents, count] of [[true, 0], [false, 1]] as const) {
    const { tracer: made, sent } = tracer({ followsParents });
    const span = made.start("server", parent);
    expect(span.parent.isSampled).toBe(count === 1);
    span.end({ name: "GET /x" });
    await made[Symbol.asyncDispose]();
    expect(sent.flat()).toHaveLength(count);
  }
});

test("a share of the traces is recorded, the same by every process", () => {
  const ids = Array.from({ length: 2_000 }, (_, i) => Uint8Array.from({ length: 16 }, (_, byte) => (i * 7_919 + byte * 104_729 + ((i * i) >> byte)) & 255));
  const recorded = (share: number) => {
    let next = 0;
    const made = new Tracer({ share, followsParents: true, send: () => Promise.resolve(), now: () => 0, randomBytes: (length) => (length === 16 ? ids[next++]! : new Uint8Array(8)) });
    const taken = ids.map(() => made.start("server").parent.isSampled);
    void made[Symbol.asyncDispose]();
    return taken;
  };
  expect(recorded(0.25)).toEqual(recorded(0.25));
  const share = recorded(0.25).filter(Boolean).length / ids.length;
  expect(share).toBeGreaterThan(0.15);
  expect(share).toBeLessThan(0.35);
  expect([recorded(0).some(Boolean), recorded(1).every(Boolean)]).toEqual([false, true]);
});

test("where nobody takes spans no more than 2,048 are kept, and nothing waits", async () => {
  const gate = Promise.withResolvers<void>();
  const sent: number[] = [];
  const made = new Tracer({ share: 1, followsParents: true, now: () => 0, randomBytes: (length) => new Uint8Array(length).fill(1), send: (spans) => (sent.push(spans.length), gate.promise) });
  const end = (count: number) => {
    for (let i = 0; i < count; i++) made.start("server").end({ name: "GET /x" });
  };
  end(512);
  await expect.poll(() => sent).toEqual([512]);
  end(10_000);
  gate.resolve();
  await made[Symbol.asyncDispose]();
  expect(sent).toEqual([512, 2_048]);
});

test("without OpenTelemetry's variables there are no traces", () => {
  for (const environment of [{}, { OTEL_SERVICE_NAME: "x" }, { OTEL_TRACES_EXPORTER: "none", OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318" }, { OTEL_SDK_DISABLED: "true", OTEL_TRACES_EXPORTER: "otlp" }]) {
    expect(readTraceSettings(environment)).toBeNull();
  }
});

test("the variables mean what OpenTelemetry says", () => {
  expect(readTraceSettings({ OTEL_TRACES_EXPORTER: "otlp" })).toEqual({ url: "http://localhost:4318/v1/traces", headers: {}, resource: { "service.name": "mangrove" }, share: 1, followsParents: true });
  expect(
    readTraceSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "https://c.example/otel/", OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%20b, other=c=d", OTEL_RESOURCE_ATTRIBUTES: "service.name=sensors,host.name=h1", OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.1" }),
  ).toEqual({ url: "https://c.example/otel/v1/traces", headers: { "x-key": "a b", other: "c=d" }, resource: { "service.name": "sensors", "host.name": "h1" }, share: 0.1, followsParents: false });
  expect(readTraceSettings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c/t", OTEL_SERVICE_NAME: "mine", OTEL_TRACES_SAMPLER: "parentbased_always_off" })).toMatchObject({ url: "http://c/t", resource: { "service.name": "mine" }, share: 0, followsParents: true });
});

test.each([
  [{ OTEL_TRACES_EXPORTER: "zipkin" }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4317" }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_TRACES_SAMPLER: "sometimes" }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_TRACES_SAMPLER_ARG: "2" }],
])("%o is refused", (environment) => {
  expect(() => readTraceSettings(environment)).toThrow(expect.objectContaining({ code: "MGV_CONFIG" }));
});
