import type { Failures } from "./failures.ts";
import { answerMs, sleep } from "./patience.ts";

const LOOK_MS = 50;

/** Another process was faster; or the client has asked for what it had just created, before all of the cluster knew of it. */
const isThereSoon = /already exists|does not host this topic/;

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

  /** After `thrown` came of creating them: resolves once all are there, as a cluster tells of topics a moment after they exist. Throws what went wrong otherwise. */
  async appear(names: readonly string[], thrown: unknown): Promise<void> {
    const failure = this.#failures.notCreated(names, thrown);
    const endMs = performance.now() + (isThereSoon.test(failure.message) ? answerMs : 0);
    while ((await this.missing(names)).length > 0) {
      if (performance.now() >= endMs) throw failure;
      await sleep(LOOK_MS);
    }
  }

  async require(names: Iterable<string>): Promise<void> {
    const [missing] = await this.missing(names);
    if (missing !== undefined) throw this.#failures.noTopic(missing);
  }
}
