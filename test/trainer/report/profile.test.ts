import { describe, expect, test } from "vitest";
import { profileOf } from "../../../trainer/report/profile.ts";
import { datasetOf, withCopy } from "../../fixtures/dataset.ts";

describe("recordings", () => {
  test("have their rows, fires, changes of the label and times", () => {
    const dataset = { ...datasetOf({ R1: 4, R2: 3 }), labels: Float32Array.of(0, 1, 1, 0, 1, 1, 1) };
    expect(profileOf(dataset, "rooms.csv")).toMatchObject({
      source: "rooms.csv",
      rows: 7,
      positives: 5,
      recordings: [
        { name: "R1", rows: 4, positives: 2, labelChanges: 2, fromMs: 1e12, toMs: 1e12 + 3000, copyOf: null },
        { name: "R2", rows: 3, positives: 3, labelChanges: 0, fromMs: 1e12 + 1e9, toMs: 1e12 + 1e9 + 2000, copyOf: null },
      ],
    });
  });

  test("count changes in the order of event time, whatever came late", () => {
    const dataset = datasetOf({ R1: 4 });
    const late = { ...dataset, labels: Float32Array.of(0, 1, 0, 1), timesMs: Float64Array.of(1000, 3000, 2000, 4000) };
    expect(profileOf(late, "").recordings[0]).toMatchObject({ labelChanges: 1, fromMs: 1000, toMs: 4000 });
  });

  test("that are copies but for one field say of which", () => {
    const copied = withCopy(datasetOf({ R1: 400, R2: 400, R3: 400 }), 0, 2);
    expect(profileOf(copied, "").recordings.map(({ copyOf }) => copyOf)).toEqual([null, null, "R1"]);
  });
});

test("fields have figures of what is there; windows are no fields", () => {
  const dataset = datasetOf({ R1: 4 });
  const features = dataset.features.slice();
  [1, 2, NaN, 6].forEach((value, row) => {
    features[row * 4] = value;
    features[row * 4 + 1] = NaN;
  });
  expect(profileOf({ ...dataset, features }, "").fields).toEqual([
    { name: "a", missing: 1, least: 1, median: 2, mean: 3, most: 6, sd: Math.sqrt(14 / 3) },
    { name: "b", missing: 4, least: null, median: null, mean: null, most: null, sd: null },
  ]);
});
