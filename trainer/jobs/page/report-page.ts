import { html, type Html } from "../../report/html.ts";
import { sectionHtml } from "../../report/page/section.ts";
import { style } from "../../report/page/style.ts";
import type { Job, JobReport } from "../job.ts";
import { jobStyle } from "./style.ts";

/** What stands on a page beside what the job has found. */
interface About {
  readonly job: Pick<Job, "title" | "isWatching">;
  readonly pipeline: string;
  /** When it was run, for people. */
  readonly at: string;
}

/** What the page may load, which is nothing: also for whoever serves it. */
const REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** The report of a job as one HTML page that needs nothing beside it. All text of the report is escaped. */
export function jobPage({ job: { title, isWatching }, pipeline, at }: About, { detail, alerts, facts, sections }: Pick<JobReport, "detail" | "alerts" | "facts" | "sections">): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${REPORT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}, ${at}</title>
<style>${style}${jobStyle}</style>
</head>
<body>
<main>
<header><p class="kicker">${pipeline}, ${at}</p><h1>${title}</h1><p class="lead">${detail}</p>
${(isWatching || alerts.length > 0) && alertsOf(alerts)}
<dl class="facts tiles">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></header>
${sections.length > 1 && html`<nav aria-label="Sections"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`}
${sections.map((section) => html`${sectionHtml(section)}\n`)}
</main>
</body>
</html>
`.text;
}

function alertsOf(alerts: JobReport["alerts"]): Html {
  if (alerts.length === 0) return html`<p class="calm">Nothing is beyond its bounds.</p>`;
  return html`<div class="warning alerts"><ul>${alerts.map(({ severity, message }) => html`<li><span class="kind">${severity}</span> ${message}</li>`)}</ul></div>`;
}
