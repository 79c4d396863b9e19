import { html } from "./html.ts";
import { alarmsSection } from "./page/alarms.ts";
import { byRecordingSection } from "./page/by-recording.ts";
import { calibrationSection } from "./page/calibration.ts";
import { confusionSection } from "./page/confusion.ts";
import { costSection, parametersSection } from "./page/cost.ts";
import { rankingSection, roundsSection } from "./page/curves.ts";
import { dataSection } from "./page/data.ts";
import { findingsSection } from "./page/findings.ts";
import { headline, isOfSimulation } from "./page/headline.ts";
import { importanceSection } from "./page/importance.ts";
import { searchSection } from "./page/search.ts";
import { sectionHtml } from "./page/section.ts";
import { splitsSection } from "./page/splits.ts";
import { style } from "./page/style.ts";
import type { Report } from "./report.ts";

const sections = [
  splitsSection,
  findingsSection,
  alarmsSection,
  rankingSection,
  calibrationSection,
  confusionSection,
  byRecordingSection,
  roundsSection,
  importanceSection,
  dataSection,
  searchSection,
  costSection,
  parametersSection,
];

/** A report as one HTML page that needs nothing beside it: no script, no font, no network. All text of the report is escaped. The same report gives the same page. */
export function reportPage(report: Report): string {
  const { name, trainedOn } = report.model;
  const made = sections.map((section) => section(report));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name}${isOfSimulation(trainedOn) && " (simulated)"}: report</title>
<style>${style}</style>
</head>
<body>
<main>
${headline(report)}
<nav aria-label="Sections"><ul>${made.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${made.map((section) => html`${sectionHtml(section)}\n`)}
</main>
</body>
</html>
`;
  return page.text;
}
