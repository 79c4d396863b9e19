import { recordingFamilies } from "../copies.ts";
import type { Dataset } from "../dataset.ts";
import type { Split } from "../split.ts";
import type { Judgement } from "../report/report.ts";
import { counted } from "../report/texts.ts";

/** Below this a ranking is taken for a coin's. */
export const CHANCE_AUC = 0.6;

/** How the verdict on a ranking by chance begins. */
export const atChance = "Here the model is no better than chance";

/** What a handful of rows can teach: recordings that are no copies of others, and how often the label changes in them. */
export interface Evidence {
  readonly recordings: number;
  readonly labelChanges: number;
  /** What a label of 1 is called. */
  readonly event: string;
}

export function evidenceOf(dataset: Dataset): Evidence {
  const { event, labels, recordingOf, recordings } = dataset;
  const families = recordingFamilies(dataset);
  const last = new Map<number, number>();
  let labelChanges = 0;
  labels.forEach((label, row) => {
    const recording = recordingOf[row]!;
    if (families[recording] !== recording) return;
    if (label !== (last.get(recording) ?? label)) labelChanges++;
    last.set(recording, label);
  });
  return { recordings: recordings.filter((_, recording) => families[recording] === recording).length, labelChanges, event };
}

/** What has to be said of figures beside what their split means; null where nothing has. `because` follows the finding that they are those of chance, and a colon; `event` is what a label of 1 is called. */
export function verdictOf({ measures, intervals }: Judgement, { because, event }: { readonly because: string; readonly event: string }): string | null {
  const { rows, positives, auc } = measures;
  if (auc === null) return `All ${rows} rows are ${positives > 0 ? event : `no ${event}`}: whether the model tells the two apart is not known.`;
  if (auc < CHANCE_AUC) return `${atChance}: ${because}`;
  const low = intervals.of.auc?.low ?? 1;
  return low <= 0.5 ? `It may be chance: another draw of the ${intervals.groups} groups could give an AUC of ${low.toFixed(2)}.` : null;
}

/** Why a split is at chance. */
export function chanceReason(split: Split["name"], { recordings, labelChanges, event }: Evidence): string {
  const where = { random: "among their own rows", time: "later", blocks: "at other times", recordings: "in another one", groups: "in another group" }[split];
  return `${counted(recordings, "distinct recording")}, in which the label changes ${labelChanges === 1 ? "once" : `${labelChanges} times`}, cannot teach what ${event} looks like ${where}.`;
}
