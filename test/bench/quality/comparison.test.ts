import { expect, test } from "vitest";
import { comparisonOf as comparisonBy, type JudgedLearners } from "../../../bench/quality/comparison.ts";
import { tableOf } from "../../../bench/quality/table.ts";

const labels = Array.from({ length: 200 }, (_, row) => row % 2);
const groups = Array.from({ length: 200 }, (_, row) => Math.floor(row / 10));
const comparisonOf = (name: string, title: string, learners: JudgedLearners) => comparisonBy(name, title, learners, { allDrawn: false });

/** Wrong in the first rows of some groups. */
const probabilities = (wrong: number) => labels.map((label, row) => ((row % 10 < wrong && groups[row]! % 3 === 0 ? 1 - label : label) === 1 ? 0.9 : 0.2));
const judged = (wrong: number) => ({ labels, probabilities: probabilities(wrong), groups });

test("the difference is that of the figures, and its interval that of the same draws", () => {
  const { difference, learners } = comparisonOf("made", "Made", new Map([["ours", [judged(1)]], ["theirs", [judged(3)]]]));
  const [ours, theirs] = learners;
  expect(ours!.figures.accuracy).toBe(193 / 200);
  expect(theirs!.figures.accuracy).toBe(179 / 200);
  expect(difference!.figures.accuracy).toBeCloseTo(14 / 200, 12);
  // wrong in the same groups: where these are drawn often both fall, so that the difference moves less than theirs
  const width = (interval: { low: number; high: number } | null | undefined) => interval!.high - interval!.low;
  expect(width(difference!.intervals!.accuracy)).toBeLessThan(width(theirs!.intervals!.accuracy));
  expect(difference!.intervals!.accuracy!.low).toBeGreaterThan(0);
});

test("learners that predict the same do not differ in any draw", () => {
  const { difference } = comparisonOf("made", "Made", new Map([["ours", [judged(2)]], ["theirs", [judged(2)]]]));
  expect(difference!.intervals!.auc).toEqual({ low: 0, high: 0 });
});

test("the spread is over the other draws, the first trial not among them", () => {
  const { learners, difference } = comparisonOf("made", "Made", new Map([["ours", [0, 1, 3].map(judged)], ["theirs", [0, 0, 0].map(judged)]]));
  const { draws, mean, sd } = learners[0]!.overDraws!;
  expect(draws).toBe(2);
  expect(mean.accuracy).toBeCloseTo((193 + 179) / 400, 12);
  expect(sd.accuracy).toBeCloseTo(14 / 200 / Math.SQRT2, 12);
  expect(difference!.overDraws!.mean.accuracy).toBeCloseTo(-28 / 400, 12);
});

test("a learner that is alone has no difference, rows without groups no interval, a figure without meaning no text", () => {
  const alone = comparisonOf("made", "Made", new Map([["ours", [{ labels: [1, 1], probabilities: [0.9, 0.4], groups: null }]]]));
  expect(alone.difference).toBeNull();
  expect(alone.learners[0]!.intervals).toBeNull();
  expect(tableOf(alone)).toContain("| ours | 0.5000 |  | 0.6667 |  | 0.5108 |");
});

test("a table shows differences in points with their sign, those of log loss as they are", () => {
  const table = tableOf(comparisonOf("made", "Made", new Map([["ours", [{ ...judged(3), groups: null }]], ["theirs", [{ ...judged(1), groups: null }]]])));
  const line = table.split("\n").find((each) => each.startsWith("| ours less theirs, points"))!;
  expect(line).toMatch(/\| −7\.00 \| −7\.00 \| −6\.76 \| −7\.00 \| \+0\.\d{4} \|$/);
});
