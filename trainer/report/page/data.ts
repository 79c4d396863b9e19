import { html } from "../html.ts";
import type { FieldProfile, RecordingProfile, Report } from "../report.ts";
import { counted, countText, durationText, NONE, percentText, sentenceCase, timeText, valueText } from "../texts.ts";
import { absent, foldedTable, type Section } from "./section.ts";

/** What the readings are: recordings and fields. */
export function dataSection({ data, model: { event } }: Report): Section {
  const { source, rows, recordings, fields } = data;
  const copies = recordings.filter(({ copyOf }) => copyOf !== null).length;
  const intro = html`<p>${source}: ${counted(rows, "reading")} in ${counted(recordings.length, "recording")}${copies > 0 && `, ${copies} of which ${copies === 1 ? "is a copy of another" : "are copies of others"}`}.</p>`;
  const missing = { head: "Missing", cell: ({ missing }: FieldProfile) => (missing === 0 ? "0" : html`${countText(missing)}<small>${percentText(missing / rows)}</small>`) };
  return {
    id: "data",
    title: "The readings",
    content: html`${intro}${recordings.length > 0 ? foldedTable(recordings, recordingColumns(event), "Recordings") : absent("The report names no recordings.")}${fields.length > 0 ? foldedTable(fields, [fieldName, missing, ...fieldColumns], "Fields") : absent("The report holds no statistics of fields.")}`,
  };
}

const recordingColumns = (event: string) => [
  { head: "Recording", cell: ({ name }: RecordingProfile) => name, isText: true },
  { head: "Readings", cell: ({ rows }: RecordingProfile) => countText(rows) },
  { head: sentenceCase(event), cell: ({ rows, positives }: RecordingProfile) => html`${countText(positives)}<small>${percentText(positives / rows)}</small>` },
  { head: "Label changes", cell: ({ labelChanges }: RecordingProfile) => countText(labelChanges) },
  { head: "From (UTC)", cell: ({ fromMs }: RecordingProfile) => timeText(fromMs) },
  { head: "Length", cell: ({ fromMs, toMs }: RecordingProfile) => durationText(fromMs === null || toMs === null ? null : toMs - fromMs) },
  { head: "Copy of", cell: ({ copyOf }: RecordingProfile) => copyOf ?? NONE, isText: true },
];

const fieldName = { head: "Field", cell: ({ name }: FieldProfile) => name, isText: true };

const fieldColumns = (["least", "median", "mean", "most", "sd"] as const).map((figure) => ({
  head: { least: "Least", median: "Median", mean: "Mean", most: "Most", sd: "Standard deviation" }[figure],
  cell: (field: FieldProfile) => valueText(field[figure]),
}));
