import { durationText, type Duration } from "../../engine/pipeline/duration.ts";
import { boundsOf } from "./bounds.ts";
import type { Column } from "./columns.ts";
import type { Guess } from "./guess.ts";

/** Of all fields, and of all bounds: the file as a whole stays within 30. */
const MOST_LINES = 3;

/** Spans of windows, each with the longest time between readings that it is for. */
const SPANS: readonly { readonly intervalMs: number; readonly trailing: readonly [Duration, Duration]; readonly hopping: readonly [Duration, Duration]; readonly idle: Duration }[] = [
  { intervalMs: 5_000, trailing: ["1m", "5m"], hopping: ["5m", "1m"], idle: "1m" },
  { intervalMs: 90_000, trailing: ["10m", "1h"], hopping: ["1h", "10m"], idle: "15m" },
  { intervalMs: Infinity, trailing: ["6h", "1d"], hopping: ["1d", "1h"], idle: "1d" },
];

/** A pipeline of at most 30 lines. `name` is an identifier; `from`: where its parts are imported from. */
export function pipelineText({ time, key, label, fields, unseen, intervalMs, disorderMs }: Guess, { name, topic, from }: { name: string; topic: string; from: string }): string {
  const seen = fields.filter(({ name: field }) => !unseen.includes(field));
  const bounds = seen.map(boundsOf).filter((each) => each !== null);
  const spans = SPANS.find((each) => (intervalMs ?? 0) <= each.intervalMs)!;
  const waits = durationText(Math.max(10_000, Math.ceil(disorderMs / 1000) * 1000));
  const scored = label === null ? [] : [`  .features(trailing(${spans.trailing.map(quoted).join(", ")}))`, `  .score(model("${name}@champion"))`, `  .alert({ above: "threshold", holdOff: "10m", to: topic("${name}_alerts") })`];
  const imported = ["field", "history", "hopping", "mean", ...(label ? ["model"] : []), "pipeline", "records", "schema", "topic", ...(label ? ["trailing"] : [])];
  const means = seen.slice(0, 4).map(({ name: field }) => `${quoted(`mean ${field}`)}: mean(${quoted(field)})`);
  return `${[
    `import { ${imported.join(", ")} } from ${quoted(from)};`,
    "",
    `const ${name}Schema = schema({`,
    "  fields: [",
    ...packed(fields.map((each) => fieldText(each, unseen)), "    "),
    "  ],",
    `  time: { keys: [${quoted(time?.column.name ?? "timestamp")}], unit: ${quoted(time?.unit ?? "s")} },`,
    `  sensorKeys: [${quoted(key?.name ?? "sensor_id")}],`,
    `  label: ${quoted(label?.name ?? "label")},`,
    "});",
    "",
    "// nearly all that was seen lies between the first two numbers",
    'const within = <Name extends string>(field: Name, low: number, high: number, alarm: number) => ({ field, bounds: [{ below: low, severity: "MEDIUM" }, { above: high, severity: "MEDIUM" }, { above: alarm, severity: "HIGH" }] }) as const;',
    "",
    `export default pipeline("${name}")`,
    `  .from(topic(${quoted(topic)}), ${name}Schema)`,
    `  .eventTime(${quoted(time?.column.name ?? "timestamp")}, { maxOutOfOrderness: "${waits}", idleAfter: "${spans.idle}" })`,
    `  .keyBy(${quoted(key?.name ?? "sensor_id")})`,
    `  .branch((rows) => rows.window(hopping(${spans.hopping.map(quoted).join(", ")})).aggregate({ readings: records(), ${means.join(", ")} }).to(topic("${name}_statistics")))`,
    '  .rules({ name: "seen", patterns: [], fields: [',
    ...packed(bounds.map(({ field, low, high, alarm }) => `within(${quoted(field)}, ${low}, ${high}, ${alarm})`), "    "),
    '  ] }, { holdOff: "10m" })',
    ...scored,
    `  .to(topic("${name}_${label === null ? "checked" : "predictions"}"), history());`,
  
  ].join("\n")}\n`;
}

function fieldText({ name, absent }: Column, unseen: readonly string[]): string {
  const options = [...(absent > 0 ? ['missing: "absent"'] : []), ...(unseen.includes(name) ? ["feature: false"] : [])];
  return `field(${quoted(name)}${options.length > 0 ? `, { ${options.join(", ")} }` : ""})`;
}

/** Lines that are as short as so few allow. */
function packed(items: readonly string[], indent: string): string[] {
  const each = Math.ceil(items.length / MOST_LINES);
  const lines: string[] = [];
  for (let i = 0; i < items.length; i += each) lines.push(`${indent}${items.slice(i, i + each).join(", ")},`);
  return lines;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
