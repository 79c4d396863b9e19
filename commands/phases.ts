/** Takes the time of what is done one after the other. */
export class Phases {
  /** In the order in which they ended. */
  readonly done: { readonly name: string; readonly ms: number }[] = [];
  readonly #now: () => number;

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  async of<Result>(name: string, step: () => Result | Promise<Result>): Promise<Result> {
    const startedMs = this.#now();
    const result = await step();
    this.done.push({ name, ms: this.#now() - startedMs });
    return result;
  }
}
