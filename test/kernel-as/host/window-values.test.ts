import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Arena } from "../../../kernel-as/host/arena.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { WindowState } from "../../../kernel-as/host/windows.ts";
import type { WindowShape, WindowSpec } from "../../../kernel-as/window-spec.ts";
import { random } from "../../fixtures/random.ts";
import { kernelRun } from "../../fixtures/window-runs.ts";
import { windowStream } from "../../fixtures/window-streams.ts";

const kernel = await loadKernel();
const percents = [0, 1, 25, 50, 95, 99.9, 100];

function specOf(shape: WindowShape): WindowSpec {
  return {
    ...shape,
    clock: "sensor",
    maxOutOfOrdernessMs: 1000,
    idleAfterMs: null,
    forgetAfterMs: null,
    allowedLatenessMs: 0,
    emit: "final",
    aggregates: percents.map((percent) => ({ kind: "percentile", column: 0, percent })),
  };
}

/** The percentiles of the first result, of one sensor's values at their times. */
function percentilesOf(shape: WindowShape, timesMs: Float64Array, values: Float64Array): number[][] {
  using arena = new Arena(kernel);
  using windows = new WindowState(kernel, arena, { spec: specOf(shape), root: 0 });
  const batch = { sensors: new Uint32Array(values.length), timesMs, appendTimesMs: new Float64Array(values.length).fill(NaN), columns: [values] };
  const told: number[][] = [];
  for (const results of [() => windows.push(batch), () => windows.end()]) {
    const { count, aggregates } = results();
    for (let i = 0; i < count; i++) told.push(aggregates.map((column) => column[i]!));
  }
  return told;
}

/** By how much of `values` the rank of x differs from the wanted one. */
function rankError(sorted: Float64Array, x: number, percent: number): number {
  const below = sorted.findIndex((y) => y >= x);
  const above = sorted.findLastIndex((y) => y <= x);
  const wanted = (percent / 100) * (sorted.length - 1);
  return Math.max(0, below - wanted, wanted - above) / sorted.length;
}

const orders: Readonly<Record<string, (i: number, n: number, next: () => number) => number>> = {
  "at random": (_, __, next) => next() * 1000,
  rising: (i) => i,
  falling: (i, n) => n - i,
  "of a saw": (i) => i % 4096,
  "of few values": (_, __, next) => Math.floor(next() * 5),
  "with far outliers": (i, _, next) => (i % 100 === 0 ? 1e9 * next() : next()),
};

describe("percentiles", () => {
  test("of 4,096 values in a window are exact, of one pane or of many", () => {
    const next = random(11);
    const values = Float64Array.from({ length: 4096 }, () => next() * 1000);
    const timesMs = Float64Array.from(values, (_, i) => i);
    const sorted = values.toSorted();
    const exact = percents.map((percent) => {
      const place = 4095 * (percent / 100);
      const low = sorted[Math.floor(place)]!;
      return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place));
    });
    expect(percentilesOf({ kind: "tumbling", sizeMs: 5000 }, timesMs, values)[0]).toEqual(exact);
    const hopping = percentilesOf({ kind: "hopping", sizeMs: 5000, hopMs: 1000 }, timesMs, values);
    expect(hopping[4]).toEqual(exact);
  });

  test.each(Object.entries(orders))("of a million values %s are wrong by less than 0.25 % of the ranks", (_, value) => {
    const next = random(12);
    const n = 1_000_000;
    const values = Float64Array.from({ length: n }, (_, i) => value(i, n, next));
    const sorted = values.toSorted();
    const [told] = percentilesOf({ kind: "tumbling", sizeMs: 10_000 }, new Float64Array(n).fill(1), values);
    percents.forEach((percent, i) => expect(rankError(sorted, told![i]!, percent), `${percent} %`).toBeLessThan(0.0025));
  });

  test("of panes and merged sessions that each hold a sketch are no further off", () => {
    const next = random(13);
    const n = 200_000;
    const values = Float64Array.from({ length: n }, () => next() ** 3);
    const sorted = values.toSorted();
    const hopping = percentilesOf({ kind: "hopping", sizeMs: 1000, hopMs: 200 }, Float64Array.from(values, (_, i) => Math.floor((i / n) * 1000)), values);
    // two sessions, half of the values each, that the last reading makes one
    const timesMs = Float64Array.from(values, (_, i) => (i === n - 1 ? 500 : i % 2 === 0 ? 0 : 1000));
    const [session] = percentilesOf({ kind: "session", gapMs: 600 }, timesMs, values);
    for (const told of [hopping[4]!, session!]) percents.forEach((percent, i) => expect(rankError(sorted, told[i]!, percent), `${percent} %`).toBeLessThan(0.0025));
  });
});

describe("state", () => {
  test("of windows that are gone is used again: a stream ten times as long needs no more", () => {
    using arena = new Arena(kernel);
    using windows = new WindowState(kernel, arena, { spec: specOf({ kind: "hopping", sizeMs: 60_000, hopMs: 10_000 }), root: 0 });
    const bytes: number[] = [];
    for (let minute = 0; minute < 100; minute++) {
      const rows = 50 * 60;
      const timesMs = Float64Array.from({ length: rows }, (_, i) => (minute * 60 + Math.floor(i / 50)) * 1000);
      windows.push({ sensors: Uint32Array.from(timesMs, (_, i) => i % 50), timesMs, appendTimesMs: timesMs, columns: [timesMs] });
      bytes.push(arena.bytes);
    }
    expect(bytes.at(-1)).toBe(bytes[9]);
  });

  test("of another definition is refused, with a sentence that says so", () => {
    using arena = new Arena(kernel);
    new WindowState(kernel, arena, { spec: specOf({ kind: "session", gapMs: 5 }), root: 0 })[Symbol.dispose]();
    expect(() => new WindowState(kernel, arena, { spec: specOf({ kind: "session", gapMs: 6 }), root: 0 })).toThrow(/another definition/);
  });
});

test("results are the same bits on every runtime", () => {
  const hash = createHash("sha256");
  for (const shape of [{ kind: "hopping", sizeMs: 10_000, hopMs: 4_000 }, { kind: "session", gapMs: 1_500 }] as const) {
    const steps = windowStream({ seed: 7, readings: 5000, unitMs: 10_000, appendTimes: "some" });
    const spec: WindowSpec = {
      ...specOf(shape),
      idleAfterMs: 3_000,
      emit: "updates",
      allowedLatenessMs: 2_000,
      aggregates: [
        ...(["sum", "mean", "variance", "stddev", "slope", "median", "first", "max"] as const).map((kind) => ({ kind, column: 2 })),
        { kind: "percentile", column: 0, percent: 95 },
      ],
    };
    const { results, late } = kernelRun(kernel, spec, steps, { batchRows: [100] });
    for (const { aggregates, ...window } of results) hash.update(JSON.stringify(window)).update(Float64Array.from(aggregates, (x) => (Number.isNaN(x) ? NaN : x)));
    hash.update(late.join());
  }
  expect(hash.digest("hex")).toBe("18fa36452fd3ec8cb75c503c29afaaf09b0ead2f8cc2f025fae5af19d180fa94");
});
