import { readdir, readFile } from "node:fs/promises";
import { prometheusFolder } from "../fixtures/prometheus.ts";
import { projectRoot } from "../fixtures/runtimes.ts";
import { join } from "node:path";

const dashboardFile = join(projectRoot, "deploy/grafana/dashboards/smoke_detection.json");

/** A PromQL expression, and where it stands. */
export interface Expression {
  readonly where: string;
  readonly text: string;
}

export interface Rule {
  readonly kind: "record" | "alert";
  readonly name: string;
  readonly expression: Expression;
}

/** The rules of all files, whose expressions stand on one line each. */
export async function rules(): Promise<Rule[]> {
  const folder = join(prometheusFolder, "rules");
  const files = await Promise.all((await readdir(folder)).map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })));
  return files.flatMap(({ name: file, text }) =>
    Array.from(text.matchAll(/- (record|alert): (\S+)\n +expr: (.+)\n/g), ([, kind, name, expr]) => ({ kind: kind as Rule["kind"], name: name!, expression: { where: `${file}, ${name}`, text: expr! } })),
  );
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

export async function dashboard(): Promise<{ readonly uid: string; readonly title: string; readonly panels: readonly Panel[]; readonly expressions: readonly Expression[] }> {
  const read = JSON.parse(await readFile(dashboardFile, "utf8")) as { uid: string; title: string; panels: Panel[] };
  return { ...read, expressions: read.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: `dashboard, ${title}`, text: expr }))) };
}

const words = new Set(["by", "without", "on", "ignoring", "group_left", "group_right", "offset", "and", "or", "unless", "bool", "inf", "nan"]);

/** The names of series in an expression: what stands for no function, label, duration or word of the language. */
export function seriesIn({ text }: Expression): string[] {
  const bare = text
    .replaceAll(/"(?:\\.|[^"\\])*"/g, "")
    .replaceAll(/\{[^}]*\}/g, "")
    .replaceAll(/\[[^\]]*\]/g, "")
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, "")
    .replaceAll(/\boffset\s+\w+/g, "");
  return [...bare.matchAll(/(?<![\w.:])[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)].map(([name]) => name).filter((name) => !words.has(name));
}

/** The label matchers that an expression asks a series for. */
export function matchersIn({ text }: Expression): { readonly series: string; readonly label: string; readonly value: string }[] {
  return [...text.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)].flatMap(([, series, inside]) =>
    [...inside!.matchAll(/(\w+)(=~|=)"([^"]*)"/g)].map(([, label, , value]) => ({ series: series!, label: label!, value: value! })),
  );
}

/** What is told at `/metrics`: the kinds of metrics by name, and the labels of each. */
export function exported(text: string): { readonly series: ReadonlySet<string>; readonly labels: ReadonlyMap<string, ReadonlySet<string>> } {
  const series = new Set<string>();
  for (const [, name, type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    for (const end of type === "histogram" ? ["_bucket", "_sum", "_count"] : [""]) series.add(`${name}${end}`);
  }
  const labels = new Map<string, Set<string>>();
  for (const [, name, inside] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const known = labels.get(name!) ?? new Set();
    for (const [, label] of (inside ?? "").matchAll(/(\w+)="/g)) known.add(label!);
    labels.set(name!, known);
  }
  return { series, labels };
}
