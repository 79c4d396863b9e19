import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReferenceEventClock } from "../../../engine/window/reference-clock.ts";
import { Arena } from "../../../kernel-as/host/arena.ts";
import { EventClock } from "../../../kernel-as/host/clock.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import type { ClockSpec } from "../../../kernel-as/window-spec.ts";
import type { Step } from "../../fixtures/window-runs.ts";
import { windowStream } from "../../fixtures/window-streams.ts";

const kernel = await loadKernel();

interface Told {
  readonly late: number[];
  readonly watermarkMs: number[];
  /** The number of readings before each, and its sensor. */
  readonly forgotten: [number, number][];
}

function referenceRun(spec: ClockSpec, steps: readonly Step[]): Told {
  const clock = new ReferenceEventClock(spec);
  const told: Told = { late: [], watermarkMs: [], forgotten: [] };
  for (const step of steps) {
    const record = told.late.length;
    if ("advanceMs" in step) told.forgotten.push(...clock.advance(step.advanceMs).map((sensor): [number, number] => [record, sensor]));
    if (!("reading" in step)) continue;
    const { late, watermarkMs, forgotten } = clock.push(step.reading);
    told.late.push(late ? 1 : 0);
    told.watermarkMs.push(watermarkMs);
    told.forgotten.push(...forgotten.map((sensor): [number, number] => [record, sensor]));
  }
  return told;
}

/** `moves`: the state goes into another arena after each batch. */
function kernelRun(spec: ClockSpec, steps: readonly Step[], options: { batchRows: readonly number[]; moves: boolean }): Told {
  const told: Told = { late: [], watermarkMs: [], forgotten: [] };
  const pages = new Map<number, Uint8Array>();
  let arena = new Arena(kernel);
  let clock = new EventClock(kernel, arena, { spec, root: 5 });
  let batch: Extract<Step, { reading: unknown }>["reading"][] = [];
  let batches = 0;
  const push = () => {
    const before = told.late.length;
    const { late, watermarkMs, forgotten } = clock.push({
      sensors: Uint32Array.from(batch, ({ sensor }) => sensor),
      timesMs: Float64Array.from(batch, ({ timeMs }) => timeMs),
      appendTimesMs: Float64Array.from(batch, ({ appendTimeMs }) => appendTimeMs),
    });
    told.late.push(...late);
    told.watermarkMs.push(...watermarkMs);
    forgotten.records.forEach((record, i) => told.forgotten.push([before + record, forgotten.sensors[i]!]));
    forgotten.heardAgain.forEach((again, i) => {
      const from = forgotten.records[i]!;
      const heard = batch.some(({ sensor, timeMs }, record) => record >= from && sensor === forgotten.sensors[i] && timeMs >= 0 && timeMs <= 8.64e15);
      // forgotten twice, heard in between: what counts is the last time
      const last = forgotten.sensors.lastIndexOf(forgotten.sensors[i]!) === i;
      if (last && (again === 1) !== heard) throw new Error(`sensor ${forgotten.sensors[i]}, forgotten before record ${from}: heard again ${again}`);
    });
    batch = [];
    batches++;
    if (!options.moves) return;
    for (const { page, bytes } of arena.takeTouched()) pages.set(page, bytes.slice());
    clock[Symbol.dispose]();
    arena[Symbol.dispose]();
    arena = new Arena(kernel);
    for (const [page, bytes] of pages) arena.put(page, bytes);
    clock = new EventClock(kernel, arena, { spec, root: 5 });
  };
  for (const step of steps) {
    if ("reading" in step) {
      batch.push(step.reading);
      if (batch.length >= options.batchRows[batches % options.batchRows.length]!) push();
    } else if ("advanceMs" in step) {
      push();
      const { sensors } = clock.advance(step.advanceMs);
      told.forgotten.push(...Array.from(sensors, (sensor): [number, number] => [told.late.length, sensor]));
    }
  }
  push();
  clock[Symbol.dispose]();
  arena[Symbol.dispose]();
  return told;
}

const specs = fc.record({
  clock: fc.constantFrom("sensor" as const, "partition" as const),
  maxOutOfOrdernessMs: fc.constantFrom(0, 1_000, 25_000),
  idleAfterMs: fc.constantFrom(null, 3_000, 0),
  forgetAfterMs: fc.constantFrom(null, 20_000, 3_000),
});

const streams = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  readings: fc.constantFrom(20, 150, 400),
  unitMs: fc.constant(10_000),
  appendTimes: fc.constantFrom("none" as const, "all" as const, "some" as const),
});

test("late readings, watermarks and forgotten sensors are the oracle's, however the stream is cut and wherever the state lies", () => {
  fc.assert(
    fc.property(specs, streams, fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }), fc.boolean(), (spec, stream, batchRows, moves) => {
      const steps = windowStream(stream);
      expect(kernelRun(spec, steps, { batchRows, moves })).toEqual(referenceRun(spec, steps));
    }),
    { numRuns: Number(process.env["RUNS"] ?? 300) },
  );
});

