import type { Compared, Comparison } from "./comparison.ts";
import type { FigureName } from "./figures.ts";
import type { RecordingResult } from "./recording.ts";

/** Ours may be so much worse than the peer. */
const ALLOWED = 0.005;

const judgedBy: readonly FigureName[] = ["accuracy", "balancedAccuracy", "auc"];

/** What has to be said below the tables. */
export function recordingNotes({ parameters, splits, blocks, features }: RecordingResult): string[] {
  const { rounds, max_leaves, eta, lambda, min_child_weight, min_data_in_leaf, max_bin } = parameters;
  const chosen = Object.entries(features?.chosen ?? {}).map(([set, folds]) => `${set} ${folds}`);
  return [
    `${rounds} trees of ${max_leaves} leaves, eta ${eta}, lambda ${lambda}, min_child_weight ${min_child_weight}, min_data_in_leaf ${min_data_in_leaf} (XGBoost has none), max_bin ${max_bin}.`,
    "In brackets: 95 % of draws of blocks. Draws, mean ± standard deviation: of nine in ten of the rows to learn from, or of the permutation that deals blocks to folds.",
    ...(features ? [`Folds in which a set had the lower log loss on the inner folds: ${chosen.join(", ")}.`] : []),
    ...aimLines([...splits, ...blocks]),
  ];
}

/** Where ours is worse than the peer by more than is allowed, once and in the mean of the draws. */
function aimLines(comparisons: readonly Comparison[]): string[] {
  const differences = comparisons.flatMap(({ name, difference }) => (difference ? [{ name, difference }] : []));
  if (differences.length === 0) return [];
  const worse = (of: (difference: Compared, figure: FigureName) => number | null | undefined) =>
    differences.flatMap((each) => judgedBy.flatMap((figure) => ((of(each.difference, figure) ?? 0) < -ALLOWED ? [`${each.name} ${figure}`] : [])));
  const line = (when: string, places: string[]) => `More than ${ALLOWED * 100} points worse ${when}: ${places.join(", ") || "nowhere"}.`;
  return [
    line("once", worse(({ figures }, figure) => figures[figure])),
    line("in the mean of the draws", worse(({ overDraws }, figure) => overDraws?.mean[figure])),
  ];
}
