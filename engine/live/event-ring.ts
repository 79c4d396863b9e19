import type { LiveEvent } from "./live-event.ts";

/** Events that are held, and their bytes: whichever is reached first. */
const MOST = { events: 4096, bytes: 1 << 20 };

/** The newest events, for listeners that come back. */
export class EventRing {
  readonly #era: string;
  /** In front of those of `#events`: how many there were. */
  #gone = 0;
  #bytes = 0;
  readonly #events: LiveEvent[] = [];

  /** `era` begins the ids. */
  constructor(era: string) {
    this.#era = era;
  }

  add(event: Omit<LiveEvent, "id">): LiveEvent {
    const made = { ...event, id: this.#idOf(this.#end) };
    this.#events.push(made);
    this.#bytes += made.data.length;
    while (this.#events.length > MOST.events || this.#bytes > MOST.bytes) {
      this.#bytes -= this.#events.shift()!.data.length;
      this.#gone++;
    }
    return made;
  }

  /** The id of the newest event; where there is none, of one before the first. */
  get last(): string {
    return this.#idOf(this.#end - 1);
  }

  /** What came after the event of an id, and how many of those are not held any more; null for an id of another ring. */
  after(id: string): { readonly events: readonly LiveEvent[]; readonly missed: number } | null {
    const number = Number(id.slice(this.#era.length + 1));
    if (id !== this.#idOf(number) || !Number.isInteger(number) || number < -1 || number >= this.#end) return null;
    return { events: this.#events.slice(Math.max(0, number + 1 - this.#gone)), missed: Math.max(0, this.#gone - number - 1) };
  }

  get #end(): number {
    return this.#gone + this.#events.length;
  }

  #idOf(number: number): string {
    return `${this.#era}:${number}`;
  }
}
