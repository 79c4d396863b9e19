import { percentText, valueText } from "../../report/texts.ts";
import type { HistoricalData } from "../historical.ts";

/** From here on two fields go together. */
const STRONG = 0.7;

/** Sentences about pairs of fields at most. */
const PAIRS = 3;

/** From so many standard deviations between the highest and the lowest hour on a field goes with the hours; and what chance makes of few values. */
const DAILY = { size: 0.5, chance: 4 } as const;

export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/** What a person would say who has looked at the figures. */
export function insightsOf({ fields, hours, weekdays: days, said, described, correlations }: Omit<HistoricalData, "insights">): string[] {
  const insights: string[] = [];
  const strong = correlations.filter(({ r }) => r !== null && Math.abs(r) >= STRONG).sort((a, b) => Math.abs(b.r!) - Math.abs(a.r!));
  for (const { fields: [one, other], r } of strong.slice(0, PAIRS)) insights.push(`${one} and ${other} ${r! > 0 ? "rise together" : "go opposite ways"} (r = ${r!.toFixed(2)}).`);

  const daily = fields
    .map((field, i) => {
      const means = hours.flatMap(({ slot, means: all }) => (all[i] == null ? [] : [{ slot, mean: all[i] }])).sort((a, b) => a.mean - b.mean);
      const { std = null, count = 0 } = described.find((each) => each.field === field) ?? {};
      const [low, high] = [means[0], means.at(-1)];
      const least = DAILY.size + DAILY.chance / Math.sqrt(count / means.length);
      return low && high && std && high.mean - low.mean >= least * std ? { field, low, high, size: (high.mean - low.mean) / std } : null;
    })
    .filter((each) => each !== null)
    .sort((a, b) => b.size - a.size);
  for (const { field, low, high } of daily.slice(0, PAIRS)) insights.push(`${field} goes with the hours: it is highest about ${high.slot}:00 (${valueText(high.mean)} on the mean) and lowest about ${low.slot}:00 (${valueText(low.mean)}).`);

  const events = Map.groupBy(said.filter((each) => each.events > 0), ({ hour }) => hour);
  const [busiest] = [...events].map(([hour, all]) => ({ hour, events: all.reduce((sum, each) => sum + each.events, 0) })).sort((a, b) => b.events - a.events);
  const total = said.reduce((sum, each) => sum + each.events, 0);
  if (busiest) insights.push(`The model says the event most often about ${busiest.hour}:00: ${percentText(busiest.events / total)} of all times.`);
  else if (said.length > 0) insights.push("The model has not said the event once.");

  const quiet = days.toSorted((a, b) => a.readings - b.readings);
  const [least, most] = [quiet[0], quiet.at(-1)];
  if (least && most && days.length > 1 && most.readings > 1.2 * least.readings) insights.push(`${weekdays[most.slot]!} has most readings, and ${weekdays[least.slot]!} fewest: ${percentText(least.readings / most.readings)} of those.`);
  return insights;
}
