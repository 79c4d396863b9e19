import type { Attributes, Span } from "./tracer.ts";

interface OtlpOptions {
  /** Of the collector, with the path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of this process. */
  readonly resource: Attributes;
  /** Told of the first of several failures in a row. */
  readonly onProblem: (problem: string) => void;
}

const TIMEOUT_MS = 10_000;

/** By the numbers of the protocol. */
const KINDS = { internal: 1, server: 2 } as const;
const FAILED = 2;

/** Sends spans to a collector as JSON over HTTP (OTLP 1.x). What it does not take is lost, and nothing is thrown. */
export function otlpSender({ url, headers, resource, onProblem }: OtlpOptions): (spans: readonly Span[]) => Promise<void> {
  let isFailing = false;
  return async (spans) => {
    const body = JSON.stringify({ resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans: [{ scope: { name: "mangrove" }, spans: spans.map(spanOf) }] }] });
    const problem = await problemOf(fetch(url, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body, signal: AbortSignal.timeout(TIMEOUT_MS) }));
    if (problem !== null && !isFailing) onProblem(`The traces cannot be sent to ${url}: ${problem}.`);
    isFailing = problem !== null;
  };
}

/** Null where the answer came whole, and is a yes. */
async function problemOf(asked: Promise<Response>): Promise<string | null> {
  try {
    const response = await asked;
    await response.arrayBuffer();
    return response.ok ? null : `it answers ${response.status}`;
  } catch (thrown) {
    return (thrown as Error).message;
  }
}

function spanOf({ name, kind, traceId, spanId, parentId, startMs, endMs, attributes, hasFailed }: Span) {
  return {
    traceId,
    spanId,
    ...(parentId !== null && { parentSpanId: parentId }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: attributesOf(attributes),
    status: hasFailed ? { code: FAILED } : {},
  };
}

/** As text: a number would lose some. */
function nanoseconds(timeMs: number): string {
  const wholeMs = Math.floor(timeMs);
  return String(BigInt(wholeMs) * 1_000_000n + BigInt(Math.round((timeMs - wholeMs) * 1e6)));
}

function attributesOf(attributes: Attributes) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(value: string | number | boolean) {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
