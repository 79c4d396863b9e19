import type { LiveEvent, LiveKind } from "./live-event.ts";

/** Events that wait for a listener, and their bytes: what comes beyond is counted and gone. */
const MOST = { events: 4096, bytes: 1 << 20 };

/** Which events are wanted; null: all. */
export interface LiveFilter {
  readonly kinds: ReadonlySet<LiveKind> | null;
  readonly sensors: ReadonlySet<string> | null;
}

/** What a listener takes in one go. */
export interface Taken {
  readonly events: readonly LiveEvent[];
  /** How many were lost behind them, for the listener was slow, or away for long; null: nobody knows. */
  readonly missed: number | null;
}

/** One who listens, at a pace of their own: whoever tells of events never waits. */
export class Listener implements Disposable {
  readonly #filter: LiveFilter;
  readonly #onClose: () => void;
  #events: LiveEvent[] = [];
  #bytes = 0;
  #missed: number | null = 0;
  #isClosed = false;
  #wake: (() => void) | null = null;

  constructor(filter: LiveFilter, onClose: () => void) {
    this.#filter = filter;
    this.#onClose = onClose;
  }

  offer(event: LiveEvent): void {
    const { kinds, sensors } = this.#filter;
    if (kinds && !kinds.has(event.kind)) return;
    if (sensors && event.sensor !== null && !sensors.has(event.sensor)) return;
    if (this.#missed !== 0 || this.#events.length >= MOST.events || this.#bytes + event.data.length > MOST.bytes) return this.miss(1);
    this.#events.push(event);
    this.#bytes += event.data.length;
    this.#wake?.();
  }

  miss(count: number | null): void {
    this.#missed = count === null || this.#missed === null ? null : this.#missed + count;
    this.#wake?.();
  }

  /** Waits for something, or `patienceMs`: then it takes nothing. Null once closed, when all is taken. One at a time. */
  async take(patienceMs: number): Promise<Taken | null> {
    if (this.#isEmpty && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patienceMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    if (this.#isEmpty && this.#isClosed) return null;
    const taken = { events: this.#events, missed: this.#missed };
    this.#events = [];
    this.#bytes = 0;
    this.#missed = 0;
    return taken;
  }

  get #isEmpty(): boolean {
    return this.#events.length === 0 && this.#missed === 0;
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose();
    this.#wake?.();
  }
}
