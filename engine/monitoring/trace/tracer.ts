import type { TraceParent } from "./trace-parent.ts";

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Something that was done. */
export interface Span {
  readonly name: string;
  readonly kind: "internal" | "server";
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly hasFailed: boolean;
}

/** Something that is being done. */
export interface OpenSpan {
  /** What it is to those that it calls. */
  readonly parent: TraceParent;
  end(what: { readonly name: string; readonly attributes?: Attributes; readonly hasFailed?: boolean }): void;
}

interface TracerOptions {
  /** Of the traces that begin here. */
  readonly share: number;
  /** Whether a trace that is recorded where it comes from, or is not, is taken as it is there. */
  readonly followsParents: boolean;
  /** Never rejects. */
  readonly send: (spans: readonly Span[]) => Promise<void>;
  /** Epoch ms, with fractions. */
  readonly now: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
}

const SEND_MS = 5_000;
const SPANS_AT_ONCE = 512;
const MOST_SPANS = 2_048;

/** Keeps what was done until it is sent. Where nobody takes it, the newest is lost, and nothing waits. */
export class Tracer implements AsyncDisposable {
  readonly #options: TracerOptions;
  readonly #timer: NodeJS.Timeout;
  #spans: Span[] = [];
  #sending: Promise<void> = Promise.resolve();

  constructor(options: TracerOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.flush(), SEND_MS);
    this.#timer.unref();
  }

  start(kind: Span["kind"], parent: TraceParent | null = null): OpenSpan {
    const { now, followsParents, share } = this.#options;
    const traceId = parent?.traceId ?? this.#id(16);
    const spanId = this.#id(8);
    // the last 56 bits of a trace's id are random: each process draws the same lot of it
    const isSampled = parent && followsParents ? parent.isSampled : Number.parseInt(traceId.slice(-13), 16) < share * 2 ** 52;
    const startMs = now();
    return {
      parent: { traceId, spanId, isSampled },
      end: ({ name, attributes = {}, hasFailed = false }) => {
        if (!isSampled || this.#spans.length >= MOST_SPANS) return;
        this.#spans.push({ name, kind, traceId, spanId, parentId: parent?.spanId ?? null, startMs, endMs: now(), attributes, hasFailed });
        if (this.#spans.length === SPANS_AT_ONCE) void this.flush();
      },
    };
  }

  /** Resolves when all that has ended is sent, or could not be. */
  flush(): Promise<void> {
    this.#sending = this.#sendAfter(this.#sending);
    return this.#sending;
  }

  async #sendAfter(before: Promise<void>): Promise<void> {
    await before;
    const spans = this.#spans;
    if (spans.length === 0) return;
    this.#spans = [];
    await this.#options.send(spans);
  }

  #id(length: number): string {
    return Buffer.from(this.#options.randomBytes(length)).toString("hex");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
