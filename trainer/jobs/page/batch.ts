import { barChart } from "../../report/charts/bar-chart.ts";
import { html } from "../../report/html.ts";
import { absent, charts, table } from "../../report/page/section.ts";
import { countText, percentText, valueText } from "../../report/texts.ts";
import type { BatchData } from "../batch.ts";
import type { JobReport } from "../job.ts";

export function batchPage({ day, ingested, written, duplicates, fields, features, file }: BatchData): Pick<JobReport, "facts" | "sections"> {
  const filled = (field: (typeof fields)[number]) => (field.missing + field.outOfRange) / Math.max(ingested, 1);
  const chart = barChart({ title: "Values that were filled", says: "A bar for each field: the share of its values that were missing or out of range.", bars: fields.map((field) => ({ name: field.field, value: filled(field), text: percentText(filled(field)) })) });
  const rows = table(
    fields,
    [
      { head: "field", isText: true, cell: ({ field }) => field },
      { head: "median", cell: ({ median }) => valueText(median) },
      { head: "missing", cell: ({ missing }) => countText(missing) },
      { head: "out of range", cell: ({ outOfRange }) => countText(outOfRange) },
    ],
    "Fields",
  );
  return {
    facts: [
      ["Day", day],
      ["Readings", countText(ingested)],
      ["Rows written", countText(written)],
      ["Came more than once", countText(duplicates)],
    ],
    sections:
      file === null
        ? []
        : [
            { id: "cleaned", title: "What was cleaned", content: html`${charts(chart)}${rows}<p class="note">What was missing or out of range has the median of the day now.</p>` },
            { id: "features", title: "What was added", content: html`<p>Columns of ${file} beside the fields: ${features.join(", ")}.</p>` },
            { id: "file", title: "The file", content: absent(`${file}, beside this report.`) },
          ],
  };
}
