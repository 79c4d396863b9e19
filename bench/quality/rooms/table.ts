import type { AlarmFigures } from "../../../trainer/alarm-metrics.ts";
import { BUDGET, CHOSEN_BY, type JudgedContestant } from "./judged.ts";
import type { RoomsResult } from "./rooms.ts";

/** The result as a table of Markdown, and what has to be known of it. */
export function roomsTable({ rooms, rowsLearned, contestants }: RoomsResult): string {
  const { fires, fireFreeSensorDays } = contestants[0]!.test;
  const head = ["who", "reads", "fires found", "false alarms a sensor and day", "half of the fires found within", "nine in ten within", `best possible at ${BUDGET}`];
  const rows = contestants.map(({ learner, features, test, best }) => [
    learner,
    features,
    withInterval(test, "foundShare", (share) => share.toFixed(3)),
    withInterval(test, "falseAlarmsPerSensorDay", (rate) => rate.toFixed(3)),
    seconds(test.medianDelayMs),
    seconds(test.p90DelayMs),
    best === null ? "-" : `${best.foundShare!.toFixed(3)} in ${seconds(best.medianDelayMs)}`,
  ]);
  return [
    `${rooms.test} rooms that nothing was learned or chosen by: ${fires} fires, ${fireFreeSensorDays.toFixed(0)} sensor-days without fire. Learned from ${rowsLearned.toLocaleString("en")} readings of ${rooms.learned} other rooms. Intervals of 95 % by drawing rooms.`,
    `Thresholds: the tables' own; the learners' chosen within ${CHOSEN_BY} false alarms a sensor and day in ${rooms.chosen} rooms of neither kind. Last column: by the threshold that is best in the test rooms themselves, which flatters all alike.`,
    "",
    ...[head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`),
    "",
  ].join("\n");
}

function withInterval({ intervals, ...metrics }: JudgedContestant["test"], name: keyof AlarmFigures, text: (figure: number) => string): string {
  const figure = metrics[name];
  const interval = intervals.of[name];
  if (figure === null) return "-";
  return text(figure) + (interval === null ? "" : ` (${text(interval.low)} – ${text(interval.high)})`);
}

function seconds(ms: number | null): string {
  return ms === null ? "-" : `${Math.round(ms / 1000)} s`;
}
