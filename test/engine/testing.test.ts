import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { computed, first, last, max, mean, percentile, records, slope } from "../../engine/pipeline/aggregate.ts";
import { model, topic } from "../../engine/pipeline/endpoint.ts";
import { trailing } from "../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { hopping, session, sliding, tumbling } from "../../engine/pipeline/window-kind.ts";
import { PipelineDriver } from "../../engine/testing.ts";
import { writeStump } from "../fixtures/model.ts";
import { random } from "../fixtures/random.ts";
import { smallSchema } from "../fixtures/readings.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const source = pipeline("small").from(topic("readings"), smallSchema);
const at = (t: number, b: number, sensor = "s") => ({ t, "a[C]": 1, b, sensor_id: sensor });
const iso = (s: number) => new Date(s * 1000).toISOString();

describe("windows", () => {
  //  b        1    2    3              4 (late by 5, within the disorder)      5
  //  s    0   1    30   59   60   65   58                                      75
  //       ├──────── minute 0 ─────┼──────────── minute 1 ─────────────
  //  watermark = newest - 10 s; minute 0 closes at 70
  test("tumbling windows close when the watermark has come to their end", async () => {
    const minutes = source.eventTime("t", { maxOutOfOrderness: "10s" }).window(tumbling("1m")).aggregate({ n: records(), mean_b: mean("b"), max_b: max("b") }).to(topic("minutes"));
    using driver = await PipelineDriver.open(minutes);
    driver.pipe([at(1, 1), at(30, 2), at(59, 3), at(65, 9), at(58, 4)]);
    expect(driver.output("minutes")).toEqual([]);
    expect(driver.state("window 1m", "s")).toEqual([
      { startMs: 0, endMs: 60_000, readings: 4, aggregates: { n: 4, mean_b: 2.5, max_b: 4 } },
      { startMs: 60_000, endMs: 120_000, readings: 1, aggregates: { n: 1, mean_b: 9, max_b: 9 } },
    ]);
    driver.pipe(at(75, 5));
    expect(driver.output("minutes")).toEqual([{ sensor_id: "s", window_start: iso(0), window_end: iso(60), n: 4, mean_b: 2.5, max_b: 4 }]);
    driver.end();
    expect(driver.output("minutes")).toHaveLength(2);
    expect(driver.output("minutes")[1]).toMatchObject({ window_start: iso(60), n: 2, mean_b: 7 });
  });

  //  b    1         silence                       the clock runs on after 30 s of it
  //  s    0                 30           60 + 0
  test("a sensor that falls silent closes its windows when it has been idle, by the clock of the broker", async () => {
    const minutes = source.eventTime("t", { maxOutOfOrderness: "0s", idleAfter: "30s" }).window(tumbling("1m")).aggregate({ n: records() }).to(topic("minutes"));
    using driver = await PipelineDriver.open(minutes);
    driver.pipe(at(0, 1)).advance("59s");
    expect(driver.output("minutes")).toEqual([]);
    driver.advance("1s");
    expect(driver.output("minutes")).toEqual([{ sensor_id: "s", window_start: iso(0), window_end: iso(60), n: 1 }]);
  });

  test("readings that come after all their windows go to the late topic", async () => {
    const minutes = source.eventTime("t", { maxOutOfOrderness: "0s" }).window(tumbling("1m"), { late: topic("late") }).aggregate({ n: records() }).to(topic("minutes"));
    using driver = await PipelineDriver.open(minutes);
    driver.pipe([at(0, 1), at(60, 2), at(30, 3), at(61, 4)]);
    expect(driver.output("late")).toEqual([{ sensor_id: "s", timestamp: iso(30), "a[C]": 1, b: 3, n: null, label: null }]);
    expect(driver.output("minutes")).toMatchObject([{ n: 1 }]);
  });

  test("sliding windows give a result for each reading, sessions one for each burst", async () => {
    const both = source
      .eventTime("t", { maxOutOfOrderness: "0s" })
      .branch((rows) => rows.window(sliding("10s")).aggregate({ mean_b: mean("b") }).to(topic("slides")))
      .window(session("5s"))
      .aggregate({ n: records() })
      .to(topic("sessions"));
    using driver = await PipelineDriver.open(both);
    driver.pipe([at(0, 1), at(4, 2), at(10, 6), at(20, 4)]).end();
    expect(driver.output("slides").map(({ mean_b }) => mean_b)).toEqual([1, 1.5, 4, 4]);
    expect(driver.output("sessions").map(({ window_start, n }) => [window_start, n])).toEqual([[iso(0), 2], [iso(10), 1], [iso(20), 1]]);
  });
});

