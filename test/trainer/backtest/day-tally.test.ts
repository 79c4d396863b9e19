import { expect, test } from "vitest";
import { DayTallies } from "../../../trainer/backtest/day-tally.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

//  minutes        0    2    4        30       day 2: 0
//  champion  a    ■    ■                ■            ■
//  candidate a         ■    ■                        ■    hold-off 5 minutes
//  candidate b    ■
test("days have their own figures, and an alert that the other model raised near by is not alone", () => {
  const tallies = new DayTallies(5 * MINUTE_MS);
  const add = (day: number, minute: number, sensor: string, label: number, champion: boolean, candidate: boolean) => tallies.add({ sensor, timeMs: day * DAY_MS + minute * MINUTE_MS, label, positive: [champion, candidate] });
  add(20_000, 0, "a", 1, true, false);
  add(20_000, 0, "b", 0, false, true);
  add(20_000, 2, "a", 1, true, true);
  add(20_000, 4, "a", NaN, false, true);
  add(20_000, 30, "a", 0, true, false);
  add(20_001, 0, "a", 1, true, true);
  expect(tallies.days()).toEqual([
    { date: "2024-10-04", readings: 5, labelled: 4, disagreements: 4, champion: { alerts: 2, alertsAlone: 1, positives: 3, f1: 4 / 5 }, candidate: { alerts: 2, alertsAlone: 1, positives: 3, f1: 2 / 4 } },
    { date: "2024-10-05", readings: 1, labelled: 1, disagreements: 0, champion: { alerts: 1, alertsAlone: 0, positives: 1, f1: 1 }, candidate: { alerts: 1, alertsAlone: 0, positives: 1, f1: 1 } },
  ]);
});

test("where nothing is labelled, or nobody says fire, there is no F1", () => {
  const tallies = new DayTallies(1000);
  tallies.add({ sensor: "a", timeMs: 0, label: NaN, positive: [true, false] });
  tallies.add({ sensor: "a", timeMs: 1, label: 0, positive: [false, false] });
  expect(tallies.days()).toMatchObject([{ labelled: 1, champion: { f1: null }, candidate: { f1: null } }]);
});
