import { expect, test } from "vitest";
import type { Dataset } from "../../../trainer/dataset.ts";
import { driftOf } from "../../../trainer/gate/drift.ts";
import { newestDays } from "../../../trainer/gate/held-out.ts";
import { newLeaks } from "../../../trainer/gate/new-leaks.ts";
import type { Finding } from "../../../trainer/leaks.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A reading every ten minutes in two rooms, with fire in the hours that are named. */
function roomsOf(days: number, isFire: (day: number, hour: number) => boolean, values: (day: number) => number = () => 0, startMs = 0): Dataset {
  const rows = Array.from({ length: days * 144 }, (_, i) => [0, 1].map((room) => ({ room, timeMs: i * 600_000 }))).flat();
  const at = ({ timeMs }: { timeMs: number }) => [Math.floor(timeMs / DAY_MS), Math.floor((timeMs % DAY_MS) / HOUR_MS)] as const;
  return {
    event: "fire",
    rows: rows.length,
    featureNames: ["moves", "stays"],
    fieldFeatures: 2,
    pointFeatures: 2,
    features: Float32Array.from(rows.flatMap((row, i) => [values(at(row)[0]) + ((i * 37) % 100) / 100, ((i * 53) % 101) / 100])),
    labels: Float32Array.from(rows, (row) => Number(isFire(...at(row)))),
    timesMs: Float64Array.from(rows, ({ timeMs }) => startMs + timeMs),
    recordingOf: Int32Array.from(rows, ({ room }) => room),
    recordings: ["a", "b"],
    longestSpanMs: HOUR_MS,
  };
}

test("the newest day judges, nothing is learned from the longest span before it", () => {
  const dataset = roomsOf(6, (_, hour) => hour === 12);
  const held = newestDays(dataset);
  if (typeof held === "string") throw new Error(held);
  const lastMs = 6 * DAY_MS - 600_000;
  expect([held.days, held.fromMs]).toEqual([1, lastMs - DAY_MS]);
  expect(Math.min(...Array.from(held.fold.test, (row) => dataset.timesMs[row]!))).toBe(held.fromMs);
  expect(Math.max(...Array.from(held.fold.train, (row) => dataset.timesMs[row]!))).toBe(held.fromMs - HOUR_MS);
});

test("days without fire are not enough to judge by: as many are taken as reach back to one, up to half of all", () => {
  expect(newestDays(roomsOf(7, (day, hour) => day <= 4 && hour === 12))).toMatchObject({ days: 3 });
  expect(newestDays(roomsOf(6, (day, hour) => day <= 1 && hour === 12))).toMatch(/^Labels reach over 6\.0 days, of which no newest ones have fire and no fire/);
});

test("which days judge is the same whenever they were", () => {
  const startMs = 20_000 * DAY_MS;
  expect(newestDays(roomsOf(7, (day, hour) => day <= 4 && hour === 12, undefined, startMs))).toMatchObject({ days: 3, fromMs: startMs + 4 * DAY_MS - 600_000 });
  expect(newestDays(roomsOf(6, (day, hour) => day <= 1 && hour === 12, undefined, startMs))).toMatch(/^Labels reach over 6\.0 days, of which no newest ones/);
});

test("too few rows, and one label only, are told in a sentence", () => {
  expect(newestDays(roomsOf(0.5, (_, hour) => hour === 1))).toBe("There are 144 labelled readings; 250 are the least to learn from and to judge by.");
  expect(newestDays(roomsOf(0.85, (_, hour) => hour === 1))).toBe("There are 244 labelled readings; 250 are the least to learn from and to judge by.");
  expect(newestDays(roomsOf(3, () => false))).toBe("All 864 labelled readings are no fire: a model needs both.");
});

