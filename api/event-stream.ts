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

/** What a listener hears, as server-sent events: read at the pace of who reads. `hello` comes first; `signal` says that nobody reads any more. */
export function eventStream(listener: Listener, { hello, now, signal, heartbeatMs = HEARTBEAT_MS }: { hello: ServerSentEvent; now: () => number; signal: AbortSignal; heartbeatMs?: number }): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const close = () => listener[Symbol.dispose]();
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n${textOf(hello)}`)),
    async pull(controller) {
      const taken = await listener.take(heartbeatMs);
      if (taken) return controller.enqueue(encoder.encode(takenText(taken, now)));
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
