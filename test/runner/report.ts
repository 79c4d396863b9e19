import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Html, html } from "../../trainer/report/html.ts";
import type { Result, TestFile } from "./run-tests.ts";

const style = new Html(`
:root { color-scheme: light dark; --faint: color-mix(in srgb, currentColor 15%, transparent) }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--faint); vertical-align: top }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.failed { color: light-dark(#b3261e, #ff8a80); font-weight: 600 } .skipped { opacity: .65 }
pre { white-space: pre-wrap; background: var(--faint); padding: .6rem; border-radius: .3rem; font-size: 13px } summary { cursor: pointer }
`);

/** A page that stands alone: counts and times, every failure, then each file with its tests, the slowest first. */
export async function writeReport(path: string, { suite, results, date }: { suite: string; results: readonly Result[]; date: Date }): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, reportPage({ suite, results, date }));
}

export function reportPage({ suite, results, date }: { suite: string; results: readonly Result[]; date: Date }): string {
  const row = ({ runtime, passed, failed, skipped, seconds }: Result) => html`<tr><th scope="row">${runtime}</th><td class="number">${passed}</td><td class="number ${failed > 0 ? "failed" : ""}">${failed}</td><td class="number">${skipped}</td><td class="number">${time(seconds)}</td></tr>`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>Tests: ${suite}</title><style>${style}</style></head>
<body><h1>Tests: ${suite}</h1><p>${date.toISOString().slice(0, 16).replace("T", " ")} UTC</p>
<table><thead><tr><th>Runtime</th><th class="number">Passed</th><th class="number">Failed</th><th class="number">Skipped</th><th class="number">Time</th></tr></thead><tbody>${results.map(row)}</tbody></table>
${results.map(failures)}${results.map(filesOf)}</body></html>
`.text;
}

function failures({ runtime, files }: Result): Html | null {
  const failed = files.flatMap((file) => [
    ...(file.message !== "" && file.tests.every(({ status }) => status !== "failed") ? [{ name: file.path, text: file.message }] : []),
    ...file.tests.filter(({ status }) => status === "failed").map(({ name, messages }) => ({ name: `${file.path}: ${name}`, text: messages.join("\n\n") })),
  ]);
  if (failed.length === 0) return null;
  return html`<h2 class="failed">${runtime}: what failed</h2>${failed.map(({ name, text }) => html`<details open><summary>${name}</summary><pre>${text}</pre></details>`)}`;
}

function filesOf({ runtime, files }: Result): Html | null {
  if (files.length === 0) return null;
  return html`<h2>${runtime}: ${files.length} files</h2>${files.toSorted((a, b) => b.seconds - a.seconds).map(fileOf)}`;
}

function fileOf({ path, seconds, tests }: TestFile): Html {
  const failed = tests.some(({ status }) => status === "failed");
  return html`<details><summary class="${failed ? "failed" : ""}">${path}: ${tests.length} tests, ${time(seconds)}</summary><table><tbody>${tests.map(({ name, status, seconds: each }) => html`<tr class="${status}"><td>${status}</td><td>${name}</td><td class="number">${time(each)}</td></tr>`)}</tbody></table></details>`;
}

function time(seconds: number): string {
  if (seconds >= 60) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return seconds >= 1 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds * 1000)} ms`;
}