test("a reading too far ahead of the broker's clock is a dead letter and moves no clock", async () => {
  const minutes = source.eventTime("t", { maxAhead: "10s", maxOutOfOrderness: "0s" }).window(tumbling("1m")).aggregate({ n: records() }).to(topic("minutes"));
  using driver = await PipelineDriver.open(minutes);
  driver.pipe([at(0, 1), at(11, 2), at(10, 3)], { at: 0 });
  expect(driver.output("small_dead_letter")).toMatchObject([{ code: "MGV_TIME_AHEAD", offset: 1 }]);
  driver.end();
  expect(driver.output("minutes")).toMatchObject([{ n: 2 }]);
});

describe("users' functions", () => {
  test("the columns of a window are its readings by event time, at whatever place they came", async () => {
    const minutes = source
      .eventTime("t", { maxOutOfOrderness: "1m" })
      .window(tumbling("1m"))
      .aggregate({
        n: records(),
        falls: computed(["b", "a[C]"], ({ b, "a[C]": a }, timesMs) => b.filter((x, i) => i > 0 && x < b[i - 1]!).length * 1000 + a.length * 100 + (timesMs.at(-1)! - timesMs[0]!) / 1000),
        last_b: last("b"),
      })
      .to(topic("minutes"));
    using driver = await PipelineDriver.open(minutes);
    driver.pipe([at(30, 3), at(10, 1), at(50, 2), at(20, 7), at(61, 9)]).end();
    expect(driver.output("minutes")).toMatchObject([{ n: 4, falls: 2440, last_b: 2 }, { n: 1, falls: 100, last_b: 9 }]);
  });

  // every aggregate that is in the kernel as a user would write it; sums differ by their order
  const by = (window: Parameters<typeof source.window>[0], options: Parameters<typeof source.window>[1]) =>
    source
      .eventTime("t", { maxOutOfOrderness: "10s", idleAfter: "30s", forgetAfter: "10m" })
      .window(window, options)
      .aggregate({
        n: records(), user_n: computed(["b"], ({ b }) => b.length),
        first: first("b"), user_first: computed(["b"], ({ b }) => b[0]!),
        last: last("b"), user_last: computed(["b"], ({ b }) => b.at(-1)!),
        p90: percentile("b", 90), user_p90: computed(["b"], ({ b }) => interpolated(b.toSorted(), 0.9)),
        slope: slope("b"), user_slope: computed(["b"], ({ b }, timesMs) => slopeOf(b, timesMs)),
      })
      .to(topic("windows"));
  const kinds = { tumbling: tumbling("30s"), hopping: hopping("1m", "20s"), session: session("8s"), sliding: sliding("30s") };
  for (const [name, window] of Object.entries(kinds)) {
    test.each([1, 2, 3])(`as aggregates of ${name} windows equal those of the kernel, final and updated, crash or not, seed %d`, async (seed) => {
      for (const options of [{}, { allowedLateness: "20s" }, { allowedLateness: "20s", emit: "updates" }] as const) {
        const next = random(seed);
        using driver = await PipelineDriver.open(by(window, options));
        for (const act of acts(seed)) {
          act(driver);
          if (next() < 0.2) driver.snapshot();
          if (next() < 0.1) driver.crash().restore();
        }
        driver.end();
        const results = driver.output("windows");
        expect(results.length).toBeGreaterThan(50);
        for (const result of results) {
          for (const own of ["n", "first", "last", "p90"]) expect(result[`user_${own}`], `${own} of ${JSON.stringify(result)}`).toBe(result[own]);
          if (result.slope === null) expect(result.user_slope).toBeNull();
          else expect(result.user_slope).toBeCloseTo(result.slope, 8);
        }
      }
    });
  }

  test("an aggregate that throws or gives no number ends the run with the step's name", async () => {
    using driver = await PipelineDriver.open(source.window(tumbling("1m"), { name: "odd" }).aggregate({ x: computed(["b"], () => "many" as unknown as number) }).to(topic("out")));
    driver.pipe(at(1, 1));
    expect(() => driver.end()).toThrow(expect.objectContaining({ code: "MGV_STEP", message: expect.stringContaining('"odd" failed: it gave "many" for a window') as string }));
  });

  test("map, filter and flatMap, row by row or by columns, with state for each sensor", async () => {
    const steps = source
      .map("twice", { adds: ["double"], row: (row) => ({ double: row.b * 2 }) })
      .map("sum", { adds: ["sum"], columns: (columns, count) => ({ sum: Float64Array.from({ length: count }, (_, i) => columns.double[i]! + columns.b[i]!) }) })
      .map("counted", { adds: ["nth"], state: () => ({ seen: 0 }), row: (_, { state }) => ({ nth: ++state.seen }) })
      .filter("odd", { row: (row) => row.b % 2 === 1 })
      .filter("small", { columns: (columns, count) => Array.from({ length: count }, (_, i) => columns.b[i]! < 100) })
      .flatMap("each", { gives: ["value", "nth"], row: ({ sum, nth }) => [{ value: sum, nth }, { value: -sum, nth }] })
      .to(topic("out"));
    using driver = await PipelineDriver.open(steps);
    driver.pipe([at(1, 1), at(2, 2), at(3, 3, "other"), at(4, 5), at(5, 101)]);
    expect(driver.output("out").map(({ sensor_id, value, nth }) => [sensor_id, value, nth])).toEqual([["s", 3, 1], ["s", -3, 1], ["other", 9, 1], ["other", -9, 1], ["s", 15, 3], ["s", -15, 3]]);
    expect(driver.state("counted", "s")).toEqual({ seen: 4 });
    expect(driver.state("counted", "nobody")).toBeUndefined();
    expect(() => driver.state("cuonted", "s")).toThrow("There is no step");
  });

  test("a row that a function throws at becomes a dead letter, its neighbours go on", async () => {
    const fragile = source
      .map("fragile", {
        adds: ["x"],
        row: (row) => {
          if (row.b === 2) throw new RangeError("two is too many");
          return { x: row.b };
        },
      })
      .to(topic("out"));
    using driver = await PipelineDriver.open(fragile);
    driver.pipe([at(1, 1), at(2, 2), at(3, 3)]);
    expect(driver.output("out").map(({ x }) => x)).toEqual([1, 3]);
    expect(driver.output("small_dead_letter")).toMatchObject([{ code: "MGV_STEP", offset: 1, reason: expect.stringContaining('"fragile" failed: two is too many') as string }]);
  });

  test("a function of many rows that fails ends the run with the step's name", async () => {
    using driver = await PipelineDriver.open(source.map("short", { adds: ["x"], columns: () => ({ x: [] }) }).to(topic("out")));
    expect(() => driver.pipe(at(1, 1))).toThrow(expect.objectContaining({ code: "MGV_STEP", message: expect.stringContaining('"short"') as string }));
  });
});

