import { expect, test } from "vitest";
import { judgeCandidate, type Trial } from "../../../trainer/gate/judge-candidate.ts";

/** Ten groups of ten rows, the first four of each fire; `wrong` of every ten are told wrongly: first fires, then others. */
function told(wrong: number): number[] {
  return labels.map((label, row) => (row % 10 < wrong ? 1 - label : label));
}

const labels = Array.from({ length: 100 }, (_, row) => (row % 10 < 4 ? 1 : 0));
const groups = labels.map((_, row) => Math.floor(row / 10));
const by = (probabilities: readonly number[], threshold = 0.5) => ({ probabilities, threshold });
const trial = (given: Partial<Trial>): Trial => ({ labels, groups, candidate: by(told(0)), champion: null, newLeaks: [], ...given });

test("a candidate that tells all rightly passes, and its figures are those of a count by hand", () => {
  expect(judgeCandidate(trial({}))).toMatchObject({ isPassed: true, reasons: [], candidate: { rows: 100, positives: 40, accuracy: 1, f1: 1 }, champion: null, gain: null });
  // one fire of four missed in each group: accuracy 0.9, F1 2·3 / (2·3 + 1) = 6/7
  expect(judgeCandidate(trial({ candidate: by(told(1)) }))).toMatchObject({ isPassed: true, candidate: { accuracy: 0.9, f1: 6 / 7, precision: 1, recall: 0.75 } });
});

test("accuracy and F1 below their gates are each a reason", () => {
  // two of four missed: accuracy 0.8, F1 2/3
  expect(judgeCandidate(trial({ candidate: by(told(2)) })).reasons).toEqual(["F1 is 0.667 on the newest days; 0.750 is the least."]);
  expect(judgeCandidate(trial({ candidate: by(told(3)) })).reasons).toEqual(["Accuracy is 0.700 on the newest days; 0.800 is the least.", "F1 is 0.400 on the newest days; 0.750 is the least."]);
});

test("each is judged by its own threshold", () => {
  const low = labels.map((label) => (label === 1 ? 0.3 : 0.1));
  expect(judgeCandidate(trial({ candidate: by(low, 0.2) })).isPassed).toBe(true);
  expect(judgeCandidate(trial({ candidate: by(low, 0.5) }))).toMatchObject({ isPassed: false, candidate: { f1: 0 } });
});

test("what is worse than the champion in every draw is refused; what is worse in one group alone may be chance", () => {
  const worse = judgeCandidate(trial({ candidate: by(told(1)), champion: by(told(0)) }));
  expect(worse.gain).toMatchObject({ f1: 6 / 7 - 1, groups: 10 });
  expect(worse.reasons).toEqual([expect.stringMatching(/^F1 is 0\.857 and the champion's 1\.000: the difference is -0\.143, between -0\.143 and -0\.143 in 95 of 100 draws of 10 groups\.$/)]);
  const onceWorse = labels.map((label, row) => (row === 0 ? 1 - label : label));
  expect(judgeCandidate(trial({ candidate: by(onceWorse), champion: by(told(0)) }))).toMatchObject({ isPassed: true, gain: { interval: { high: 0 } } });
  expect(judgeCandidate(trial({ candidate: by(told(0)), champion: by(told(1)) })).isPassed).toBe(true);
});

test("what the champion knows by heart does not count for it: the two are compared by rows that it has not learned from", () => {
  // of the first five groups the champion tells all; of the others both miss one fire in four
  const half = (row: number) => row < 50;
  const learned = labels.map((label, row) => (!half(row) && row % 10 < 1 ? 1 - label : label));
  const given = { candidate: by(told(1)), champion: by(learned) };
  expect(judgeCandidate(trial(given))).toMatchObject({ isPassed: false, gain: { f1: 6 / 7 - 70 / 75 } });
  const unseen = Uint8Array.from(labels, (_, row) => Number(!half(row)));
  expect(judgeCandidate(trial({ ...given, unseen }))).toMatchObject({ isPassed: true, candidate: { rows: 100 }, champion: { rows: 50, f1: 6 / 7 }, gain: { f1: 0 } });
});

test("with too few groups for an interval any loss is one too much", () => {
  const onceWorse = labels.map((label, row) => (row === 0 ? 1 - label : label));
  const few = { groups: labels.map(() => "the only room"), champion: by(told(0)) };
  expect(judgeCandidate(trial({ ...few, candidate: by(onceWorse) })).reasons).toEqual([expect.stringContaining("1 groups are too few to call that chance")]);
  expect(judgeCandidate(trial({ ...few, candidate: by(told(0)) })).isPassed).toBe(true);
});

test("a new leak is a reason whatever the figures", () => {
  expect(judgeCandidate(trial({ newLeaks: ["Feature x alone tells it."] })).reasons).toEqual(["A leak that the champion's training had not: Feature x alone tells it."]);
});
