import { html, type Html } from "../html.ts";
import type { JudgedSplit, Report } from "../report.ts";
import { countText, percentText } from "../texts.ts";
import { absent, type Section } from "./section.ts";

/** What readings are, against what they are called, of each split. */
export function confusionSection({ splits, model: { event } }: Report): Section {
  const matrices = splits.flatMap((split) => matrixOf(split, event));
  const note = html`<p class="note">Readings, at the threshold in use; where a training chose it, each fold chose its own in its training part. Shares are of the row: of all ${event}, of all that is none.</p>`;
  return { id: "confusion", title: "Right and wrong calls", content: matrices.length > 0 ? html`<div class="matrices">${matrices}</div>${note}` : absent("No split has been judged.") };
}

function matrixOf({ title, judgement }: JudgedSplit, event: string): Html[] {
  if (!judgement) return [];
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = judgement.confusion;
  const cell = (count: number, other: number, kind: "right" | "wrong") => {
    const share = count + other > 0 ? count / (count + other) : null;
    return html`<td class="${kind}" style="--share:${Math.round((share ?? 0) * 100)}%"><b>${countText(count)}</b><small>${percentText(share)}</small></td>`;
  };
  return [
    html`<table class="confusion"><caption>${title}</caption><thead><tr><td></td><th scope="col">called ${event}</th><th scope="col">called none</th></tr></thead><tbody>
<tr><th scope="row">${event}</th>${cell(truePositives, falseNegatives, "right")}${cell(falseNegatives, truePositives, "wrong")}</tr>
<tr><th scope="row">no ${event}</th>${cell(falsePositives, trueNegatives, "wrong")}${cell(trueNegatives, falsePositives, "right")}</tr></tbody></table>`,
  ];
}
