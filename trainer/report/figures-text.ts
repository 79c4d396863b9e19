import type { AlarmReport, Range, SplitReport } from "../../kernel-as/model/split-report.ts";
import { noteOn } from "../bootstrap.ts";
import { wordsOf } from "../event-words.ts";

/** `accuracy 0.912 to 0.981, …: 95 of 100 draws of 61 groups`, or why there is none. */
export function rangesText(ranges: NonNullable<SplitReport["ranges"]>, groups: number): string {
  const texts = Object.entries(ranges).flatMap(([name, range]) => (range === null ? [] : [`${name} ${between(range, (x) => x.toFixed(3))}`]));
  const drawn = texts.length === 0 ? [] : [`${texts.join(", ")}: 95 of 100 draws of ${groups} groups.`];
  return [...drawn, noteOn(groups)].filter((text) => text !== null).join(" ");
}

/** `alarms: 5 of 6 fires found (0.50 to 1.00), half of them within 12 s; 0.300 false alarms a sensor and day, in 0.72 days without fire` */
export function alarmsText({ fires, foundShare, medianDelayMs, falseAlarmsPerSensorDay, fireFreeSensorDays, ranges }: AlarmReport, event: string): string {
  const { spells } = wordsOf(event);
  const found = foundShare === null ? `no ${event} to find` : `${Math.round(foundShare * fires)} of ${fires} ${spells} found${ranged(ranges.foundShare, (x) => x.toFixed(2))}`;
  const delay = medianDelayMs === null ? "" : `, half of them within ${delayText(medianDelayMs)}${ranged(ranges.medianDelayMs, delayText)}`;
  const days = `${fireFreeSensorDays.toPrecision(3)} sensor-days without ${event}`;
  const wrong = falseAlarmsPerSensorDay === null ? `no time without ${event} to count false alarms in` : `${rateText(falseAlarmsPerSensorDay)} false alarms a sensor and day${ranged(ranges.falseAlarmsPerSensorDay, rateText)}, in ${days}`;
  return `alarms: ${found}${delay}; ${wrong}`;
}

function ranged(range: Range | null | undefined, text: (x: number) => string): string {
  return range ? ` (${between(range, text)})` : "";
}

function between([low, high]: Range, text: (x: number) => string): string {
  return `${text(low)} to ${text(high)}`;
}

function rateText(rate: number): string {
  return rate === 0 ? "0" : rate.toPrecision(3);
}

/** `12 s`, `3.5 min` */
function delayText(ms: number): string {
  return ms < 120_000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Number((ms / 60_000).toFixed(1))} min`;
}
