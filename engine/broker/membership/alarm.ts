/** Lets one wait for a time, and others end the wait early. */
export class Alarm {
  #end: (() => void) | null = null;
  #hasRung = false;

  /** Resolves after `ms`, or at once if the alarm has rung since the last wait or rings now. */
  async wait(ms: number): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#end = () => (clearTimeout(timer), resolve());
      });
    }
    this.#end = null;
    this.#hasRung = false;
  }

  ring(): void {
    this.#hasRung = true;
    this.#end?.();
  }
}