describe("rules and anomalies", () => {
  const profile = {
    name: "small",
    fields: [{ field: "b", bounds: [{ above: 10, severity: "MEDIUM" }, { above: 20, severity: "HIGH" }, { below: 0, severity: "LOW" }] }],
    patterns: [{ name: "both", signs: [{ field: "a[C]", above: 0 }, { field: "b", above: 15 }], severities: [{ signs: 2, severity: "CRITICAL" }] }],
  } as const;

  //  b       5  11  12  25  26          30      hold-off 60 s; graver is told at once
  //  s       0   1   2   3   4         100
  //  b rule      ^       ^              ^
  //  both                ^              ^
  test("a bound is told once, again when it is graver, and anew after the hold-off", async () => {
    using driver = await PipelineDriver.open(source.rules(profile, { holdOff: "1m", to: topic("alerts") }));
    driver.pipe([at(0, 5), at(1, 11), at(2, 12), at(3, 25), at(4, 26), at(100, 30)]);
    expect(driver.output("alerts").map(({ timestamp, cause, severity, alert_type }) => [timestamp, cause, severity, alert_type])).toEqual([
      [iso(1), "b", "MEDIUM", "threshold"],
      [iso(3), "b", "HIGH", "threshold"],
      [iso(3), "both", "CRITICAL", "pattern"],
      [iso(100), "b", "HIGH", "threshold"],
      [iso(100), "both", "CRITICAL", "pattern"],
    ]);
  });

  test("a value far from the last hundred is an anomaly once there are thirty", async () => {
    using driver = await PipelineDriver.open(source.anomalies({ fields: ["b"], to: topic("alerts") }));
    driver.pipe(Array.from({ length: 29 }, (_, i) => at(i, i % 2))).pipe(at(29, 50));
    expect(driver.output("alerts")).toEqual([]);
    driver.pipe(Array.from({ length: 100 }, (_, i) => at(30 + i, i % 2))).pipe([at(200, 2.2), at(201, 50)]);
    expect(driver.output("alerts").map(({ value, severity }) => [value, severity])).toEqual([[2.2, "MEDIUM"], [50, "HIGH"]]);
  });
});

function interpolated(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
}

