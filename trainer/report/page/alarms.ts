import type { AlarmFigures, AlarmMetrics } from "../../alarm-metrics.ts";
import { lineChart, type Point } from "../charts/line-chart.ts";
import { html, type Content, type Html } from "../html.ts";
import type { JudgedSplit, Judgement, Report } from "../report.ts";
import { countText, durationText, figureText, NONE, percentText, sentenceCase, unitOf, valueText } from "../texts.ts";
import { wordsOf, type Words } from "../../event-words.ts";
import { absent, charts, table, type Section } from "./section.ts";
import { intervalHtml, notesHtml, splitColumns } from "./splits.ts";

type Alarms = NonNullable<Judgement["alarms"]>;

/** Fires and alarms, as people live through them: not readings. */
export function alarmsSection({ splits, model: { event } }: Report): Section {
  const words = wordsOf(event);
  const capital = sentenceCase(words.spells);
  const some = splits.some(({ judgement }) => judgement?.alarms);
  return { id: "alarms", title: `${capital} found and false alarms`, content: some ? html`${alarmsTable(splits, words)}${notesHtml(splits, ({ alarms }) => alarms?.intervals.note ?? null)}${curves(splits, words)}` : absent(`${capital} and alarms were not counted: that needs readings with a sensor and a time.`) };
}

interface Line {
  readonly name: Content;
  readonly figure: (alarms: Alarms) => Content;
}

function alarmsTable(splits: readonly JudgedSplit[], { event, spell, spells }: Words): Html {
  const with95 = (figure: keyof AlarmFigures, text: (value: number | null) => string) => (alarms: Alarms) => html`${text(alarms[figure])}${intervalHtml(alarms.intervals.of[figure], text)}`;
  const lines: Line[] = [
    { name: sentenceCase(spells), figure: ({ fires }) => countText(fires) },
    { name: html`Share found<small>an alarm was raised in the ${spell}, or shortly before</small>`, figure: with95("foundShare", percentText) },
    { name: html`Median delay<small>from the first reading of ${event} to the first sign, of ${spells} found</small>`, figure: with95("medianDelayMs", durationText) },
    { name: html`Delay of nine in ten<small>at most</small>`, figure: with95("p90DelayMs", durationText) },
    { name: html`False alarms<small>raised outside of every ${spell}, and not shortly before one</small>`, figure: ({ falseAlarms }) => countText(falseAlarms) },
    { name: html`Sensor days without ${event}<small>in which they were counted</small>`, figure: ({ fireFreeSensorDays }) => valueText(fireFreeSensorDays) },
    { name: "False alarms a sensor and day", figure: with95("falseAlarmsPerSensorDay", (value) => figureText(value, 2)) },
  ];
  return table(lines, [{ head: "Judged by", cell: ({ name }) => name, isText: true }, ...splitColumns<Line>(splits, ({ alarms }, { figure }) => (alarms ? figure(alarms) : NONE))], `${sentenceCase(spells)} and alarms by split`);
}

const RATE = { name: "false alarms a sensor and day (log)", isLogarithmic: true };

function curves(splits: readonly JudgedSplit[], { event, spells }: Words): Html {
  const delays = splits.flatMap(({ judgement }) => judgement?.curves.alarms ?? []).flatMap(({ medianDelayMs }) => (medianDelayMs === null ? [] : [medianDelayMs]));
  const [unit, inMs] = unitOf(delays.reduce((most, each) => Math.max(most, each), 1000));
  const seriesOf = (figure: (alarms: AlarmMetrics) => number | null) =>
    splits.map(({ title, judgement }, colour) => ({ name: title, colour, points: worthwhile(judgement).flatMap((each) => pointOf(each, figure)), chosen: judgement?.alarms ? (pointOf(judgement.alarms, figure)[0] ?? null) : null }));
  const found = lineChart({
    title: `${sentenceCase(spells)} found, against false alarms`,
    says: `Share of ${spells} found at each rate of false alarms, a line for each split; a ring marks the threshold in use.`,
    x: RATE,
    y: { name: `share of ${spells} found`, from: 0, to: 1 },
    isStepped: true,
    series: seriesOf(({ foundShare }) => foundShare),
  });
  const delay = lineChart({
    title: "Delay, against false alarms",
    says: `Median delay of the ${spells} found at each rate of false alarms, a line for each split; a ring marks the threshold in use.`,
    x: RATE,
    y: { name: `median delay (${unit})`, from: 0 },
    isStepped: true,
    series: seriesOf(({ medianDelayMs }) => (medianDelayMs === null ? null : medianDelayMs / inMs)),
  });
  if (found === null) return absent("There are no curves over thresholds.");
  return html`${charts(found, delay)}<p class="note">A corner of a line is a threshold; the ring is the one in use. Below the threshold of the most false alarms, alarms grow together, and one that never ends is one alarm: such thresholds are shown only down to the one in use. How many readings without ${event} are called ${event} is told under Right and wrong calls. Delays are of the ${spells} that were found, so few and easy ones look fast.</p>`;
}

/** Thresholds from the highest down to the one of most false alarms, or the one in use where that is lower. */
function worthwhile(judgement: Judgement | null): readonly AlarmMetrics[] {
  const { alarms = null, curves } = judgement ?? {};
  const curve = curves?.alarms ?? [];
  const most = curve.reduce((most, { falseAlarms }) => Math.max(most, falseAlarms), 0);
  const last = Math.max(
    curve.findLastIndex(({ falseAlarms }) => falseAlarms === most),
    curve.findLastIndex(({ threshold }) => alarms !== null && threshold >= alarms.threshold),
  );
  return curve.slice(0, last + 1);
}

function pointOf(alarms: AlarmMetrics, figure: (alarms: AlarmMetrics) => number | null): Point[] {
  const value = figure(alarms);
  return value === null || alarms.falseAlarmsPerSensorDay === null ? [] : [[alarms.falseAlarmsPerSensorDay, value]];
}
