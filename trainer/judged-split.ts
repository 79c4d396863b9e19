import { choose, DEFAULT_THRESHOLD, type Wish } from "./choice.ts";
import { Predictions } from "./judgement/predictions.ts";
import { chanceReason, evidenceOf, verdictOf } from "./judgement/verdict.ts";
import { witnessesOf } from "./judgement/witnesses.ts";
import { judgementOf } from "./judgement.ts";
import type { JudgedSplit } from "./report/report.ts";
import type { RowTrainer } from "./row-trainer.ts";
import type { NestedFold } from "./split-nested.ts";
import type { Split } from "./split.ts";

export interface SplitToJudge extends Split {
  readonly folds: readonly NestedFold[];
}

export interface SplitOutcome {
  readonly judged: JudgedSplit & Pick<Split, "name">;
  /** Mean loss of the rows that are held out, after each round; empty unless `withLosses`, and where nothing could be learned. */
  readonly losses: readonly number[];
}

/** Scores every test row by the model of its fold, whose threshold and calibration come from its training part alone, and judges all folds together. */
export async function judgeSplit(trainer: RowTrainer, split: SplitToJudge, wish: Wish, { withLosses = false } = {}): Promise<SplitOutcome> {
  const { name, title, meaning, folds } = split;
  if (folds.every(({ test }) => test.length === 0)) return { judged: { name, title, meaning, verdict: null, judgement: null }, losses: [] };
  const { dataset } = trainer;
  const predictions = new Predictions(dataset, folds);
  const losses: FoldLosses[] = [];
  const obstacles: string[] = [];
  for (const [number, { train, test, inner }] of folds.entries()) {
    const what = `${title}, ${number + 1} of ${folds.length}`;
    const choice = await choose(trainer, inner, wish, what);
    const model = await trainer.train(train, what, withLosses ? test : undefined);
    predictions.add(test, model, choice);
    losses.push({ rows: test.length, after: model.history.map(({ validationLoss }) => validationLoss ?? NaN) });
    if (choice.obstacle !== null) obstacles.push(choice.obstacle);
  }
  const judgement = judgementOf(predictions.judged(witnessesOf(dataset, name), wish));
  const hindered = obstacles.length === 0 ? [] : [`In ${obstacles.length} of ${folds.length} folds nothing could be chosen and the threshold stays ${DEFAULT_THRESHOLD}, because ${obstacles[0]}.`];
  const verdict = [verdictOf(judgement, { because: chanceReason(name, evidenceOf(dataset)), event: dataset.event }), ...hindered].filter((sentence) => sentence !== null).join(" ");
  return { judged: { name, title, meaning, verdict: verdict === "" ? null : verdict, judgement }, losses: meanLosses(losses) };
}

interface FoldLosses {
  readonly rows: number;
  readonly after: readonly number[];
}

/** Over all rows, of folds that have learned at all. */
function meanLosses(folds: readonly FoldLosses[]): number[] {
  const learned = folds.filter(({ after }) => after.length > 0);
  const rows = learned.reduce((sum, fold) => sum + fold.rows, 0);
  return (learned[0]?.after ?? []).map((_, round) => learned.reduce((sum, fold) => sum + fold.rows * fold.after[round]!, 0) / rows);
}
