import * as fc from "fast-check";
import { expect, test } from "vitest";
import { computed, first, last, max, mean, median, min, nulls, percentile, records, slope, stddev, sum } from "../../../../engine/pipeline/aggregate.ts";
import { topic } from "../../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../../engine/pipeline/pipeline.ts";
import { sliding } from "../../../../engine/pipeline/window-kind.ts";
import { windowAggregates } from "../../../../engine/task/operators/window.ts";
import { PipelineDriver } from "../../../../engine/testing.ts";
import type { Reading } from "../../../../engine/window/reference.ts";
import { ReferenceEventClock } from "../../../../engine/window/reference-clock.ts";
import { ReferenceSliding } from "../../../../engine/window/reference-sliding.ts";
import { random } from "../../../fixtures/random.ts";
import { smallSchema } from "../../../fixtures/readings.ts";

const SIZE_MS = 30_000;
const clock = { clock: "sensor", maxOutOfOrdernessMs: 10_000, idleAfterMs: null, forgetAfterMs: 60_000 } as const;
const fields = ["a[C]", "b"];
const builtIn = {
  n: records(), no_a: nulls("a[C]"), sum: sum("a[C]"), mean: mean("a[C]"), min: min("a[C]"), max: max("a[C]"),
  first: first("a[C]"), last: last("a[C]"), stddev: stddev("a[C]"), slope: slope("a[C]"), p50: median("a[C]"), p90: percentile("b", 90),
};
const rounded = new Set(["sum", "mean", "stddev", "slope"]);

const source = pipeline("small").from(topic("readings"), smallSchema).eventTime("t", { maxOutOfOrderness: "10s", forgetAfter: "1m" });
const slides = source
  .filter("odd", { row: ({ b }) => b % 4 !== 0 })
  .window(sliding("30s"), { name: "window" })
  .aggregate({
    ...builtIn,
    // which sorts what it is given
    user_p50: computed(["a[C]"], ({ "a[C]": a }) => (a.sort(), a.findLastIndex((x) => x === x) % 2 === 0 ? a[a.findLastIndex((x) => x === x) / 2]! : NaN)),
    user_last: computed(["a[C]", "b"], ({ "a[C]": a, b }, timesMs) => (a.findLast((x) => x === x) ?? 0) + b.at(-1)! * 1000 + timesMs[0]! / 1e6),
  })
  .to(topic("slides"));

type Act = { readonly messages: readonly Readonly<Record<string, number | string | null>>[] } | { readonly advance: true };

/** Readings of four sensors: disorder, copies, late ones, missing values, and silence after which some are forgotten, before and within a batch. */
function actsOf(seed: number): Act[] {
  const next = random(seed);
  let t = 1000;
  return Array.from({ length: 40 }, (): Act => {
    if (next() < 0.1) return { advance: true };
    const messages = Array.from({ length: 1 + Math.floor(next() * 12) }, () => {
      t += next() < 0.04 ? 50 + next() * 40 : next() * 2;
      const late = next() < 0.3 ? next() ** 3 * 60 : 0;
      return { t: Math.round(t - late), "a[C]": next() < 0.15 ? null : Math.round(next() * 1000) / 10, b: Math.floor(next() * 20), sensor_id: `s${Math.floor(next() ** 2 * 4)}` };
    });
    return { messages: next() < 0.2 ? [...messages, ...messages] : messages };
  });
}

/** What the oracles make of it, a line a row; and what they keep of each sensor. */
function wantedOf(acts: readonly Act[]) {
  const events = new ReferenceEventClock(clock);
  const oracle = new ReferenceSliding({ kind: "sliding", sizeMs: SIZE_MS, maxOutOfOrdernessMs: clock.maxOutOfOrdernessMs, aggregates: windowAggregates(builtIn, fields), columns: [] });
  const rows: { window: readonly Reading[]; aggregates: number[] }[] = [];
  let [nowMs, forgotten] = [0, 0];
  for (const act of acts) {
    if ("advance" in act) for (const sensor of events.advance((nowMs += 25_000))) oracle.forget(sensor);
    else
      for (const { t, "a[C]": a, b, sensor_id } of act.messages) {
        const timeMs = Number(t) * 1000;
        nowMs = Math.max(nowMs, timeMs);
        const reading = { sensor: Number(String(sensor_id).slice(1)), timeMs, appendTimeMs: nowMs, values: [a === null ? NaN : Number(a), Number(b)] };
        const gone = events.push(reading).forgotten;
        for (const sensor of gone) oracle.forget(sensor);
        forgotten += gone.length;
        if (Number(b) % 4 !== 0) rows.push(oracle.push(reading));
      }
  }
  return { rows, forgotten, kept: [0, 1, 2, 3].map((sensor) => oracle.kept(sensor)) };
}

/** Pipes the messages at most `most` at once; `between` may disturb the run after each batch. */
async function run(acts: readonly Act[], options: { most?: number; between?: (driver: PipelineDriver) => void } = {}) {
  using driver = await PipelineDriver.open(slides);
  const { most = Infinity, between } = options;
  for (const act of acts) {
    if ("advance" in act) driver.advance("25s");
    else
      for (let from = 0; from < act.messages.length; from += most) {
        driver.pipe(act.messages.slice(from, from + most));
        between?.(driver);
      }
  }
  return { rows: driver.output("slides"), kept: [0, 1, 2, 3].map((sensor) => driver.state("window", `s${sensor}`)) };
}

test("rows, users' functions and what is kept are the oracle's; a sensor that is forgotten within a batch starts anew at that record", async () => {
  let forgotten = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 }), async (seed) => {
      const acts = actsOf(seed);
      const found = await run(acts);
      const wanted = wantedOf(acts);
      forgotten += wanted.forgotten;
      expect(found.rows).toHaveLength(wanted.rows.length);
      wanted.rows.forEach(({ window, aggregates }, i) => {
        const row = found.rows[i]!;
        Object.keys(builtIn).forEach((name, k) => {
          const x = Number.isNaN(aggregates[k]!) ? null : aggregates[k]!;
          if (x !== null && rounded.has(name)) expect(Math.abs(row[name] - x), name).toBeLessThanOrEqual(1e-12 * Math.max(Math.abs(x), 100 * window.length));
          else expect(row[name], name).toBe(x);
        });
        const a = window.map(({ values }) => values[0]!).filter((x) => !Number.isNaN(x));
        expect(row.user_p50).toBe(a.length % 2 === 1 ? row.p50 : null);
        expect(row.user_last).toBe((a.at(-1) ?? 0) + window.at(-1)!.values[1]! * 1000 + window[0]!.timeMs / 1e6);
      });
      expect(found.kept).toEqual(
        wanted.kept.map((readings) => (readings.length === 0 ? undefined : readings.map(({ timeMs, values }) => ({ timeMs, values: { "a[C]": values[0], b: values[1] } })))),
      );
    }),
    { numRuns: Number(process.env["RUNS"] ?? 30) },
  );
  expect(forgotten).toBeGreaterThan(0);
});

test("rows are the same however readings are cut into batches, and whenever a task crashes and is restored", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: 1, max: 5 }), async (seed, most) => {
      const acts = actsOf(seed);
      const next = random(seed);
      const between = (driver: PipelineDriver) => {
        if (next() < 0.3) driver.snapshot();
        if (next() < 0.2) driver.crash().restore();
      };
      const plain = await run(acts);
      expect(await run(acts, { most })).toEqual(plain);
      expect(await run(acts, { most, between })).toEqual(plain);
    }),
    { numRuns: Number(process.env["RUNS"] ?? 15) },
  );
});
