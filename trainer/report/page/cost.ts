import { barChart } from "../charts/bar-chart.ts";
import { html } from "../html.ts";
import type { Report } from "../report.ts";
import { countText, durationText, parameterText } from "../texts.ts";
import { absent, charts, table, type Section } from "./section.ts";

/** Time and memory. */
export function costSection({ cost }: Report): Section {
  const { phases, peakMiB } = cost;
  const totalMs = phases.reduce((sum, { ms }) => sum + ms, 0);
  const memory = peakMiB === null ? "The system does not say how much memory the process took." : `The process took ${countText(Math.round(peakMiB))} MiB of memory at most, the readings and the runtime included.`;
  const bars = barChart({ title: `Time, ${durationText(totalMs)} in all`, says: "Time of each phase.", bars: phases.map(({ name, ms }) => ({ name, value: ms, text: durationText(ms) })) });
  return { id: "cost", title: "Time and memory", content: html`${bars ? charts(bars) : absent("No times were taken.")}<p>${memory}</p>` };
}

/** The parameters of the training. */
export function parametersSection({ model }: Report): Section {
  const rows = Object.entries(model.parameters);
  const columns = [
    { head: "Parameter", cell: ([name]: [string, unknown]) => html`<code>${name}</code>`, isText: true },
    { head: "Value", cell: ([, value]: [string, unknown]) => parameterText(value) },
  ];
  return { id: "parameters", title: "Parameters", content: rows.length > 0 ? html`<div class="narrow">${table(rows, columns, "Parameters of the training")}</div>` : absent("The parameters of the training are not known.") };
}