test("drift is far where values have moved, near 0 where they have not, and finds values that are missing now", () => {
  const dataset = roomsOf(6, (_, hour) => hour === 12, (day) => (day === 5 ? 0.5 : 0));
  const held = newestDays(dataset);
  if (typeof held === "string") throw new Error(held);
  const [first, second] = driftOf(dataset, held.fold);
  expect([first!.feature, second!.feature]).toEqual(["moves", "stays"]);
  expect(first!.psi).toBeGreaterThan(0.25);
  expect(second!.psi).toBeLessThan(0.1);
  for (const row of held.fold.test) dataset.features[2 * row + 1] = NaN;
  // all of q is in the bin of missing values: (1 − 0.0001) ln(1 / 0.0001) there alone is 9.2
  expect(driftOf(dataset, held.fold).find(({ feature }) => feature === "stays")!.psi).toBeGreaterThan(9);
});

test("two equal halves have a stability index of 0, and shares of 3:1 against 1:1 that of a count by hand", () => {
  const dataset = { ...roomsOf(1, () => false), featureNames: ["x"], features: Float32Array.from([0, 0, 1, 1, 0, 0, 0, 1]) };
  const rows = (...picked: number[]) => Uint32Array.from(picked);
  expect(driftOf(dataset, { train: rows(0, 1, 2, 3), test: rows(0, 1, 2, 3) })[0]!.psi).toBe(0);
  expect(driftOf(dataset, { train: rows(0, 1, 2, 3), test: rows(4, 5, 6, 7) })[0]!.psi).toBeCloseTo(0.25 * Math.log(1.5) - 0.25 * Math.log(0.5), 12);
});

test("over tenths of a hundred values the index is the sum by hand; a value on an edge belongs above it, and the farthest feature comes first", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i);
  const rows = (from: number) => Uint32Array.from(hundred, (i) => from + i);
  const of = (after: (i: number) => number) => {
    const values = [...hundred.map((i) => [0, i]), ...hundred.map((i) => [0, after(i)])];
    return driftOf({ ...roomsOf(1, () => false), featureNames: ["stays", "x"], features: Float32Array.from(values.flat()) }, { train: rows(0), test: rows(100) });
  };
  // the lower five bins hold twice their tenth, the upper five nothing, which counts as 0.0001
  const [first, second] = of((i) => i % 50);
  expect(first!.feature).toBe("x");
  expect(first!.psi).toBeCloseTo(5 * 0.1 * Math.log(2) + 5 * (0.0001 - 0.1) * Math.log(0.001), 12);
  expect(second).toEqual({ feature: "stays", psi: 0 });
  // all on the first edge, 10, are all in the second bin
  expect(of(() => 10)[0]!.psi).toBeCloseTo(0.9 * Math.log(10) + 9 * (0.0001 - 0.1) * Math.log(0.001), 12);
});

test("a leak is new unless the champion's card tells of the same, with whatever figures", () => {
  const finding = (kind: Finding["kind"], sentence: string): Finding => ({ kind, of: "", sentence });
  const found = [finding("feature", "Feature A1 alone ranks the label with an AUC of 0.9991: see."), finding("labels", "The label changes at 3 of 900 rows.")];
  expect(newLeaks(found, null)).toEqual([]);
  expect(newLeaks(found, {})).toEqual([found[0]!.sentence]);
  expect(newLeaks(found, { findings: ["Feature A1 alone ranks the label with an AUC of 0.9876: see."] })).toEqual([]);
  expect(newLeaks(found, { findings: ["Feature A2 alone ranks the label with an AUC of 0.9991: see."] })).toEqual([found[0]!.sentence]);
});

test("a leak that the champion's card tells of another split is known, whichever column the rows are equal but for", () => {
  const equal = (title: string, but = "") => `In the split "${title}" 8.1 % of the test rows equal a training row${but}: it tests what was learned.`;
  const found: Finding[] = [{ kind: "equal rows", of: "the newest days", sentence: equal("the newest days", " but for CNT") }];
  expect(newLeaks(found, { findings: [equal("10-minute blocks")] })).toEqual([]);
  const neighbours = 'In the split "10-minute blocks" 30.0 % of the test rows have a training row of their recording within 600 s, and 99.0 % of those its label: it tests what was learned.';
  expect(newLeaks(found, { findings: [neighbours] })).toEqual([found[0]!.sentence]);
});
