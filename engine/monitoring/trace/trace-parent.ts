/** A span as W3C Trace Context names it between processes. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  /** Whether it is recorded where it comes from. */
  readonly isSampled: boolean;
}

const PATTERN = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-|$)/;

/** Null for what is no `traceparent`: the trace begins anew then. */
export function parseTraceParent(header: string | undefined): TraceParent | null {
  const [, traceId, spanId, flags] = PATTERN.exec(header ?? "") ?? [];
  if (traceId === undefined || spanId === undefined) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags!, 16) & 1) === 1 };
}

export function traceParentText({ traceId, spanId, isSampled }: TraceParent): string {
  return `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;
}
