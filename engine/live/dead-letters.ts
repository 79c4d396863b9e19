import type { DeadLetter } from "../batch.ts";
import { timeText } from "../time-text.ts";

/** The latest dead letter of a code, and how many it stands for. */
export interface DeadLetterSample {
  readonly count: number;
  readonly code: string;
  readonly reason: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Of its record, epoch ms; NaN where it has none. */
  readonly appendTimeMs: number;
}

/** Reasons may quote what was sent. */
const MOST_REASON = 300;

/** The later one, with both counts. */
export function mergedLetters(before: DeadLetterSample, now: DeadLetterSample): DeadLetterSample {
  return { ...now, count: before.count + now.count };
}

/** Adds letters to the samples of their codes. */
export function addLetters(samples: Map<string, DeadLetterSample>, letters: readonly Omit<DeadLetter, "key" | "headers" | "value">[]): void {
  for (const { code, reason, topic, partition, offset, appendTimeMs } of letters) {
    const sample = { count: 1, code, reason: reason.slice(0, MOST_REASON), topic, partition, offset, appendTimeMs };
    const before = samples.get(code);
    samples.set(code, before ? mergedLetters(before, sample) : sample);
  }
}

export function letterText({ appendTimeMs, ...letter }: DeadLetterSample): string {
  const { count, ...place } = letter;
  return JSON.stringify({ ...place, timestamp: timeText(appendTimeMs), count });
}
