/** Writes times as ISO 8601 with milliseconds, as `Date` does; of those in one second only the milliseconds are written anew. */
export class Timestamps {
  #second = NaN;
  #text = "";

  of(timeMs: number): string {
    const wholeMs = Math.trunc(timeMs);
    const second = Math.floor(wholeMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#text = new Date(second * 1000).toISOString().slice(0, -4);
    }
    return `${this.#text}${String(wholeMs - second * 1000).padStart(3, "0")}Z`;
  }
}
