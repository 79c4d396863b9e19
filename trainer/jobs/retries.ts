/** A job that fails is tried again after so long: a minute, five, a quarter of an hour. */
const RETRY_WAITS_MS = [60_000, 300_000, 900_000] as const;

export interface Attempts<Result> {
  /** Counted from 1. Throws what went wrong. */
  readonly attempt: (number: number) => Promise<Result>;
  /** Between attempts, so there is one more of those. */
  readonly waitsMs?: readonly number[];
  /** Throws when it is interrupted. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Told of each failure that is followed by another attempt. */
  readonly onRetry: (failure: { readonly thrown: unknown; readonly attempt: number; readonly waitMs: number }) => void;
}

/** Tries until it goes well or no wait is left. Throws what the last attempt threw. */
export async function withRetries<Result>({ attempt, waitsMs = RETRY_WAITS_MS, sleep, onRetry }: Attempts<Result>): Promise<Result> {
  for (let number = 1; ; number++) {
    try {
      return await attempt(number);
    } catch (thrown) {
      const waitMs = waitsMs[number - 1];
      if (waitMs === undefined) throw thrown;
      onRetry({ thrown, attempt: number, waitMs });
      await sleep(waitMs);
    }
  }
}
