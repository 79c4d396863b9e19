import { expect, test } from "vitest";
import { Arena } from "../../../kernel-as/host/arena.ts";
import { EventClock } from "../../../kernel-as/host/clock.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { WindowState } from "../../../kernel-as/host/windows.ts";
import type { WindowSpec } from "../../../kernel-as/window-spec.ts";

const kernel = await loadKernel();

const spec: WindowSpec = {
  kind: "tumbling",
  sizeMs: 10,
  clock: "sensor",
  maxOutOfOrdernessMs: 0,
  idleAfterMs: null,
  forgetAfterMs: null,
  allowedLatenessMs: 0,
  emit: "final",
  aggregates: [{ kind: "sum", column: 1 }],
};

/** 100,000 readings of one sensor, ten in each window, their values 1. */
function columnsOf(make: (length: number) => Float64Array) {
  const rows = 100_000;
  const [timesMs, appendTimesMs, values] = [make(rows), make(rows), make(rows)];
  timesMs.forEach((_, i) => (timesMs[i] = i));
  appendTimesMs.fill(NaN);
  values.fill(1);
  return { sensors: new Uint32Array(rows), timesMs, appendTimesMs, columns: [new Float64Array(), values] };
}

test("columns that lie in kernel memory are read where they are, though that memory grows", async () => {
  const own = await loadKernel();
  using arena = new Arena(own);
  using windows = new WindowState(own, arena, { spec, root: 0 });
  const pointers = [0, 1, 2].map(() => own.allocate(800_000));
  let next = 0;
  const told = windows.push(columnsOf((length) => own.f64(pointers[next++]!, length)));
  expect(told.count).toBe(9_999);
  expect(told.aggregates[0]!.every((sum) => sum === 10)).toBe(true);
});

test("and so are columns that do not", () => {
  using arena = new Arena(kernel);
  using windows = new WindowState(kernel, arena, { spec, root: 0 });
  const told = windows.push(columnsOf((length) => new Float64Array(length)));
  expect(told.count).toBe(9_999);
  expect(told.aggregates[0]!.every((sum) => sum === 10)).toBe(true);
});

test("columns of different lengths, and columns that are not there, are refused", () => {
  using arena = new Arena(kernel);
  using windows = new WindowState(kernel, arena, { spec, root: 0 });
  using clock = new EventClock(kernel, arena, { spec, root: 1 });
  const one = new Float64Array(1);
  const batch = { sensors: new Uint32Array(1), timesMs: one, appendTimesMs: one, columns: [one, one] };
  expect(() => windows.push({ ...batch, timesMs: new Float64Array(2) })).toThrow(/one length/);
  expect(() => windows.push({ ...batch, columns: [one] })).toThrow(/of column 1; the batch has 1/);
  expect(() => clock.push({ ...batch, timesMs: new Float64Array(2) })).toThrow(/one length/);
});

test.each<[string, Partial<WindowSpec>]>([
  ["sizeMs", { sizeMs: 0 }],
  ["sizeMs", { sizeMs: 1.5 }],
  ["hopMs", { kind: "hopping", sizeMs: 10, hopMs: 11 }],
  ["gapMs", { kind: "session", gapMs: NaN }],
  ["allowedLatenessMs", { allowedLatenessMs: -1 }],
  ["maxOutOfOrdernessMs", { maxOutOfOrdernessMs: Infinity }],
  ["idleAfterMs", { idleAfterMs: -1 }],
  ["percentile", { kind: "session", gapMs: 1, aggregates: [{ kind: "percentile", column: 0, percent: NaN }] }],
  ["percentile", { aggregates: [{ kind: "percentile", column: 0, percent: 101 }] }],
])("a definition with a wrong %s is refused: %o", (name, wrong) => {
  using arena = new Arena(kernel);
  expect(() => new WindowState(kernel, arena, { spec: { ...spec, ...wrong } as WindowSpec, root: 0 })).toThrow(new RegExp(name));
});
