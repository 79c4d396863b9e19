import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import type { WindowShape, WindowSpec } from "../../../kernel-as/window-spec.ts";
import { kernelRun, referenceRun, type WindowRun } from "../../fixtures/window-runs.ts";
import { allAggregates, roundedKinds } from "../../fixtures/window-aggregates.ts";
import { windowStream } from "../../fixtures/window-streams.ts";

const kernel = await loadKernel();

const shapes: readonly WindowShape[] = [
  { kind: "tumbling", sizeMs: 10_000 },
  { kind: "hopping", sizeMs: 10_000, hopMs: 2_000 },
  { kind: "hopping", sizeMs: 10_000, hopMs: 4_000 }, // panes of 2 s, windows of five, one every two
  { kind: "hopping", sizeMs: 7_000, hopMs: 7_000 },
  { kind: "session", gapMs: 1_500 },
];

/** Where a run is not the oracle's: windows, order, records and counts must be, rounded aggregates to 1e-12 of the greatest that they are made of. */
function differences(spec: WindowSpec, found: WindowRun, wanted: WindowRun): string[] {
  const outline = ({ results, late }: WindowRun) => ({ late, windows: results.map((window) => ({ ...window, aggregates: [] })) });
  expect(outline(found)).toEqual(outline(wanted));
  return wanted.results.flatMap((result, i) => {
    const own = found.results[i]!.aggregates;
    return result.aggregates.flatMap((x, at) => {
      const { kind } = spec.aggregates[at]!;
      const y = own[at]!;
      const near = roundedKinds.has(kind) && Math.abs(x - y) <= 1e-12 * Math.max(Math.abs(x), kind === "sum" || kind === "mean" || kind === "slope" ? 1000 * result.count : 0);
      return near || x === y || (Number.isNaN(x) && Number.isNaN(y)) ? [] : [`${kind} of [${result.startMs}, ${result.endMs}) of sensor ${result.sensor} is ${y}, should be ${x}`];
    });
  });
}

const specs = fc.record({
  shape: fc.constantFrom(...shapes),
  clock: fc.constantFrom("sensor" as const, "partition" as const),
  maxOutOfOrdernessMs: fc.constantFrom(0, 1_000, 25_000),
  idleAfterMs: fc.constantFrom(null, 3_000, 0),
  forgetAfterMs: fc.constantFrom(null, 20_000, 3_000),
  allowedLatenessMs: fc.constantFrom(0, 5_000, 60_000),
  emit: fc.constantFrom("final" as const, "updates" as const),
  columns: fc.constantFrom([], [2, 0]),
});

const streams = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  readings: fc.constantFrom(20, 150, 400),
  unitMs: fc.constant(10_000),
  appendTimes: fc.constantFrom("none" as const, "all" as const, "some" as const),
});

test("windows, their order, the records that cause them, their readings and what is made of them are the oracle's, for all kinds, clocks and ways to emit", () => {
  fc.assert(
    fc.property(specs, streams, ({ shape, ...rest }, stream) => {
      const spec: WindowSpec = { ...shape, ...rest, aggregates: allAggregates };
      const steps = windowStream(stream);
      expect(differences(spec, kernelRun(kernel, spec, steps, { batchRows: [64] }), referenceRun(spec, steps))).toEqual([]);
    }),
    { numRuns: Number(process.env["RUNS"] ?? 400) },
  );
});

describe("the same bits, however", () => {
  test("the stream is cut into batches, and whenever the state moves into another arena", () => {
    fc.assert(
      fc.property(
        specs,
        streams,
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
        ({ shape, ...rest }, stream, batchRows, snapshots) => {
          const spec: WindowSpec = { ...shape, ...rest, aggregates: allAggregates };
          const steps = windowStream(stream);
          const whole = kernelRun(kernel, spec, steps, { batchRows: [1e9] });
          expect(kernelRun(kernel, spec, steps, { batchRows })).toEqual(whole);
          expect(kernelRun(kernel, spec, steps, { batchRows, snapshots })).toEqual(whole);
        },
      ),
      { numRuns: Number(process.env["RUNS"] ?? 100) },
    );
  });
});
