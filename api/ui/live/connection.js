import { ask, get, Refused } from "./api.js";

const PAUSES_MS = [500, 1000, 2000, 4000];

/** A snapshot takes the place of what was missed, no more often than this. */
const LEAST_RELOAD_MS = 5000;

/** The server says something every 15 s: a stream that is silent for so long is dead, whatever the connection looks like. */
const SILENT_MS = 40_000;

/**
 * Follows the stream, for as long as the page is open. Server-sent events by fetch, since an EventSource can send no key. `on.snapshot`, `on.event`, `on.state`: what to do with what comes.
 */
export class Connection {
  #on;
  #last = null;
  #reloadedMs = -Infinity;
  #isWanted = true;
  #wake = null;

  constructor(on) {
    this.#on = on;
  }

  async run() {
    for (let failures = 0; ; ) {
      try {
        if (this.#isWanted) await this.#reload();
        await this.#listen(() => (failures = 0));
      } catch (thrown) {
        if (thrown instanceof Refused && thrown.status === 401) {
          this.#isWanted = true;
          this.#on.state("refused");
          await new Promise((resolve) => (this.#wake = resolve));
          continue;
        }
      }
      this.#on.state("reconnecting");
      await new Promise((resolve) => setTimeout(resolve, PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)]));
    }
  }

  /** There is a key now. */
  retry() {
    this.#wake?.();
  }

  async #reload() {
    const snapshot = await get("live");
    this.#isWanted = false;
    this.#reloadedMs = performance.now();
    this.#last = snapshot.last_event_id;
    this.#on.snapshot(snapshot);
  }

  async #listen(onOpen) {
    const stop = new AbortController();
    let silence = setTimeout(() => stop.abort(), SILENT_MS);
    const answer = await ask("events", { headers: { Accept: "text/event-stream", ...(this.#last !== null && { "Last-Event-ID": this.#last }) }, signal: stop.signal });
    onOpen();
    this.#on.state("connected");
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    try {
      for (let rest = ""; ; ) {
        const { done, value } = await reader.read();
        clearTimeout(silence);
        silence = setTimeout(() => stop.abort(), SILENT_MS);
        if (done) return;
        const texts = (rest + value).split("\n\n");
        rest = texts.pop();
        for (const text of texts) this.#take(text);
        if (this.#isWanted && performance.now() - this.#reloadedMs > LEAST_RELOAD_MS) return;
      }
    } finally {
      clearTimeout(silence);
      stop.abort();
    }
  }

  #take(text) {
    let kind = "";
    let data = "";
    for (const line of text.split("\n")) {
      if (line.startsWith("data: ")) data = line.slice(6);
      else if (line.startsWith("event: ")) kind = line.slice(7);
      else if (line.startsWith("id: ")) this.#last = line.slice(4);
    }
    if (kind === "gap") {
      this.#isWanted = true;
      this.#on.gap(JSON.parse(data).missed);
    } else if (data !== "") this.#on.event(kind, JSON.parse(data));
  }
}
