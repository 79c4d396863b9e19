/** Lets a loop sleep until there is something to do. */
export class Wake {
  #wake: (() => void) | null = null;
  #isDue = false;

  /** Ends the wait that is, or the next one at once. */
  notify(): void {
    this.#isDue = true;
    this.#wake?.();
  }

  /** Resolves after `ms`, or as soon as somebody notifies. */
  async wait(ms: number): Promise<void> {
    if (!this.#isDue) {
      await new Promise<void>((resolve) => {
        const timer = Number.isFinite(ms) ? setTimeout(resolve, Math.max(0, ms)) : undefined;
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = null;
    this.#isDue = false;
  }
}
