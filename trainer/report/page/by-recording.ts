import { html } from "../html.ts";
import type { JudgedSplit, Report } from "../report.ts";
import { countText, figureText, sentenceCase } from "../texts.ts";
import { absent, foldedTable, type Section } from "./section.ts";
import { figureNames } from "./splits.ts";

type Line = NonNullable<JudgedSplit["judgement"]>["byRecording"][number];

/** The figures of each recording alone: where they differ, the figures of all are those of a mixture. */
export function byRecordingSection({ splits, model: { event } }: Report): Section {
  const tables = splits.flatMap(({ title, judgement }) => {
    if (!judgement || judgement.byRecording.length === 0) return [];
    const figures = figureNames(event).map(([figure, name]) => ({ head: name, cell: ({ measures }: Line) => figureText(measures[figure]) }));
    const counts = [
      { head: "Readings", cell: ({ measures }: Line) => countText(measures.rows) },
      { head: sentenceCase(event), cell: ({ measures }: Line) => countText(measures.positives) },
    ];
    return [foldedTable(judgement.byRecording, [{ head: "Recording", cell: ({ recording }) => recording, isText: true }, ...counts, ...figures], title)];
  });
  return { id: "recordings", title: "Recording by recording", content: tables.length > 0 ? html`${tables}<p class="note">A dash: the figure has no meaning there, such as an AUC where all readings are of one kind.</p>` : absent("The report holds no figures of single recordings.") };
}
