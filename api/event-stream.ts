import type { Listener, Taken } from "../engine/live/listener.ts";

const HEARTBEAT_MS = 15_000;

/** How long a browser waits before it connects again. */
const RETRY_MS = 2000;

interface ServerSentEvent {
  readonly event: string;
  /** One line. */
  readonly data: string;
  readonly id?: string;
}

interface Hearing {
  /** Comes first. */
  readonly hello: ServerSentEvent;
  readonly now: () => number;
  /** Says that nobody reads any more. */
  readonly signal: AbortSignal;
  /** Asked before anything is told: where it says no, the stream ends. */
  readonly stillMay: () => boolean;
  readonly heartbeatMs?: number;
}

/** What a listener hears, as server-sent events: read at the pace of who reads. */
export function eventStream(listener: Listener, { hello, now, signal, stillMay, heartbeatMs = HEARTBEAT_MS }: Hearing): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const close = () => listener[Symbol.dispose]();
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n${textOf(hello)}`)),
    async pull(controller) {
      const taken = await listener.take(heartbeatMs);
      if (taken && stillMay()) return controller.enqueue(encoder.encode(takenText(taken, now)));
      close();
      signal.removeEventListener("abort", close);
      if (!signal.aborted) controller.close();
    },
    cancel: close,
  });
}

function takenText({ events, missed }: Taken, now: () => number): string {
  const texts = events.map(({ id, kind, data }) => textOf({ id, event: kind, data }));
  if (missed !== 0) texts.push(textOf({ event: "gap", data: JSON.stringify({ missed }) }));
  if (texts.length === 0) texts.push(textOf({ event: "heartbeat", data: JSON.stringify({ timestamp: new Date(now()).toISOString() }) }));
  return texts.join("");
}

function textOf({ event, data, id }: ServerSentEvent): string {
  return `event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`;
}
