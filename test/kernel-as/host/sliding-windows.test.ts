import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import type { SlidingSpec } from "../../../kernel-as/window-spec.ts";
import { kernelSlides, referenceSlides, type SlidingRun } from "../../fixtures/sliding-runs.ts";
import { allAggregates, roundedKinds } from "../../fixtures/window-aggregates.ts";
import { windowStream } from "../../fixtures/window-streams.ts";

const kernel = await loadKernel();

const specs = fc.record({
  kind: fc.constant("sliding" as const),
  sizeMs: fc.constantFrom(1, 300, 10_000, 200_000),
  maxOutOfOrdernessMs: fc.constantFrom(0, 1_000, 25_000),
  aggregates: fc.constantFrom(allAggregates, allAggregates.slice(0, 1), allAggregates.slice(7, 9)),
  columns: fc.constant([0, 1, 2]),
});

const streams = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  readings: fc.constantFrom(20, 150, 600),
  unitMs: fc.constantFrom(1_000, 10_000),
  appendTimes: fc.constant("none" as const),
});

const cuts = fc.record({
  batchRows: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
  snapshots: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
});

/** Where results are not the oracle's: rounded aggregates must be to 1e-12 of the greatest that they are made of, all others the same. */
function differences(spec: SlidingSpec, found: SlidingRun, { results, windows }: SlidingRun): string[] {
  return results.flatMap((result, row) =>
    result.flatMap((x, at) => {
      const { kind } = spec.aggregates[at]!;
      const y = found.results[row]![at]!;
      const near = roundedKinds.has(kind) && Math.abs(x - y) <= 1e-12 * Math.max(Math.abs(x), kind === "variance" || kind === "stddev" ? 0 : 1000 * windows[row]!.timesMs.length);
      return near || Object.is(x, y) ? [] : [`${kind} of reading ${row} is ${y}, should be ${x}`];
    }),
  );
}

test("results, what is in each window and what is kept are the oracle's: disorder, copies, late readings, gaps, clocks that go back, missing values, forgotten sensors", () => {
  fc.assert(
    fc.property(specs, streams, (spec, stream) => {
      const steps = windowStream(stream);
      const found = kernelSlides(kernel, spec, steps, { batchRows: [1] });
      const wanted = referenceSlides(spec, steps);
      expect(differences(spec, found, wanted)).toEqual([]);
      expect(found.windows).toEqual(wanted.windows);
      expect(found.kept).toEqual(wanted.kept);
    }),
    { numRuns: Number(process.env["RUNS"] ?? 200) },
  );
});

describe("the same bits, however", () => {
  test("the stream is cut into batches, and whenever the state moves into another arena", () => {
    fc.assert(
      fc.property(specs, streams, cuts, (spec, stream, cut) => {
        const steps = windowStream(stream);
        const whole = kernelSlides(kernel, spec, steps, { batchRows: [1e9] });
        const other = kernelSlides(kernel, spec, steps, cut);
        expect(other.results).toEqual(whole.results);
        expect(other.kept).toEqual(whole.kept);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 100) },
    );
  });
});
