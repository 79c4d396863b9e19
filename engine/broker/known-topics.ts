import type { Failures } from "./failures.ts";

/** Remembers which topics exist, so that a missing one is told at once and not after the client's retries. */
export class KnownTopics {
  readonly #list: () => Promise<readonly string[]>;
  readonly #failures: Failures;
  #names: ReadonlySet<string> = new Set();

  constructor(list: () => Promise<readonly string[]>, failures: Failures) {
    this.#list = list;
    this.#failures = failures;
  }

  /** Those of `names` that the cluster does not have. */
  async missing(names: Iterable<string>): Promise<string[]> {
    const wanted = [...new Set(names)];
    if (wanted.some((name) => !this.#names.has(name))) this.#names = new Set(await this.#list());
    return wanted.filter((name) => !this.#names.has(name));
  }

  async require(names: Iterable<string>): Promise<void> {
    const [missing] = await this.missing(names);
    if (missing !== undefined) throw this.#failures.noTopic(missing);
  }
}
