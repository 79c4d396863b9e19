import { sleep } from "../source/pace.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/** A failure after so long a time is the first one again. */
const LONG_MS = 60_000;

export interface Persistence {
  /** Whether what was thrown may be gone the next time. */
  passes(thrown: unknown): boolean;
  /** Told before each pause. */
  onFailure(thrown: unknown, pauseMs: number): void;
}

/** Does something until it is done or `signal` aborts, after 0.1 s, 0.2 s, … 5 s again, without end. Throws what does not pass, unless `signal` has aborted. */
export async function keepTrying(work: () => Promise<void>, { passes, onFailure }: Persistence, signal: AbortSignal): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const startedMs = performance.now();
    try {
      return await work();
    } catch (thrown) {
      if (signal.aborted) return;
      if (!passes(thrown)) throw thrown;
      if (performance.now() - startedMs > LONG_MS) pauseMs = FIRST_PAUSE_MS;
      onFailure(thrown, pauseMs);
      await sleep(pauseMs, signal);
    }
  }
}

export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
