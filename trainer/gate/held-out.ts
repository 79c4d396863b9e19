import type { Dataset } from "../dataset.ts";
import { bothClasses } from "../row-trainer.ts";
import type { Fold } from "../split.ts";
import { timeSplit } from "../split-time.ts";

const DAY_MS = 86_400_000;

/** With fewer rows on a side, nothing is learned or told that holds tomorrow. */
const LEAST_ROWS = { train: 200, test: 50 } as const;

export interface HeldOut {
  readonly fold: Fold;
  /** How many of the newest days judge, and their first moment, epoch ms. */
  readonly days: number;
  readonly fromMs: number;
}

/**
 * The newest days as rows that judge: as few as have both labels, and at most half of all time, so that more is learned from than judged by. What is wrong with the rows, in a sentence, where there are no such days.
 *
 *     ├─ learned from ───────────┤ longest span ├─ day ─┼─ day ─┤ newest labelled reading
 */
export function newestDays(dataset: Dataset): HeldOut | string {
  const { event, timesMs, labels, rows } = dataset;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (rows < LEAST_ROWS.train + LEAST_ROWS.test) return `There are ${rows} labelled readings; ${LEAST_ROWS.train + LEAST_ROWS.test} are the least to learn from and to judge by.`;
  if (positives === 0 || positives === rows) return `All ${rows} labelled readings are ${positives === 0 ? `no ${event}` : event}: a model needs both.`;
  const [firstMs, lastMs] = timesMs.reduce(([first, last], timeMs) => [Math.min(first, timeMs), Math.max(last, timeMs)] as const, [Infinity, -Infinity] as const);
  for (let days = 1; days * DAY_MS <= (lastMs - firstMs) / 2; days++) {
    const fromMs = lastMs - days * DAY_MS;
    const fold = timeSplit(dataset, { fromMs }).folds[0];
    if (fold && fold.test.length >= LEAST_ROWS.test && fold.train.length >= LEAST_ROWS.train && bothClasses(dataset, fold.test) && bothClasses(dataset, fold.train)) return { fold, days, fromMs };
  }
  return `Labels reach over ${((lastMs - firstMs) / DAY_MS).toFixed(1)} days, of which no newest ones have ${event} and no ${event} in ${LEAST_ROWS.test} rows or more while as many days before them have the same in ${LEAST_ROWS.train}.`;
}
