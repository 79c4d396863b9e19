import { expect, test } from "vitest";
import { judgementOf } from "../../../trainer/judgement.ts";
import { chanceReason, evidenceOf, verdictOf } from "../../../trainer/judgement/verdict.ts";
import { datasetOf, withCopy } from "../../fixtures/dataset.ts";

/** Ten groups of a positive and a negative row; in some of them the positive is ranked first. */
function judgement(rightIn: number, labels = [1, 0]) {
  const rows = Array.from({ length: 10 }, (_, group) => labels.map((label) => ({ group, label, p: (label === 1) === group < rightIn ? 0.9 : 0.1 }))).flat();
  const groups = rows.map(({ group }) => group);
  return judgementOf({ labels: rows.map(({ label }) => label), probabilities: rows.map(({ p }) => p), thresholds: rows.map(() => 0.5), recordings: groups.map(String), witnesses: groups, alone: null, calibrated: null, timeline: null });
}

test("of a ranking that is good there is nothing to say", () => {
  expect(verdictOf(judgement(10), { because: "…", event: "fire" })).toBeNull();
});

test("one by chance is said to be that, one that may be by chance how far it might fall", () => {
  expect(verdictOf(judgement(5), { because: "three rooms are few.", event: "fire" })).toBe("Here the model is no better than chance: three rooms are few.");
  expect(verdictOf(judgement(7), { because: "…", event: "fire" })).toMatch(/^It may be chance: another draw of the 10 groups could give an AUC of 0\.[0-4]\d\.$/);
});

test("of one label nothing is known", () => {
  expect(verdictOf(judgement(10, [0, 0]), { because: "…", event: "fire" })).toBe("All 20 rows are no fire: whether the model tells the two apart is not known.");
});

test("copies are no evidence: neither they nor the changes of the label in them are counted", () => {
  const labels = (change: number) => Float32Array.from({ length: 3600 }, (_, row) => (row % 1800 >= change && row % 1800 < 1000 ? 1 : 0));
  const two = { ...datasetOf({ R1: 1800, R2: 1800 }), labels: labels(500) };
  expect(evidenceOf(two)).toEqual({ recordings: 2, labelChanges: 4, event: "fire" });
  const copied = withCopy(two, 0, 1);
  const evidence = evidenceOf(copied);
  expect(evidence).toEqual({ recordings: 1, labelChanges: 2, event: "fire" });
  expect(chanceReason("recordings", evidence)).toBe("1 distinct recording, in which the label changes 2 times, cannot teach what fire looks like in another one.");
  expect(chanceReason("recordings", { ...evidence, event: "leak" })).toContain("what leak looks like");
});
