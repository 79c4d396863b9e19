import { barChart } from "../../report/charts/bar-chart.ts";
import { html } from "../../report/html.ts";
import { absent, charts, table, type Section } from "../../report/page/section.ts";
import { countText, figureText, percentText } from "../../report/texts.ts";
import type { RetrainOutcome } from "../../retrain.ts";
import type { JobReport } from "../job.ts";

const words = { promoted: "promoted", refused: "refused", nothing: "nothing to learn" } as const;

export function trainingPage(outcome: RetrainOutcome): Pick<JobReport, "facts" | "sections"> {
  if (outcome.kind === "nothing") return { facts: [["Outcome", words.nothing]], sections: [{ id: "reason", title: "Why", content: absent(outcome.reason) }] };
  const { report, version } = outcome;
  return {
    facts: [
      ["Outcome", words[outcome.kind]],
      ["Version", version],
      ["Accuracy", percentText(report.candidate.accuracy)],
      ["F1", figureText(report.candidate.f1)],
      ["Champion of before", report.championVersion ?? "none"],
      ["Judged by", `${countText(report.heldOut.rows)} readings`],
    ],
    sections: [gatesSection(outcome), driftSection(outcome)],
  };
}

type Judged = Exclude<RetrainOutcome, { kind: "nothing" }>;

function gatesSection({ kind, report: { candidate, champion, gain, reasons, note } }: Judged): Section {
  const rows = table(
    [{ name: "candidate", figures: candidate }, ...(champion ? [{ name: "champion of before", figures: champion }] : [])],
    [
      { head: "model", isText: true, cell: ({ name }) => name },
      { head: "accuracy", cell: ({ figures }) => percentText(figures.accuracy) },
      { head: "precision", cell: ({ figures }) => percentText(figures.precision) },
      { head: "recall", cell: ({ figures }) => percentText(figures.recall) },
      { head: "F1", cell: ({ figures }) => figureText(figures.f1) },
    ],
    "On the newest days",
  );
  const gained = gain && html`<p>F1 changes by ${figureText(gain.f1)}${gain.interval ? ", with an interval over the rooms that the gate looks at" : ""}.</p>`;
  const why = kind === "refused" ? html`<div class="warning"><ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul></div>` : null;
  return { id: "gates", title: "The newest days, which neither had seen", content: html`${rows}${gained}${why}${note && html`<p class="note">${note}</p>`}` };
}

function driftSection({ report: { drift } }: Judged): Section {
  const chart = barChart({ title: "Stability index (PSI)", says: "A bar for each of the features that have moved most between what was learned and the newest days.", bars: drift.map(({ feature, psi }) => ({ name: feature, value: psi, text: figureText(psi, 2) })) });
  return { id: "drift", title: "What has moved most", content: chart ? charts(chart) : absent("No feature has moved.") };
}
