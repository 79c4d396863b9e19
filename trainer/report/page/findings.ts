import { html } from "../html.ts";
import type { Report } from "../report.ts";
import { absent, type Section } from "./section.ts";

/** What makes the figures better than they should be. */
export function findingsSection({ findings }: Report): Section {
  const list = html`<div class="warning"><p><strong>What makes scores on these readings too good:</strong></p><ul>${findings.map(({ kind, sentence }) => html`<li><span class="kind">${kind}</span> ${sentence}</li>`)}</ul></div>`;
  return { id: "findings", title: "What was found in the data", content: findings.length === 0 ? absent("Nothing was found that makes the figures better than they should be.") : list };
}
