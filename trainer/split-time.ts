import { MangroveError } from "../kernel-as/errors.ts";
import { recordingFamilies } from "./copies.ts";
import type { Dataset } from "./dataset.ts";
import { fold, type Split } from "./split.ts";

export interface TimeSplitOptions {
  /** Share of the rows, the latest, that are tested (0.2). */
  readonly testShare?: number;
  /** The moment itself, epoch ms, instead of a share. */
  readonly fromMs?: number;
  /** Nothing is learned from so long before the test; at least the longest span that a feature looks back over, which is also what it is unless given. */
  readonly purgeMs?: number;
}

/**
 * Learns from what came before a moment, and is tested by all that came after it, as in service. Nothing is learned from a copy of a recording
 * that is tested. Throws `MGV_ARGUMENT`.
 */
export function timeSplit(dataset: Dataset, { testShare = 0.2, fromMs, purgeMs = dataset.longestSpanMs }: TimeSplitOptions = {}): Split<"time"> {
  if (!(testShare > 0 && testShare < 1)) throw new MangroveError("MGV_ARGUMENT", `testShare is ${testShare}; a share must be between 0 and 1.`);
  if (!(purgeMs >= dataset.longestSpanMs)) throw new MangroveError("MGV_ARGUMENT", `purgeMs is ${purgeMs}; features look back over ${dataset.longestSpanMs} ms, so it must be that or more.`);
  const { timesMs, recordingOf } = dataset;
  const momentMs = fromMs ?? timesMs.toSorted()[Math.floor((1 - testShare) * timesMs.length)]!;
  const family = recordingFamilies(dataset);
  const tested = new Set<number>();
  timesMs.forEach((timeMs, row) => timeMs >= momentMs && tested.add(recordingOf[row]!));
  const copied = new Set(dataset.recordings.keys().filter((recording) => [...tested].some((other) => other !== recording && family[other] === family[recording])));
  const only = fold(
    dataset,
    (row) => timesMs[row]! >= momentMs,
    (row) => timesMs[row]! > momentMs - purgeMs || copied.has(recordingOf[row]!),
  );
  const isEmpty = only.train.length === 0 || only.test.length === 0;
  const left = copied.size === 0 ? "" : ` Copies of what is tested are left out: ${Array.from(copied, (recording) => dataset.recordings[recording]).join(", ")}.`;
  return {
    name: "time",
    title: "the latest readings",
    meaning: isEmpty
      ? `Nothing is left to learn from, or nothing to test, ${purgeMs / 1000} s before ${fromMs === undefined ? `the latest ${Math.round(testShare * 100)} % of the rows` : new Date(fromMs).toISOString()}. Record for longer, or judge by --split recordings or blocks.${left}`
      : `What came later is judged by a model that saw only what came at least ${purgeMs / 1000} s before it.${left}`,
    folds: isEmpty ? [] : [only],
  };
}
