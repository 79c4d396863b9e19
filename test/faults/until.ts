const LOOK_MS = 100;

interface UntilOptions {
  readonly withinMs: number;
  /** Told when time is up: a sentence. */
  readonly state?: () => string;
}

/** Looks again and again until `condition` holds. What it throws on the way, as while a broker is away, is told only when time is up. */
export async function until(what: string, condition: () => Promise<boolean> | boolean, { withinMs, state }: UntilOptions): Promise<void> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const outcome = await Promise.resolve()
      .then(condition)
      .catch((thrown: unknown) => thrown);
    if (outcome === true) return;
    if (performance.now() > endMs) {
      const last = outcome === false ? (state?.() ?? "") : String(outcome);
      throw new Error(`Within ${withinMs / 1000} s it did not come about that ${what}. ${last}`, { cause: outcome });
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
