import type { Sleep } from "../source/pace.ts";
import type { Notice } from "./notice.ts";
import type { Target } from "./target.ts";

/** Pauses between attempts: 1 s, 2 s, 4 s, … and never longer than this. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 300_000;

/** After so long a notice is given up. */
const GIVE_UP_MS = 86_400_000;

interface Options {
  /** Epoch ms. */
  readonly now: () => number;
  /** From 0 on, below 1. */
  readonly random: () => number;
  readonly sleep: Sleep;
  readonly giveUpMs?: number;
  /** Whether there is no more reason to tell. */
  readonly isMoot: () => boolean;
  readonly onRetry: (reason: string, pauseMs: number) => void;
}

export type Delivered = { readonly outcome: "delivered" | "moot" | "stopped" } | { readonly outcome: "failed"; readonly reason: string };

/** Sends a notice until it is taken, refused for good, or given up. Pauses double, and have jitter, so that many who wait do not come back at once. `stop` ends pauses, `cut` an attempt too. */
export async function deliver(target: Target, notice: Notice, { now, random, sleep, giveUpMs = GIVE_UP_MS, isMoot, onRetry }: Options, { stop, cut }: { readonly stop: AbortSignal; readonly cut: AbortSignal }): Promise<Delivered> {
  const beganMs = now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    if (isMoot()) return { outcome: "moot" };
    const attempt = await target.send(notice, cut);
    if (attempt.kind === "delivered") return { outcome: "delivered" };
    if (attempt.kind === "never") return { outcome: "failed", reason: attempt.reason };
    if (stop.aborted) return { outcome: "stopped" };
    const jittered = pauseMs / 2 + (random() * pauseMs) / 2;
    const waitMs = Math.min(Math.max(jittered, attempt.afterMs ?? 0), LONGEST_PAUSE_MS);
    if (now() + waitMs - beganMs > giveUpMs) return { outcome: "failed", reason: attempt.reason };
    onRetry(attempt.reason, waitMs);
    await sleep(waitMs, stop);
    if (stop.aborted) return { outcome: "stopped" };
  }
}
