import type { Measures } from "../metrics.ts";
import { markdown, markdownTable } from "./markdown.ts";
import { inReality, isOfSimulation } from "./page/headline.ts";
import type { JudgedSplit, Report } from "./report.ts";
import { counted, countText, durationText, figureText, parameterText, percentText, valueText } from "./texts.ts";
import { FIRE, wordsOf } from "../event-words.ts";

/** Features that the card names. */
const NAMED = 10;

/**
 * A report as a model card in Markdown, to lie beside the model: what it is for, what it was trained on, its figures and its limits. Nothing of time and memory is in it, so the same training gives
 * the same card. `command` is the line that trains the model again.
 */
export function cardPage(report: Omit<Report, "cost">, command: string): string {
  const { model, data, splits, findings } = report;
  const { event } = model;
  const words = wordsOf(event);
  const parts = [
    `# ${markdown(model.name)}`,
    isOfSimulation(model.trainedOn) ? `> **Trained on simulated readings.** No figure on this page says how the model does ${inReality(words)}.` : "",
    `${countText(model.trees)} ${model.algorithm} that give each reading${model.pipeline === null ? "" : ` of the pipeline ${markdown(model.pipeline)}`} the probability that it is ${markdown(event)}. Version ${model.version}.`,
    "## What it is for",
    `To tell people of ${markdown(event)}: from ${valueText(model.threshold)} on a reading is a sign of it. ${markdown(model.thresholdReason)} It is for readings of the same sensor, with the same fields and units${event === FIRE ? ", and it is no substitute for a certified smoke detector" : ""}.`,
    "## What it learned from",
    `${markdown(model.trainedOn)}: ${counted(data.rows, "reading")}, ${countText(data.positives)} of them ${markdown(event)}, in ${counted(data.recordings.length, "recording")}.`,
    "## What it is worth",
    splits.length === 0 ? "It was not judged on readings that it had not seen." : `${figuresTable(splits)}\n\n${splits.map(meaningOf).join("\n")}`,
    alarmsTable(splits, event),
    "## What was found in the data",
    findings.length === 0 ? "Nothing that makes the figures better than they should be." : findings.map(({ sentence }) => `- ${markdown(sentence)}`).join("\n"),
    "## Limits",
    limitsOf(report, event).map((limit) => `- ${limit}`).join("\n"),
    "## What it looks at",
    featuresOf(report),
    "## Parameters",
    Object.keys(model.parameters).length === 0 ? "They are not known." : markdownTable(["parameter", "value"], Object.entries(model.parameters).map(([name, value]) => [name, parameterText(value)])),
    "## How to make it again",
    `\`\`\`sh\n${command.replaceAll(/[\r\n]/g, " ")}\n\`\`\`\n\nThe same readings and parameters give the same file, whose SHA-256 begins with ${model.version}.`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const FIGURES = [
  ["accuracy", "accuracy"],
  ["precision", "precision"],
  ["recall", "recall"],
  ["f1", "F1"],
  ["auc", "AUC"],
  ["logloss", "log loss"],
] as const satisfies readonly (readonly [keyof Measures, string])[];

function figuresTable(splits: readonly JudgedSplit[]): string {
  const cell = ({ judgement }: JudgedSplit, figure: (typeof FIGURES)[number][0]) => {
    const interval = judgement?.intervals.of[figure];
    return `${figureText(judgement?.measures[figure] ?? null)}${interval ? ` (${figureText(interval.low, 3)} … ${figureText(interval.high, 3)})` : ""}`;
  };
  return markdownTable(["held out", ...FIGURES.map(([, name]) => name)], splits.map((split) => [split.title, ...FIGURES.map(([figure]) => cell(split, figure))]));
}

function meaningOf({ title, meaning, verdict }: JudgedSplit): string {
  return `- **${markdown(title)}**: ${markdown(meaning)}${verdict === null ? "" : ` **${markdown(verdict)}**`}`;
}

function alarmsTable(splits: readonly JudgedSplit[], event: string): string {
  const rows = splits.flatMap(({ title, judgement }) => {
    if (!judgement?.alarms) return [];
    const { found, fires, foundShare, medianDelayMs, falseAlarms, falseAlarmsPerSensorDay } = judgement.alarms;
    return [[title, `${found} of ${fires} (${percentText(foundShare)})`, durationText(medianDelayMs), countText(falseAlarms), figureText(falseAlarmsPerSensorDay, 2)]];
  });
  if (rows.length === 0) return "";
  return `${markdownTable(["held out", event === FIRE ? "fires found" : `found, of ${markdown(event)}`, "median delay", "false alarms", "a sensor and day"], rows)}\n\nAn alarm that never ends is one alarm: precision and recall say what becomes of single readings.`;
}

/** What has to be known before the model is relied on. */
function limitsOf({ model, data, splits, findings }: Omit<Report, "cost">, event: string): string[] {
  const copies = data.recordings.filter(({ copyOf }) => copyOf !== null).length;
  const empty = data.fields.filter(({ missing }) => missing === data.rows);
  return [
    ...(isOfSimulation(model.trainedOn) ? ["It has never seen a real reading."] : []),
    ...splits.flatMap(({ title, verdict }) => (verdict === null ? [] : [`${markdown(title)}: ${markdown(verdict)}`])),
    ...splits.flatMap(({ title, judgement }) => (judgement ? [] : [`${markdown(title)}: not judged, so nothing is known of it.`])),
    ...splits.flatMap(({ title, judgement }) => (judgement?.intervals.note != null ? [`${markdown(title)}: ${markdown(judgement.intervals.note)}`] : [])),
    ...(copies > 0 ? [`${counted(copies, "recording is a copy of another", "recordings are copies of others")}: there are fewer than it seems.`] : []),
    ...(empty.length > 0 ? [`Fields without any value in training: ${empty.map(({ name }) => markdown(name)).join(", ")}.`] : []),
    ...(findings.length > 0 ? ["What was found in the data, above, makes the figures too good."] : []),
    event === FIRE ? "Rooms, fires and sensors that are unlike those in its readings were never judged." : "Places and sensors that are unlike those in its readings were never judged.",
  ];
}

function featuresOf({ features }: Omit<Report, "cost">): string {
  const used = features.filter(({ splits }) => splits > 0).toSorted((a, b) => b.gain - a.gain);
  if (used.length === 0) return "At nothing: it says the same of every reading.";
  const table = markdownTable(["feature", "share of the gain"], used.slice(0, NAMED).map(({ name, gain }) => [name, percentText(gain)]));
  return used.length > NAMED ? `${table}\n\nand ${counted(used.length - NAMED, "other feature")} with less.` : table;
}
