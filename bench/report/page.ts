import { html, Html } from "../../trainer/report/html.ts";
import { style } from "../../trainer/report/page/style.ts";
import type { Began } from "../machine.ts";
import { bars, type Bar } from "./bars.ts";
import { isKafka, isResult, isStreams } from "./kept.ts";
import { shortCommit } from "./short-commit.ts";

const own = new Html(`
figure { max-width: 46rem; margin-bottom: 1.5rem; }
svg { width: 100%; font: 12px system-ui, sans-serif; }
svg text { fill: var(--text); }
.ours { fill: var(--s0); }
.peer { fill: var(--v2); opacity: 0.55; }
.range { stroke: var(--text); fill: none; }
.key .swatch { display: inline-block; border-radius: 2px; }
.key .ours { background: var(--s0); }
.key .peer { background: var(--v2); opacity: 0.55; }
`);

interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly isLessBetter: boolean;
  readonly rows: readonly Bar[];
}

interface Section extends Began {
  readonly id: string;
  readonly title: string;
  readonly charts: readonly Chart[];
  readonly notes: readonly string[];
}

/** Results of benches as one page that needs nothing beside it: no script, no font, no network. */
export function benchPage(results: readonly unknown[]): string {
  const sections = results.flatMap((result) => sectionOf(result) ?? []);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Benchmarks</title>
<style>${style}${own}</style>
</head>
<body>
<main>
<h1>Benchmarks</h1>
<p class="key"><span class="swatch ours"></span>ours <span class="swatch peer"></span>peers. A bar is the median, its line goes from the least to the greatest run.</p>
<nav aria-label="Benches"><ul>${sections.map(({ id }) => html`<li><a href="#${id}">${id}</a></li>`)}</ul></nav>
${sections.map(sectionHtml)}
</main>
</body>
</html>
`;
  return page.text;
}

function sectionHtml({ id, title, date, commit, machine, charts, notes }: Section): Html {
  const drawn = charts.map(({ title, unit, isLessBetter, rows }) => bars({ title: `${title}${unit}; ${isLessBetter ? "less" : "more"} is better`, says: `${rows.length} bars`, rows }));
  return html`<section id="${id}"><h2>${id}: ${title}</h2>${drawn}<p class="note">${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} at the start; ${date.slice(0, 10)}, commit ${shortCommit(commit)}.${notes.length > 0 && ` ${notes.join(" ")}`}</p></section>\n`;
}

/** Null for a result that has no bars. */
function sectionOf(result: unknown): Section | null {
  if (isStreams(result)) {
    const { bench: id, rows } = result;
    const charts = (["predictions", "windows"] as const).flatMap((kind) => {
      const asked = rows.filter((row) => row.kind === kind).map((row) => ({ ...row, name: `${row.name}, ${row.guarantee.split(",")[0]}` }));
      const chart = (unit: string, isLessBetter: boolean, of: (row: (typeof asked)[number]) => Omit<Bar, "name" | "peer">) => ({ title: `${kind}: `, unit, isLessBetter, rows: asked.map((row) => ({ name: row.name, peer: row.peer, ...of(row) })) });
      return asked.length === 0 ? [] : [chart("readings a second, peers warm", false, (row) => row.warm ?? row.cold), chart("CPU seconds for a million readings", true, ({ cpu }) => cpu)];
    });
    return { ...result, id, charts, notes: [] };
  }
  if (isKafka(result)) {
    const pipelines = [...new Set(result.rates.map(({ pipeline }) => pipeline))];
    const charts = pipelines.map((pipeline) => ({ title: `${pipeline}: `, unit: "readings a second", isLessBetter: false, rows: result.rates.filter((rate) => rate.pipeline === pipeline).map((rate) => ({ ...rate, name: rate.host, peer: rate.host.startsWith("Kafka Streams") })) }));
    return { ...result, id: "kafka", title: "the engine on a real broker, exactly once", charts, notes: [] };
  }
  if (!isResult(result)) return null;
  const { bench: id, title, unit, notes, rows } = result;
  return { ...result, id, title, notes, charts: [{ title: "", unit, isLessBetter: !unit.includes("/s"), rows: rows.map((row) => ({ ...row, name: `${row.name}, ${row.host}` })) }] };
}