function slopeOf(values: Float64Array, timesMs: Float64Array): number {
  const middle = (column: Float64Array) => column.reduce((total, x) => total + x, 0) / column.length;
  const [meanTime, meanValue] = [middle(timesMs), middle(values)];
  const squares = timesMs.reduce((total, t) => total + (t - meanTime) ** 2, 0);
  return (1000 * timesMs.reduce((total, t, i) => total + (t - meanTime) * (values[i]! - meanValue), 0)) / squares;
}

const everything = source
  .eventTime("t", { maxOutOfOrderness: "10s", idleAfter: "30s", forgetAfter: "10m" })
  .map("counted", { adds: ["nth"], state: () => ({ seen: 0 }), row: (_, { state }) => ({ nth: ++state.seen }) })
  .branch((rows) => rows.window(hopping("1m", "20s"), { late: topic("late") }).aggregate({ n: records(), mean_b: mean("b"), last: max("nth") }).to(topic("windows")))
  .branch((rows) => rows.window(sliding("30s")).aggregate({ mean_b: mean("b") }).to(topic("slides")))
  .anomalies({ fields: ["b"], atLeast: 5, window: 10 })
  .rules({ name: "r", fields: [{ field: "b", bounds: [{ above: 7, severity: "HIGH" }] }], patterns: [] })
  .features(trailing("20s"))
  .score(model("small"))
  .alert({ holdOff: "20s" })
  .to(topic("predictions"));

/** Messages of four sensors, disordered, broken and silent at times, with steps of the clock between; piped in batches of at most `most`. */
function acts(seed: number, most = Infinity): ((driver: PipelineDriver) => unknown)[] {
  const next = random(seed);
  let t = 1000;
  return Array.from({ length: 60 }, () => {
    t += Math.floor(next() ** 6 * 900);
    if (next() < 0.15) return (driver: PipelineDriver) => driver.advance("25s");
    const messages = Array.from({ length: 1 + Math.floor(next() * 8) }, () => {
      t += next() * 4;
      return next() < 0.05 ? "broken" : at(Math.round((t - next() ** 4 * 100) * 10) / 10, Math.floor(next() * 10), `s${Math.floor(next() * 4)}`);
    });
    return (driver: PipelineDriver) => {
      for (let first = 0; first < messages.length; first += most) driver.pipe(messages.slice(first, first + most));
    };
  });
}

const topics = ["windows", "late", "slides", "small_alerts", "predictions", "small_dead_letter"];

/** All that is written, a line a record; `between` may disturb the run after each act. */
async function outputsOf(seed: number, options: { most?: number; between?: (driver: PipelineDriver) => void } = {}): Promise<string[][]> {
  await using folder = await temporaryFolder();
  await writeStump(folder.file("one.json"), everything, "b", 5);
  await writeStump(folder.file("two.json"), everything, "b", 8);
  using driver = await PipelineDriver.open(everything, { model: folder.file("one.json") });
  for (const [i, act] of acts(seed, options.most).entries()) {
    if (i === 30) await driver.swap(folder.file("two.json"));
    act(driver);
    options.between?.(driver);
  }
  driver.end();
  return topics.map((name) => [name, ...driver.output(name).map((record) => JSON.stringify(record))]);
}

describe("the same readings give the same outputs, byte for byte", () => {
  test.each([1, 2, 3])("whenever a task crashes and is restored, seed %d", async (seed) => {
    const plain = await outputsOf(seed);
    for (const lines of plain) expect(lines.length, String(lines[0])).toBeGreaterThan(1);
    const next = random(seed + 100);
    const between = (driver: PipelineDriver) => {
      if (next() < 0.3) driver.snapshot();
      if (next() < 0.2) driver.crash().restore();
    };
    expect(await outputsOf(seed, { between })).toEqual(plain);
  });

  test("however they are cut into batches", async () => {
    const plain = await outputsOf(4);
    expect(await outputsOf(4, { most: 1 })).toEqual(plain);
    expect(await outputsOf(4, { most: 3 })).toEqual(plain);
  });

  test("on every runtime", async () => {
    const hash = createHash("sha256").update(JSON.stringify(await outputsOf(5))).digest("hex");
    expect(hash.slice(0, 16)).toBe("3ea9aad899544d85");
  });
});

test("a driver that has crashed says what to do, and snapshots of another pipeline are refused with the steps that differ", async () => {
  using driver = await PipelineDriver.open(source.map("m", { adds: ["x"], row: () => ({ x: 1 }) }));
  driver.crash();
  expect(() => driver.pipe(at(1, 1))).toThrow("call restore()");
});