describe("by hand", () => {
  const reading = (sensor: number, timeMs: number, appendTimeMs: number): Step => ({ reading: { sensor, timeMs, appendTimeMs, values: [] } });
  const spec: ClockSpec = { clock: "sensor", maxOutOfOrdernessMs: 5, idleAfterMs: null, forgetAfterMs: null };
  const run = (given: Partial<ClockSpec>, steps: readonly Step[]) => kernelRun({ ...spec, ...given }, steps, { batchRows: [100], moves: false });

  test("a sensor's watermark trails its own newest reading, and does not go back", () => {
    // event time    0    5    10   15   20
    // sensor 0           ·5        ·15            watermark 0, 10
    // sensor 1      ·0                            watermark -5: not that of sensor 0
    // sensor 0                ·9                  late: before 10
    const told = run({}, [reading(0, 5, NaN), reading(0, 15, NaN), reading(1, 0, NaN), reading(0, 9, NaN), reading(0, 10, NaN)]);
    expect(told).toEqual({ late: [0, 0, 0, 1, 0], watermarkMs: [0, 10, -5, 10, 10], forgotten: [] });
  });

  test("clock `partition` has one watermark for all", () => {
    const told = run({ clock: "partition" }, [reading(0, 15, NaN), reading(1, 0, NaN)]);
    expect(told).toEqual({ late: [0, 1], watermarkMs: [10, 10], forgotten: [] });
  });

  test("a silent sensor's watermark runs on with the append time, and stays where it came to", () => {
    // append time   100       108  110          130
    // sensor 0      ·50                         ·60      idle after 10: at 130 the watermark is 50 + 30 - 5 = 75
    // sensor 1                ·1   ·1
    const told = run({ idleAfterMs: 10 }, [reading(0, 50, 100), reading(1, 1, 108), reading(1, 1, 110), reading(0, 60, 130), reading(0, 76, 131)]);
    expect(told).toEqual({ late: [0, 0, 0, 1, 0], watermarkMs: [45, -4, -4, 75, 75], forgotten: [] });
  });

  test("a sensor unheard for long is forgotten before the record whose append time says so, those silent for longest first", () => {
    // append time   0    10   15        40
    // sensor 0      ·         ·
    // sensor 1           ·
    // sensor 2                          ·       forget after 20: sensor 1 (heard at 10), then 0 (at 15)
    const told = run({ forgetAfterMs: 20 }, [reading(0, 1, 0), reading(1, 1, 10), reading(0, 1, 15), reading(2, 1, 40), reading(0, 0, 40)]);
    expect(told.forgotten).toEqual([[3, 1], [3, 0]]);
    expect(told.late).toEqual([0, 0, 0, 0, 0]);
  });
});

test("append time that goes on with a record of no use, and nothing else, is in the next pages that are taken", () => {
  const spec: ClockSpec = { clock: "sensor", maxOutOfOrdernessMs: 0, idleAfterMs: 1000, forgetAfterMs: null };
  const rows = (timeMs: number, appendTimeMs: number) => ({ sensors: Uint32Array.of(3), timesMs: Float64Array.of(timeMs), appendTimesMs: Float64Array.of(appendTimeMs) });
  const pages = new Map<number, Uint8Array>();
  using arena = new Arena(kernel);
  const take = () => {
    for (const { page, bytes } of arena.takeTouched()) pages.set(page, bytes.slice());
  };
  using clock = new EventClock(kernel, arena, { spec, root: 5 });
  clock.push(rows(0, 0));
  take();
  clock.push(rows(NaN, 60_000));
  take();
  using other = new Arena(kernel);
  for (const [page, bytes] of pages) other.put(page, bytes);
  using again = new EventClock(kernel, other, { spec, root: 5 });
  // silent for a minute: the watermark has run on with it
  expect([...clock.push(rows(10, NaN)).late]).toEqual([1]);
  expect([...again.push(rows(10, NaN)).late]).toEqual([1]);
});

test("clocks that were disposed of leave their memory to others, and a hundred sensors may be forgotten at once", () => {
  using arena = new Arena(kernel);
  const spec: ClockSpec = { clock: "sensor", maxOutOfOrdernessMs: 0, idleAfterMs: null, forgetAfterMs: 1000 };
  const sensors = Uint32Array.from({ length: 100 }, (_, sensor) => sensor);
  const live = () => {
    using clock = new EventClock(kernel, arena, { spec, root: 5 });
    clock.push({ sensors, timesMs: new Float64Array(100), appendTimesMs: new Float64Array(100) });
  };
  live();
  const bytes = kernel.u8(0, 1).buffer.byteLength;
  for (let i = 0; i < 20_000; i++) live();
  expect(kernel.u8(0, 1).buffer.byteLength).toBe(bytes);
  using clock = new EventClock(kernel, arena, { spec, root: 5 });
  expect([...clock.advance(2000).sensors].sort((a, b) => a - b)).toEqual([...sensors]);
});
